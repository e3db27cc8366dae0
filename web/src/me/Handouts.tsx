/** What was handed out in sessions that the client was in, to read again. There is nothing to see where there is none. */
import { useEffect, useState } from "preact/hooks";

import { when } from "../text/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Notice } from "../ui/Notice.tsx";
import { codeOf, http, keep } from "./door.ts";
import { t } from "./words.ts";

interface Handout {
  readonly session: string;
  readonly starts: number;
  readonly material: string;
  readonly title: string;
}

export function Handouts({ zone }: { zone: string }) {
  const [found, setFound] = useState<readonly Handout[]>([]);
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    void http.get<{ handouts: readonly Handout[] }>("/api/me/handouts").then(({ handouts }) => setFound(handouts), codeOf);
  }, []);
  if (found.length === 0) return null;
  const take = (one: Handout) =>
    void keep(`/api/me/handouts/${one.session}/${one.material}`, "application/pdf", "handout.pdf").then(
      () => setWrong(false),
      (error: unknown) => {
        codeOf(error);
        setWrong(true);
      },
    );
  return (
    <section class="card stack" aria-labelledby="handouts-title" data-testid="handouts">
      <h2 id="handouts-title">{t("handouts_title")}</h2>
      <ul class="handouts">
        {found.map((one) => (
          <li key={`${one.session} ${one.material}`}>
            <Icon name="note" />
            <div>
              <strong>{one.title}</strong>
              <span class="soft small">{when(one.starts, { dateStyle: "medium", timeZone: zone })}</span>
            </div>
            <Button icon="download" onClick={() => take(one)} data-testid={`handout-${one.material}`}>
              {t("handouts_open")}
              <span class="unseen">: {one.title}</span>
            </Button>
          </li>
        ))}
      </ul>
      {wrong && <Notice tone="bad" role="alert">{t("failed")}</Notice>}
    </section>
  );
}
