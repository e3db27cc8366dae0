/** "Groups and schedule": a week of meetings, as a grid where there is room for one, as a list of days on a phone. */
import { useEffect, useState } from "preact/hooks";

import { Button, Icon, Notice } from "../../ui/index.ts";
import { me } from "../api.ts";
import { addDays, dayOf, isDay, ownZone } from "../days.ts";
import type { Day } from "../days.ts";
import { useLoad } from "../load.ts";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { longDay, shortDay, t as staff } from "../words/index.ts";
import { CancelDialog, ChangeDialog, MeetingDialog } from "./dialogs.tsx";
import type { Target } from "./dialogs.tsx";
import { weekOf } from "./door.ts";
import type { Group, PlannedSession, Week } from "./door.ts";
import { closedWord, Grid, MeetingWords } from "./Grid.tsx";
import { mondayOf } from "./layout.ts";
import { NewGroup } from "./NewGroup.tsx";
import { load, t } from "./words/index.ts";
import "./schedule.css";

await load();

const NOW_AND_THEN = 60;
const WIDE = matchMedia("(min-width: 60rem)");
/** The facility's zone, as soon as it has told it. */
let facility = ownZone();

type Open = { readonly what: "meeting" | "cancel"; readonly session: PlannedSession } | { readonly what: "change"; readonly session: PlannedSession; readonly target: Target | null } | { readonly what: "new" };

export default function SchedulePage({ rest: [day = ""] }: PageProps) {
  return <Schedule monday={mondayOf(isDay(day) ? day : dayOf(Date.now(), facility))} />;
}

function Schedule({ monday }: { monday: Day }) {
  const loaded = useLoad(
    `week ${monday}`,
    async () => {
      const week = await weekOf(monday, addDays(monday, 6));
      facility = week.zone;
      return week;
    },
    NOW_AND_THEN,
  );
  const [open, setOpen] = useState<Open | null>(null);
  const [saved, setSaved] = useState(false);
  const wide = useWide();
  const close = () => setOpen(null);
  const done = () => {
    close();
    setSaved(true);
    loaded.again();
  };
  const made = (group: Group) => {
    close();
    location.hash = linkTo("group", group.id);
  };
  const ask = (session: PlannedSession) => {
    setSaved(false);
    setOpen({ what: "meeting", session });
  };
  const week = loaded.value;
  return (
    <div class="stack schedule">
      <div class="day-head">
        <div>
          <h1 tabIndex={-1}>{t("title")}</h1>
          <p class="soft">{t("week_of", { from: shortDay(monday), to: shortDay(addDays(monday, 6)) })}</p>
        </div>
        <Weeks monday={monday} />
      </div>
      <div class="row schedule-acts">
        <a class="button" data-look="quiet" href={linkTo("groups")}>
          {t("all_groups")}
        </a>
        {me.value?.may.includes("schedule") === true && (
          <Button look="primary" onClick={() => setOpen({ what: "new" })} data-testid="new-group-button">
            {t("new")}
          </Button>
        )}
      </div>
      <Failed loaded={loaded} />
      {saved && (
        <Notice tone="good" icon="check" role="status">
          {t("saved")}
        </Notice>
      )}
      {week === null && loaded.code === null && <p class="soft">{staff("loading")}</p>}
      {week !== null &&
        (wide ? (
          <>
            {week.sessions.length === 0 && <p class="soft">{t("nothing_week")}</p>}
            <Grid week={week} monday={monday} onOpen={ask} onMove={(session, target) => setOpen({ what: "change", session, target })} />
            <p class="soft small">{t("keys")}</p>
          </>
        ) : (
          <Days week={week} monday={monday} onOpen={ask} />
        ))}
      {open?.what === "meeting" && (
        <MeetingDialog
          session={open.session}
          names={week?.staff ?? {}}
          onClose={close}
          onSaved={done}
          onChange={() => setOpen({ what: "change", session: open.session, target: null })}
          onCancel={() => setOpen({ what: "cancel", session: open.session })}
        />
      )}
      {open?.what === "change" && <ChangeDialog session={open.session} target={open.target} onClose={close} onSaved={done} />}
      {open?.what === "cancel" && <CancelDialog session={open.session} onClose={close} onSaved={done} />}
      {open?.what === "new" && <NewGroup zone={facility} onClose={close} onSaved={made} />}
    </div>
  );
}

function useWide(): boolean {
  const [wide, setWide] = useState(WIDE.matches);
  useEffect(() => {
    const changed = () => setWide(WIDE.matches);
    WIDE.addEventListener("change", changed);
    return () => WIDE.removeEventListener("change", changed);
  }, []);
  return wide;
}

function Weeks({ monday }: { monday: Day }) {
  const now = mondayOf(dayOf(Date.now(), facility));
  const to = (day: Day) => (day === now ? linkTo("schedule") : linkTo("schedule", day));
  return (
    <nav class="days" aria-label={t("week")}>
      <a class="iconbutton" href={to(addDays(monday, -7))} aria-label={t("previous_week")} title={t("previous_week")}>
        <Icon name="back" />
      </a>
      <input
        class="input"
        type="date"
        value={monday}
        aria-label={t("another_week")}
        onChange={(event) => {
          if (event.currentTarget.value !== "") location.hash = to(mondayOf(event.currentTarget.value));
        }}
      />
      <a class="iconbutton" href={to(addDays(monday, 7))} aria-label={t("next_week")} title={t("next_week")}>
        <Icon name="next" />
      </a>
      {monday !== now && (
        <a class="button" data-look="plain" href={linkTo("schedule")}>
          {t("this_week")}
        </a>
      )}
    </nav>
  );
}

/** A phone's week: day after day. */
function Days({ week, monday, onOpen }: { week: Week; monday: Day; onOpen: (session: PlannedSession) => void }) {
  const today = dayOf(Date.now(), week.zone);
  return (
    <div class="stack" data-testid="week-days">
      {Array.from({ length: 7 }, (_, n) => addDays(monday, n)).map((day) => {
        const closed = week.closed.find((one) => one.day === day);
        const sessions = week.sessions.filter((one) => dayOf(one.starts, week.zone) === day);
        return (
          <section key={day} class="card day-list" data-today={day === today || undefined} aria-labelledby={`day-${day}`}>
            <h2 id={`day-${day}`}>{longDay(day)}</h2>
            {closed !== undefined && <p class="closed">{closedWord(closed)}</p>}
            {sessions.length === 0 ? (
              <p class="soft">{t("nothing")}</p>
            ) : (
              <ul>
                {sessions.map((one) => (
                  <li key={one.id}>
                    <button type="button" class="meeting" data-state={one.state} onClick={() => onOpen(one)}>
                      <MeetingWords session={one} names={week.staff} />
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </section>
        );
      })}
    </div>
  );
}
