/** The sessions of one day of the facility, today unless another is chosen. */
import { Icon } from "../../ui/index.ts";
import { sessions } from "../api.ts";
import type { ListedSession } from "../api.ts";
import { addDays, dayOf, isDay, ownZone } from "../days.ts";
import type { Day } from "../days.ts";
import { useLoad } from "../load.ts";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { Failed, State } from "../State.tsx";
import { Times } from "../Times.tsx";
import { known, longDay, t } from "../words/index.ts";

const NOW_AND_THEN = 10;

/** The zone that says which day is today: the facility's, as soon as any session has told it. */
let facility = ownZone();

export default function TodayPage({ rest: [day = ""] }: PageProps) {
  return <Today day={isDay(day) ? day : null} />;
}

function Today({ day }: { day: Day | null }) {
  const loaded = useLoad(
    `day ${day ?? "today"}`,
    async () => {
      const found = await sessions(day);
      facility = found[0]?.zone ?? facility;
      return found;
    },
    NOW_AND_THEN,
  );
  const today = dayOf(Date.now(), facility);
  const shown = day ?? today;
  return (
    <div class="stack">
      <div class="day-head">
        <div>
          <h1 tabIndex={-1}>{shown === today ? t("today.title") : longDay(shown)}</h1>
          {shown === today && <p class="soft">{longDay(shown)}</p>}
        </div>
        <Days shown={shown} today={today} />
      </div>
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
      {loaded.value?.length === 0 && (
        <div class="empty card">
          <Icon name="calendar" />
          <h2>{t("today.none")}</h2>
          <p class="soft">{t("today.none_hint")}</p>
        </div>
      )}
      {loaded.value !== null && loaded.value.length > 0 && (
        <ul class="sessions">
          {loaded.value.map((one) => (
            <SessionCard key={one.id} session={one} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Days({ shown, today }: { shown: Day; today: Day }) {
  const to = (day: Day) => day === today ? linkTo("today") : linkTo("day", day);
  return (
    <nav class="days" aria-label={t("today.days")}>
      <a class="iconbutton" href={to(addDays(shown, -1))} aria-label={t("today.before")} title={t("today.before")}>
        <Icon name="back" />
      </a>
      <input
        class="input"
        type="date"
        value={shown}
        aria-label={t("today.choose")}
        onChange={(event) => {
          const day = event.currentTarget.value;
          if (day !== "") location.hash = to(day);
        }}
      />
      <a class="iconbutton" href={to(addDays(shown, 1))} aria-label={t("today.after")} title={t("today.after")}>
        <Icon name="next" />
      </a>
      {shown !== today && (
        <a class="button" data-look="plain" href="#/">
          {t("today.back")}
        </a>
      )}
    </nav>
  );
}

function SessionCard({ session }: { session: ListedSession }) {
  const { id, state } = session;
  return (
    <li class="session card" data-testid={`session-${id}`} data-state={state}>
      <div class="when">
        <Times starts={session.starts} ends={session.ends} zone={session.zone} />
      </div>
      <div class="what">
        <h2>
          <a href={linkTo("session", id)}>{session.title}</a>
        </h2>
        <p class="soft">
          {known("kind", session.kind, "kind.unknown")} · {t("expected", { n: session.expected })}
        </p>
        <p class="row now">
          <State of={session} />
          {session.waiting > 0 && (
            <span class="chip" data-state="waiting">
              <Icon name="door" />
              {t("waiting_now", { n: session.waiting })}
            </span>
          )}
          {session.present > 0 && state !== "ended" && <span class="soft small">{t("in_room", { n: session.present })}</span>}
        </p>
        <Lacks session={session} />
      </div>
      <div class="do">
        {state === "ended" ? (
          <a class="button" data-look="quiet" href={linkTo("session", id)}>
            <Icon name="note" />
            <span>{t("open_notes")}</span>
          </a>
        ) : (
          <a class="button" data-look="primary" href={`/room#${id}`} data-testid={`open-room-${id}`}>
            <Icon name="camera" />
            <span>{t("open_room")}</span>
            <span class="unseen">: {session.title}</span>
          </a>
        )}
      </div>
    </li>
  );
}

/** What keeps rows from being billed, in counts; the session's page says of whom, and what to do. */
function Lacks({ session }: { session: ListedSession }) {
  const { not_billable: lacking } = session;
  if (lacking === null || lacking.length === 0) return null;
  return (
    <details class="small" data-testid={`lacks-${session.id}`}>
      <summary>
        {t("lacks.title")}
        <span class="unseen">: {session.title}</span>
      </summary>
      <ul class="ticks">
        {lacking.map(({ reason, clients }) => (
          <li key={reason} data-reason={reason}>
            <Icon name="warn" />
            <span>
              {known("reason", reason, "reason.unknown")} {t("lacks.clients", { n: clients })}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
