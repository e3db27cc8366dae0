/** The sessions of one day of the facility and how each one stands; today unless another day is chosen. */
import { signal } from "@preact/signals";

import { Check, Icon } from "../../ui/index.ts";
import { addDays, dayOf, isDay, ownZone } from "../days.ts";
import type { Day } from "../days.ts";
import { useLoad } from "../load.ts";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { longDay, t as staff } from "../words/index.ts";
import { boardOf } from "./door.ts";
import type { Board, SessionToday } from "./door.ts";
import { partOf, PARTS, sums, URGENT } from "./groups.ts";
import type { Part } from "./groups.ts";
import { SessionCard } from "./SessionCard.tsx";
import { load, t } from "./words/index.ts";
import "./today.css";

await load();

/** Seconds. The server answers an unchanged day in a few bytes. */
const NOW_AND_THEN = 15;
const TITLES: Record<Part, "going" | "later" | "over"> = { now: "going", later: "later", over: "over" };

/** The zone that says which day is today: the facility's, as soon as it has told it. */
let facility = ownZone();
/** What was chosen stays while somebody looks at a session and comes back. */
const mine = signal(false);

export default function TodayPage({ rest: [day = ""] }: PageProps) {
  return <Today day={isDay(day) ? day : null} />;
}

function Today({ day }: { day: Day | null }) {
  const loaded = useLoad(
    `day ${day ?? "today"}`,
    async () => {
      const found = await boardOf(day);
      facility = found.zone;
      return found;
    },
    NOW_AND_THEN,
  );
  const today = dayOf(Date.now(), facility);
  const shown = day ?? today;
  return (
    <div class="stack today">
      <div class="day-head">
        <div>
          <h1 tabIndex={-1}>{shown === today ? staff("today.title") : longDay(shown)}</h1>
          {shown === today && <p class="soft">{longDay(shown)}</p>}
        </div>
        <Days shown={shown} today={today} />
      </div>
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{staff("loading")}</p>}
      {loaded.value !== null && <Sessions board={loaded.value} />}
    </div>
  );
}

function Sessions({ board }: { board: Board }) {
  const some = board.sessions.some(({ leads }) => leads) && board.sessions.some(({ leads }) => !leads);
  const sessions = some && mine.value ? board.sessions.filter(({ leads }) => leads) : board.sessions;
  if (sessions.length === 0) {
    return (
      <div class="empty card">
        <Icon name="calendar" />
        <h2>{staff("today.none")}</h2>
        <p class="soft">{staff("today.none_hint")}</p>
      </div>
    );
  }
  const at = Date.now();
  return (
    <>
      {some && <Check label={t("mine")} checked={mine.value} onChange={(chosen) => (mine.value = chosen)} />}
      {PARTS.map((part) => (
        <PartOfDay key={part} part={part} sessions={sessions.filter((one) => partOf(one, at) === part)} />
      ))}
    </>
  );
}

function PartOfDay({ part, sessions }: { part: Part; sessions: readonly SessionToday[] }) {
  if (sessions.length === 0) return null;
  const all = sums(sessions);
  const urgent = part === "now" && sessions.length > 1 ? URGENT.filter((where) => all[where] !== undefined) : [];
  return (
    <section class="stack" aria-labelledby={`part-${part}`} data-testid={`part-${part}`}>
      <div class="row">
        <h2 id={`part-${part}`}>{t(TITLES[part])}</h2>
        {urgent.map((where) => (
          <span key={where} class="chip" data-where={where}>
            {t(`n.${where}`, { n: all[where] ?? 0 })}
          </span>
        ))}
      </div>
      <ul class={part === "now" ? "sessions" : "sessions card dense"}>
        {sessions.map((one) => (
          <SessionCard key={one.id} session={one} now={part === "now"} />
        ))}
      </ul>
    </section>
  );
}

function Days({ shown, today }: { shown: Day; today: Day }) {
  const to = (day: Day) => (day === today ? linkTo("today") : linkTo("day", day));
  return (
    <nav class="days" aria-label={staff("today.days")}>
      <a class="iconbutton" href={to(addDays(shown, -1))} aria-label={staff("today.before")} title={staff("today.before")}>
        <Icon name="back" />
      </a>
      <input
        class="input"
        type="date"
        value={shown}
        aria-label={staff("today.choose")}
        onChange={(event) => {
          const day = event.currentTarget.value;
          if (day !== "") location.hash = to(day);
        }}
      />
      <a class="iconbutton" href={to(addDays(shown, 1))} aria-label={staff("today.after")} title={staff("today.after")}>
        <Icon name="next" />
      </a>
      {shown !== today && (
        <a class="button" data-look="plain" href="#/">
          {staff("today.back")}
        </a>
      )}
    </nav>
  );
}
