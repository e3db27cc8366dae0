/** Cards of a meeting's format: what is read or said now, for everybody alike, in the reader's own language. */
import { useState } from "preact/hooks";

import { report } from "../../call/refusal.ts";
import { Button, Notice } from "../../ui/index.ts";
import type { ToolProps } from "../registry.ts";
import { formats, inOwn, useFormats } from "./formats.ts";
import { t } from "./words/index.ts";
import "./cards.css";

function Panel({ session, seen, leads }: ToolProps) {
  const now = seen?.tool === "cards" && seen.open ? seen : null;
  const { known, failed } = useFormats();
  const [wanted, setWanted] = useState("");
  if (failed) {
    return (
      <Notice tone="warn" action={<Button onClick={() => void formats.load()}>{t("again")}</Button>}>
        {t("failed")}
      </Notice>
    );
  }
  if (known === null) return <p role="status">{t("coming")}</p>;
  const format = known.find((one) => one.format === (now?.format ?? wanted)) ?? known[0];
  const card = now ? format?.cards[now.card] : undefined;
  const show = (to: number) => {
    if (format) void session.use({ do: "cards.show", format: format.format, card: to }).then(report);
  };
  const last = (format?.cards.length ?? 1) - 1;
  return (
    <>
      {card ? (
        <article class="meeting-card" aria-live="polite" data-testid="card">
          <h3>{inOwn(card.title)}</h3>
          <p>{inOwn(card.text)}</p>
          <p class="soft small">{t("of", { n: (now?.card ?? 0) + 1, all: last + 1 })}</p>
        </article>
      ) : (
        <p class="soft">{t("none")}</p>
      )}
      {leads && !now && known.length > 1 && (
        <label class="stack tight">
          <span class="small">{t("which")}</span>
          <select class="input" value={format?.format} onChange={(event) => setWanted(event.currentTarget.value)}>
            {known.map((one) => (
              <option key={one.format} value={one.format}>
                {inOwn(one.title)}
              </option>
            ))}
          </select>
        </label>
      )}
      {leads && (
        <div class="row meeting-turn">
          {!now && <Button onClick={() => show(0)}>{t("show")}</Button>}
          {now && now.card > 0 && <Button onClick={() => show(now.card - 1)}>{t("before")}</Button>}
          {now && now.card < last && (
            <Button look="primary" onClick={() => show(now.card + 1)}>
              {t("next")}
            </Button>
          )}
          {now && <Button onClick={() => void session.use({ do: "cards.close" }).then(report)}>{t("away")}</Button>}
        </div>
      )}
    </>
  );
}

export default { Panel };
