/** Calendar feeds of somebody: those that open, a new one, and the end of one. */
import { useState } from "preact/hooks";

import { when } from "../../text/catalogue.ts";
import { announce, Button, Notice } from "../../ui/index.ts";
import { sentence } from "../words/index.ts";
import { useAct } from "./act.ts";
import { dropFeed } from "./door.ts";
import type { Feed } from "./door.ts";
import { Ask, ShownOnce } from "./Shown.tsx";
import { t } from "./words/index.ts";

export interface CalendarsProps {
  readonly feeds: readonly Feed[] | null;
  readonly make: () => Promise<string>;
  readonly changed: () => void;
  readonly staff: boolean;
}

export function Calendars({ feeds, make, changed, staff }: CalendarsProps) {
  const { busy, code, run } = useAct();
  const [made, setMade] = useState<string | null>(null);
  const [ending, setEnding] = useState<string | null>(null);
  return (
    <div class="stack">
      <p class="soft">{staff ? t("feed.what_staff") : t("feed.what_client")}</p>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {code === "too_many" ? t("feed.too_many") : sentence(code)}
        </Notice>
      )}
      {feeds?.length === 0 && <p class="soft small">{t("feed.none")}</p>}
      {feeds !== null && feeds.length > 0 && (
        <ul class="plain-list" data-testid="feeds">
          {feeds.map((feed) => (
            <li key={feed.name} class="row spread link-row">
              <span>{t("feed.made", { time: when(feed.created, { dateStyle: "medium", timeStyle: "short" }) })}</span>
              <Button look="plain" onClick={() => setEnding(feed.name)} data-testid={`end-feed-${feed.name}`}>
                {t("end")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button
          icon="calendar"
          busy={busy}
          onClick={() =>
            run(async () => {
              setMade(await make());
              changed();
            })
          }
          data-testid="new-feed"
        >
          {t("feed.make")}
        </Button>
      </div>
      {made !== null && (
        <ShownOnce title={t("feed.title")} url={made} onClose={() => setMade(null)}>
          <p>{t("feed.how")}</p>
          <p class="soft small">{t("feed.who_sees")}</p>
        </ShownOnce>
      )}
      {ending !== null && (
        <Ask
          title={t("feed.end_title")}
          act={t("end")}
          busy={busy}
          onClose={() => setEnding(null)}
          onYes={() =>
            run(async () => {
              await dropFeed(ending);
              setEnding(null);
              announce(t("feed.ended"));
              changed();
            })
          }
        >
          <p>{t("feed.end_why")}</p>
        </Ask>
      )}
    </div>
  );
}
