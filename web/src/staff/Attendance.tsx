/** Weeks by clients: how many hours each client attended against the level of care, and what can still be met. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import { Button, Field, Icon, Notice } from "../ui/index.ts";
import { hours } from "./api.ts";
import type { ClientHours, Hours, LedSession, WeekOfClient } from "./api.ts";
import { SessionChart } from "./Chart.tsx";
import { addDays, dayOf, isDay } from "./days.ts";
import type { Day } from "./days.ts";
import { Download } from "./Download.tsx";
import { asked, chosen, lastDayOf } from "./heat.ts";
import type { Place } from "./heat.ts";
import { Heat, Legend } from "./Heat.tsx";
import { useLoad } from "./load.ts";
import { LetterButton } from "./Papers.tsx";
import { may } from "./notes/door.ts";
import type { PageProps } from "./pages.ts";
import { linkTo } from "./route.ts";
import { Rows } from "./Rows.tsx";
import { Failed, StatusWord } from "./State.tsx";
import { asHours, clock, known, longDay, shortDay, t } from "./words/index.ts";

const WEEKS = 6;
const NOW_AND_THEN = 60;
/** Names that are shown at once; in a bad week the rest must not push the table off the screen. */
const FEW = 4;

/** What was chosen stays while somebody looks at a session and comes back. */
const from = signal<Day | null>(null);
const group = signal("");
const text = signal("");

export default function AttendancePage({ rest: [which] }: PageProps) {
  return which === "rows" || !may("hours.read") ? <Rows /> : <Attendance />;
}

function Attendance() {
  const loaded = useLoad(`hours ${from.value}`, () => hours(from.value, WEEKS), NOW_AND_THEN);
  const report = loaded.value;
  const [cell, setCell] = useState<Cell | null>(null);
  return (
    <div class="stack">
      <div class="day-head">
        <h1 tabIndex={-1}>{t("attendance.title")}</h1>
        {report !== null && (
          <div class="row">
            <Download key={report.weeks.join()} from={report.weeks[0] ?? report.this_week} to={lastDayOf(report.weeks.at(-1) ?? report.this_week)} />
            <a class="button" data-look="plain" href={linkTo("attendance", "rows")}>
              {t("attendance.rows")}
            </a>
          </div>
        )}
      </div>
      <Failed loaded={loaded} />
      {report === null ? loaded.code === null && <p class="soft">{t("loading")}</p> : <Report report={report} cell={cell} choose={setCell} />}
    </div>
  );
}

/** A client's week that somebody has opened. */
interface Cell {
  readonly person: string;
  readonly week: Day;
}

function Report({ report, cell, choose }: { report: Hours; cell: Cell | null; choose: (cell: Cell | null) => void }) {
  const clients = chosen(report.clients, group.value, text.value);
  const open = cell === null ? undefined : report.clients.find((one) => one.person === cell.person);
  const column = cell === null ? -1 : report.weeks.indexOf(cell.week);
  const close = () => {
    choose(null);
    if (cell !== null) document.getElementById(`cell-${cell.person}-${cell.week}`)?.focus();
  };
  return (
    <>
      <ThisWeek report={report} clients={clients} />
      <Choice report={report} />
      {report.clients.length === 0 ? (
        <Empty title={t("hours.none")} hint={t("hours.none_hint")} />
      ) : clients.length === 0 ? (
        <Empty title={t("hours.nobody")} hint={t("hours.nobody_hint")} />
      ) : (
        <>
          <Heat
            report={report}
            clients={clients}
            open={cell}
            choose={({ row, column }: Place) => {
              const person = clients[row]?.person;
              const week = report.weeks[column];
              if (person !== undefined && week !== undefined) choose({ person, week });
            }}
          />
          <Legend report={report} />
        </>
      )}
      {open !== undefined && column >= 0 && <Opened key={`${cell?.person} ${cell?.week}`} report={report} client={open} column={column} close={close} />}
    </>
  );
}

function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div class="empty card">
      <Icon name="people" />
      <h2>{title}</h2>
      <p class="soft">{hint}</p>
    </div>
  );
}

/** The weeks that are shown, and whose. */
function Choice({ report }: { report: Hours }) {
  const first = report.weeks[0] ?? report.this_week;
  const last = report.weeks.at(-1) ?? report.this_week;
  const latest = addDays(report.this_week, -7 * (WEEKS - 1));
  const set = (day: Day) => {
    from.value = day === latest ? null : day;
  };
  return (
    <div class="row choice">
      <nav class="days" aria-label={t("hours.weeks")}>
        <button type="button" class="iconbutton" aria-label={t("hours.earlier")} title={t("hours.earlier")} onClick={() => set(addDays(first, -7 * WEEKS))} data-testid="weeks-earlier">
          <Icon name="back" />
        </button>
        <span class="span-of-days" data-testid="weeks-shown">
          {t("time.range", { from: shortDay(first), to: shortDay(lastDayOf(last)) })}
        </span>
        <button type="button" class="iconbutton" aria-label={t("hours.later")} title={t("hours.later")} onClick={() => set(addDays(first, 7 * WEEKS))} data-testid="weeks-later">
          <Icon name="next" />
        </button>
        {from.value !== null && (
          <button type="button" class="button" data-look="plain" onClick={() => set(latest)}>
            {t("hours.this_week")}
          </button>
        )}
      </nav>
      <Field
        label={t("hours.from")}
        type="date"
        value={first}
        onChange={(event) => {
          if (isDay(event.currentTarget.value)) set(event.currentTarget.value);
        }}
      />
      <Field
        kind="select"
        label={t("hours.group")}
        value={group.value}
        onChange={(event) => {
          group.value = event.currentTarget.value;
        }}
        data-testid="hours-group"
      >
        <option value="">{t("hours.every_group")}</option>
        {report.groups.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}
          </option>
        ))}
      </Field>
      <Field
        label={t("hours.client")}
        type="search"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        data-testid="hours-client"
      />
    </div>
  );
}

