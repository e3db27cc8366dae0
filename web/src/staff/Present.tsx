/** A session as it goes on: who of the expected is there, what would keep rows from being billed, who was there when. */
import { presence } from "./api.ts";
import type { Presence, Sendings, SessionDetail } from "./api.ts";
import { Chart } from "./Chart.tsx";
import { LacksList } from "./LacksList.tsx";
import { useLoad } from "./load.ts";
import type { Loaded } from "./load.ts";
import { Remind, SendingsList, useSendings } from "./Sendings.tsx";
import { reasonsOf } from "./reasons.ts";
import { Sheet } from "./Sheet.tsx";
import { Failed } from "./State.tsx";
import { clock, t } from "./words/index.ts";

/** Seconds. */
const LIVE = 10;
const PLACES = ["present", "waiting", "missing", "gone"] as const;

export function Present({ session }: { session: SessionDetail }) {
  const loaded = useLoad(`presence ${session.id}`, () => presence(session.id), session.state === "ended" ? 0 : LIVE);
  const written = useSendings(session.id, session.state !== "ended");
  const shown = loaded.value;
  const names = new Map(shown?.clients.map((client) => [client.person, client.legal_name || client.alias]));
  return (
    <section class="card stack" aria-labelledby="present-title" data-testid="present">
      <h2 id="present-title">{t("present.title")}</h2>
      <Failed loaded={loaded} />
      {shown === null ? (
        loaded.code === null && <p class="soft">{t("loading")}</p>
      ) : (
        <>
          {shown.state === "ended" ? <HowItWas shown={shown} zone={session.zone} /> : <Places session={session} shown={shown} written={written} />}
          <SendingsList loaded={written} names={names} zone={session.zone} />
          <Lacks shown={shown} />
          {shown.began !== null && <Chart presence={shown} starts={session.starts} ends={session.ends} zone={session.zone} />}
          <Sheet session={session.id} zone={session.zone} shown={shown} changed={loaded.again} />
          {shown.policy !== null && <p class="soft small">{t("attendance.policy", { policies: shown.policy })}</p>}
        </>
      )}
    </section>
  );
}

/** Expected against present, while the session is still to come or goes on. */
function Places({ session, shown, written }: { session: SessionDetail; shown: Presence; written: Loaded<Sendings> }) {
  const expected = shown.clients.filter((client) => client.expected).length;
  const here = shown.clients.filter((client) => client.where === "present" && client.expected).length;
  return (
    <>
      <p>
        <strong data-testid="here-of">{t("room.here_of", { here, all: expected })}</strong>
      </p>
      <dl class="places">
        {PLACES.map((where) => {
          const those = shown.clients.filter((client) => client.where === where);
          return (
            those.length > 0 && (
              <div key={where}>
                <dt>
                  <span class="chip" data-state={CHIP[where]}>
                    {t(`present.${where}`)}
                  </span>
                </dt>
                <dd>
                  <ul class="names" data-where={where}>
                    {those.map((client) => (
                      <li key={client.person}>
                        <span>
                          {client.legal_name || client.alias}
                          {!client.expected && <span class="soft small"> ({t("present.unexpected")})</span>}
                        </span>
                        {where === "missing" && shown.began !== null && (
                          <Remind session={session.id} client={client.person} alias={client.alias} zone={session.zone} loaded={written} />
                        )}
                      </li>
                    ))}
                  </ul>
                </dd>
              </div>
            )
          );
        })}
      </dl>
    </>
  );
}

const CHIP = { present: "in", waiting: "waiting", missing: undefined, gone: undefined } as const;

function HowItWas({ shown, zone }: { shown: Presence; zone: string }) {
  const came = shown.clients.filter((client) => client.stays.length > 0);
  const expected = shown.clients.filter((client) => client.expected);
  return (
    <p>
      {t("present.came_of", { came: came.filter((client) => client.expected).length, all: expected.length })}
      {shown.began !== null && shown.ended !== null && (
        <span class="soft"> · {t("time.range", { from: clock(shown.began, zone), to: clock(shown.ended, zone) })}</span>
      )}
    </p>
  );
}

/** What would keep rows from being billed, while that can still be mended. */
function Lacks({ shown }: { shown: Presence }) {
  if (reasonsOf(shown).length === 0) return shown.began === null ? null : <p class="soft">{t("lacks.none")}</p>;
  return (
    <section class="lacks stack tight" aria-labelledby="lacks-title" data-testid="not-billable">
      <h3 id="lacks-title">{t("lacks.title")}</h3>
      <LacksList shown={shown} />
    </section>
  );
}
