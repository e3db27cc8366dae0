/** Cards of a meeting's format: what is read or said now, for everybody alike. */
import { report } from "../../call/refusal.ts";
import { Button } from "../../ui/index.ts";
import type { ToolProps } from "../registry.ts";
import { t } from "./words/index.ts";

/** How many cards the plain format has: opening, reading, sharing, closing. */
const CARDS = 4;
const FORMAT = "plain";

function Panel({ session, seen, leads }: ToolProps) {
  const now = seen?.tool === "cards" && seen.open ? seen : null;
  const show = (card: number) => void session.use({ do: "cards.show", format: FORMAT, card }).then(report);
  const at = now?.card ?? 0;
  return (
    <>
      <p data-testid="card">{now ? t("of", { n: at + 1, all: CARDS }) : t("none")}</p>
      {leads && (
        <div class="row">
          {!now && <Button onClick={() => show(0)}>{t("show")}</Button>}
          {now && at > 0 && <Button onClick={() => show(at - 1)}>{t("before")}</Button>}
          {now && at + 1 < CARDS && <Button onClick={() => show(at + 1)}>{t("next")}</Button>}
          {now && <Button onClick={() => void session.use({ do: "cards.close" }).then(report)}>{t("away")}</Button>}
        </div>
      )}
    </>
  );
}

export default { Panel };
