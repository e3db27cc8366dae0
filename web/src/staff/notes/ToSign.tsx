/** What waits for my signature: my own ended sessions, and what I co-sign. */
import { when } from "../../text/catalogue.ts";
import { Icon, Notice } from "../../ui/index.ts";
import { me, sessionsBetween } from "../api.ts";
import type { ListedSession } from "../api.ts";
import { addDays, dayOf, ownZone } from "../days.ts";
import { useLoad } from "../load.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { shortDay } from "../words/index.ts";
import { may, toCosign } from "./door.ts";
import type { ToCosign } from "./door.ts";
import { unsentSessions } from "./kept.ts";
import { t } from "./words/index.ts";
import "./notes.css";

const NOW_AND_THEN = 60;
/** The server looks at so many days at once what is lacking. */
const LOOK = 7;

async function unsigned(): Promise<readonly ListedSession[]> {
  const today = dayOf(Date.now(), ownZone());
  const weeks = await Promise.all([1, 0].map((week) => sessionsBetween(addDays(today, 1 - LOOK * (week + 1)), addDays(today, -LOOK * week))));
  return weeks
    .flat()
    .filter((one) => one.state === "ended" && one.not_billable?.some(({ reason }) => reason === "unsigned_note"))
    .sort((a, b) => a.starts - b.starts);
}

export default function ToSign() {
  const mine = useLoad("unsigned", unsigned, NOW_AND_THEN);
  const cosign = useLoad("cosign", () => (may("note.cosign") ? toCosign() : Promise.resolve([])), NOW_AND_THEN);
  const kept = useLoad("unsent", () => unsentSessions(me.peek()?.person ?? "").then((all) => all.filter((one) => !one.startsWith("plan-"))));
  return (
    <div class="stack">
      <h1 tabIndex={-1}>{t("tosign.title")}</h1>
      {kept.value !== null && kept.value.length > 0 && (
        <Notice tone="warn" role="status" data-testid="unsent">
          {t("tosign.unsent")}
          <ul class="plain-list">
            {kept.value.map((session) => {
              const id = session.replace(/-own$/, "");
              return (
                <li key={session}>
                  <a href={linkTo("session", id)}>{mine.value?.find((one) => one.id === id)?.title ?? t("tosign.session")}</a>
                </li>
              );
            })}
          </ul>
        </Notice>
      )}
      <section class="card stack" aria-labelledby="due-title">
        <div>
          <h2 id="due-title">{t("tosign.due")}</h2>
          <p class="soft small">{t("tosign.weeks")}</p>
        </div>
        <Failed loaded={mine} />
        {mine.value === null && mine.code === null && <p class="soft">{t("loading")}</p>}
        {mine.value?.length === 0 && (
          <p class="soft row">
            <Icon name="check" /> {t("tosign.none")}
          </p>
        )}
        {mine.value !== null && mine.value.length > 0 && (
          <ul class="to-sign" data-testid="to-sign">
            {mine.value.map((one) => (
              <li key={one.id}>
                <a href={linkTo("session", one.id)}>{one.title}</a>
                <span class="soft small">{shortDay(dayOf(one.starts, one.zone))}</span>
                <span class="small">{t("tosign.clients", { n: one.not_billable?.find(({ reason }) => reason === "unsigned_note")?.clients ?? 0 })}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      {may("note.cosign") && (
        <section class="card stack" aria-labelledby="cosign-title">
          <h2 id="cosign-title">{t("tosign.cosign")}</h2>
          <Failed loaded={cosign} />
          {cosign.value === null && cosign.code === null && <p class="soft">{t("loading")}</p>}
          {cosign.value?.length === 0 && <p class="soft">{t("tosign.none_cosign")}</p>}
          {cosign.value !== null && cosign.value.length > 0 && (
            <ul class="to-sign" data-testid="to-cosign">
              {cosign.value.map((one) => (
                <Waiting key={`${one.session} ${one.about ?? ""}`} one={one} />
              ))}
            </ul>
          )}
        </section>
      )}
    </div>
  );
}

function Waiting({ one }: { one: ToCosign }) {
  return (
    <li>
      <a href={linkTo("cosign", one.session)} data-testid={`cosign-open-${one.about ?? "group"}`}>
        {one.about === null ? t("group") : one.about_name}
        <span class="unseen">, {one.title}</span>
      </a>
      <span class="soft small">
        {one.title}, {shortDay(dayOf(one.starts, one.zone))}
      </span>
      <span class="small">
        {t("tosign.signed_by", { who: one.signed_by_name, time: when(one.signed ?? 0, { dateStyle: "medium", timeStyle: "short" }) })}
      </span>
    </li>
  );
}