/** Whose hours cannot be met any more this week, and how many have met theirs. */
function ThisWeek({ report, clients }: { report: Hours; clients: readonly ClientHours[] }) {
  const column = report.weeks.indexOf(report.this_week);
  if (column < 0) return null;
  const now: InWeek[] = clients.flatMap((client) => {
    const week = client.weeks[column];
    return week ? [{ client, week }] : [];
  });
  if (now.length === 0) return null;
  const lost = now.filter(({ week }) => week.outlook === "out_of_reach");
  const minutes = asked(now.map(({ week }) => week));
  const level = minutes === null ? t("hours.their_level") : asHours(minutes);
  return (
    <section class="card stack" aria-labelledby="this-week">
      <div class="row spread">
        <h2 id="this-week">{t("hours.this_week")}</h2>
        <span class="soft">{t("hours.met_of", { met: now.filter(({ week }) => week.outlook === "met").length, all: now.length, level })}</span>
      </div>
      {lost.length === 0 ? (
        <p class="soft">{t("hours.none_lost")}</p>
      ) : (
        <Notice tone="warn" data-testid="out-of-reach">
          <p>
            <strong>{t("hours.lost", { n: lost.length, level })}</strong>
          </p>
          <Lost all={lost.slice(0, FEW)} />
          {lost.length > FEW && (
            <details>
              <summary>{t("hours.lost_more", { n: lost.length - FEW })}</summary>
              <Lost all={lost.slice(FEW)} />
            </details>
          )}
          <p class="small">{t("hours.lost_hint")}</p>
        </Notice>
      )}
    </section>
  );
}

interface InWeek {
  readonly client: ClientHours;
  readonly week: WeekOfClient;
}

function Lost({ all }: { all: readonly InWeek[] }) {
  return (
    <ul class="plain-list lost">
      {all.map(({ client, week }) => (
        <li key={client.person}>
          {client.legal_name} <span class="small">{t("hours.lost_by", { attended: asHours(week.minutes), left: asHours(week.minutes_to_come) })}</span>
        </li>
      ))}
    </ul>
  );
}

interface OpenedProps {
  readonly report: Hours;
  readonly client: ClientHours;
  readonly column: number;
  readonly close: () => void;
}

/** One client's week: the sessions that it is made of. */
function Opened({ report, client, column, close }: OpenedProps) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const week = client.weeks[column] ?? null;
  const first = report.weeks[column] ?? report.this_week;
  const sessions = new Map(report.sessions.map((one) => [one.id, one]));
  return (
    <section class="card stack" aria-labelledby="opened-title" data-testid="opened-week">
      <div class="row spread">
        <div>
          <h2 id="opened-title" ref={title} tabIndex={-1}>
            {client.legal_name}
          </h2>
          <p class="soft">
            {t("hours.week_of", { day: shortDay(first) })}
            {week !== null && <> · {t("level.words", { code: week.code, time: asHours(week.week_minutes) })}</>}
          </p>
        </div>
        <div class="row">
          <LetterButton client={client.person} name={client.legal_name || client.alias} from={report.weeks[0] ?? first} to={lastDayOf(first)} />
          <Button look="plain" onClick={close}>
            {t("close")}
          </Button>
        </div>
      </div>
      {week === null || (week.sessions.length === 0 && week.minutes_elsewhere === 0) ? (
        <p class="soft">{t("hours.no_sessions")}</p>
      ) : (
        <ul class="parts">
          {week.sessions.map((part) => {
            const session = sessions.get(part.session);
            return session && <PartOf key={part.session} session={session} minutes={part.minutes} status={part.status} person={client.person} />;
          })}
        </ul>
      )}
      {week !== null && week.minutes_elsewhere > 0 && <p class="soft">{t("hours.elsewhere", { time: asHours(week.minutes_elsewhere) })}</p>}
    </section>
  );
}

function PartOf({ session, minutes, status, person }: { session: LedSession; minutes: number; status: string; person: string }) {
  const [open, setOpen] = useState(false);
  const { zone } = session;
  return (
    <li class="stack tight">
      <div class="row spread">
        <a href={linkTo("session", session.id)}>
          {session.title} · {t("time.range", { from: clock(session.starts, zone), to: clock(session.ends, zone) })}
        </a>
        <span class="row">
          <strong>{t("minutes", { n: minutes })}</strong>
          <StatusWord status={status} />
        </span>
      </div>
      <p class="soft small">
        {longDay(dayOf(session.starts, zone))} · {known("kind", session.kind, "kind.unknown")}
        {!session.counts && ` · ${t("hours.does_not_count")}`}
      </p>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {t("chart.open")}
          <span class="unseen">: {session.title}</span>
        </summary>
        {open && <SessionChart id={session.id} starts={session.starts} ends={session.ends} zone={zone} marked={person} />}
      </details>
    </li>
  );
}
