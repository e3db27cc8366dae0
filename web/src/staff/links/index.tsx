/** A client's links, guests, calendars and messages: one tab of their page. */
import { useState } from "preact/hooks";

import { when } from "../../text/catalogue.ts";
import { announce, Button, Notice } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { moment, sentence } from "../words/index.ts";
import { useAct } from "./act.ts";
import { Calendars } from "./Calendars.tsx";
import { clientLinks, newFeed, renew, revoke } from "./door.ts";
import type { ClientLinks } from "./door.ts";
import { Guests } from "./Guests.tsx";
import "./links.css";
import { Reminders } from "./Reminders.tsx";
import { Sent } from "./Sent.tsx";
import { Ask, ShownOnce } from "./Shown.tsx";
import { load, t } from "./words/index.ts";

await load();

export default function Links({ client }: { readonly client: string }) {
  const loaded = useLoad(`links ${client}`, () => clientLinks(client));
  const told = loaded.value;
  if (told === null) {
    return (
      <div class="stack">
        <Failed loaded={loaded} />
        {loaded.code === null && <p class="soft">{t("loading")}</p>}
      </div>
    );
  }
  return (
    <div class="client-links" data-testid="client-links">
      <Failed loaded={loaded} />
      <section class="card stack" aria-labelledby="links-own">
        <h2 id="links-own">{t("standing.title")}</h2>
        <Standing client={client} told={told} changed={loaded.again} />
      </section>
      <section class="card stack" aria-labelledby="links-reminders">
        <h2 id="links-reminders">{t("reminders.title")}</h2>
        <Reminders client={client} reached={told.reached} changed={loaded.again} />
      </section>
      <section class="card stack" aria-labelledby="links-guests">
        <h2 id="links-guests">{t("guests.title")}</h2>
        <Guests client={client} told={told} changed={loaded.again} />
      </section>
      <section class="card stack" aria-labelledby="links-feeds">
        <h2 id="links-feeds">{t("feed.section")}</h2>
        <Calendars feeds={told.feeds} make={() => newFeed(client)} changed={loaded.again} staff={false} />
      </section>
      <section class="card stack wide" aria-labelledby="links-sent">
        <h2 id="links-sent">{t("sent.title")}</h2>
        <Sent sendings={told.sendings} />
      </section>
    </div>
  );
}

function Standing({ client, told, changed }: { client: string; told: ClientLinks; changed: () => void }) {
  const { busy, code, run } = useAct();
  const [made, setMade] = useState<string | null>(null);
  const [asking, setAsking] = useState<"renew" | "revoke" | null>(null);
  const { standing, next } = told;
  const make = () =>
    run(async () => {
      setAsking(null);
      setMade(await renew(client));
      changed();
    });
  return (
    <>
      <p class="soft">{t("standing.what")}</p>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
      <p data-testid="standing">
        {standing === null ? t("standing.none") : t("standing.until", { time: when(standing.expires, { dateStyle: "medium" }) })}
      </p>
      <p>
        {next === null ? (
          t("standing.no_next")
        ) : (
          <>
            {t("standing.next")} <a href={linkTo("session", next.session)}>{moment(next.starts, next.zone)}</a>
          </>
        )}
      </p>
      <div class="row">
        <Button icon="link" busy={busy} onClick={() => (standing === null ? make() : setAsking("renew"))} data-testid="renew-standing">
          {standing === null ? t("standing.make") : t("standing.renew")}
        </Button>
        {standing !== null && (
          <Button look="plain" onClick={() => setAsking("revoke")} data-testid="revoke-standing">
            {t("end")}
          </Button>
        )}
      </div>
      {made !== null && (
        <ShownOnce title={t("standing.made_title")} url={made} onClose={() => setMade(null)}>
          <p>{t("standing.made")}</p>
        </ShownOnce>
      )}
      {asking !== null && standing !== null && (
        <Ask
          title={asking === "renew" ? t("standing.renew_title") : t("standing.revoke_title")}
          act={asking === "renew" ? t("standing.renew") : t("end")}
          busy={busy}
          onClose={() => setAsking(null)}
          onYes={
            asking === "renew"
              ? make
              : () =>
                  run(async () => {
                    await revoke(standing.name);
                    setAsking(null);
                    announce(t("standing.revoked"));
                    changed();
                  })
          }
        >
          <p>{t("standing.ends")}</p>
        </Ask>
      )}
    </>
  );
}
