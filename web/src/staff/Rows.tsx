/** Attendance row by row over a range of days: what the export gives, as a table and as a file. */
import { useState } from "preact/hooks";

import { announce, Button, Field, Icon, IconButton, Notice } from "../ui/index.ts";
import { attendance, codeOf, detail } from "./api.ts";
import type { ExportedRow } from "./api.ts";
import { addDays, dayOf, isDay, ownZone } from "./days.ts";
import type { Day } from "./days.ts";
import { Download } from "./Download.tsx";
import { useLoad } from "./load.ts";
import { may } from "./notes/door.ts";
import { packet } from "./notes/printing.ts";
import { linkTo } from "./route.ts";
import { save } from "./save.ts";
import { Failed, Status } from "./State.tsx";
import { staysInWords, Strip } from "./Strip.tsx";
import { clock, known, sentence, shortDay, t } from "./words/index.ts";

/** Names are asked for session by session; beyond this many the table shows ids alone. */
const MOST_NAMES = 30;

interface Names {
  readonly people: ReadonlyMap<string, string>;
  readonly titles: ReadonlyMap<string, string>;
}

/** The export knows people by id; for the screen the rosters of the same sessions give the names. */
async function namesOf(ids: readonly string[]): Promise<Names> {
  const people = new Map<string, string>();
  const titles = new Map<string, string>();
  // Whoever may see no roster (billing, compliance) works with ids.
  if (!may("session.read")) return { people, titles };
  for (const id of ids.slice(0, MOST_NAMES)) {
    try {
      const session = await detail(id);
      titles.set(id, session.title);
      for (const entry of session.roster) people.set(entry.person, entry.legal_name);
    } catch (error) {
      // A session that somebody else leads is none of ours: its people stay ids.
      if (codeOf(error) !== "no_such_thing") throw error;
    }
  }
  return { people, titles };
}

export function Rows() {
  const today = dayOf(Date.now(), ownZone());
  const [from, setFrom] = useState<Day>(addDays(today, -6));
  const [to, setTo] = useState<Day>(today);
  const backwards = from > to;
  const set = (change: (day: Day) => void) => (event: { currentTarget: HTMLInputElement }) => {
    if (isDay(event.currentTarget.value)) change(event.currentTarget.value);
  };

  return (
    <div class="stack">
      <div>
        {may("hours.read") && (
          <a class="back" href={linkTo("attendance")}>
            <Icon name="back" />
            {t("attendance.title")}
          </a>
        )}
        <h1 tabIndex={-1}>{t("attendance.rows")}</h1>
      </div>
      <div class="row range">
        <Field label={t("attendance.from")} type="date" value={from} max={to} onChange={set(setFrom)} data-testid="attendance-from" />
        <Field label={t("attendance.to")} type="date" value={to} min={from} onChange={set(setTo)} data-testid="attendance-to" />
        {!backwards && (
          <Download key={`${from} ${to}`} from={from} to={to} />
        )}
      </div>
      {backwards ? (
        <Notice tone="bad" role="alert">
          {t("attendance.backwards")}
        </Notice>
      ) : (
        <Table key={`${from} ${to}`} from={from} to={to} />
      )}
    </div>
  );
}

interface More {
  readonly rows: readonly ExportedRow[];
  readonly next: string | null;
}

function Table({ from, to }: { from: Day; to: Day }) {
  const loaded = useLoad(`attendance ${from} ${to}`, () => attendance(from, to, null));
  const [more, setMore] = useState<More | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const rows = [...(loaded.value?.rows ?? []), ...(more?.rows ?? [])];
  const cursor = (more ?? loaded.value)?.next ?? null;
  const held = [...new Set(rows.map((row) => row.session))];
  const names = useLoad(`names ${held.join(" ")}`, () => namesOf(held));

  const next = async (after: string) => {
    try {
      const page = await attendance(from, to, after);
      setMore({ rows: [...(more?.rows ?? []), ...page.rows], next: page.next });
      setCode(null);
    } catch (error) {
      setCode(codeOf(error));
    }
  };

  if (loaded.value === null) return loaded.code === null ? <p class="soft">{t("loading")}</p> : <Failed loaded={loaded} />;
  if (rows.length === 0) {
    return (
      <div class="empty card">
        <Icon name="people" />
        <h2>{t("attendance.none")}</h2>
        <p class="soft">{t("attendance.none_hint")}</p>
      </div>
    );
  }
  return (
    <div class="stack">
      <Failed loaded={loaded} />
      <div class="card table-card" role="region" aria-label={t("attendance.table")} tabIndex={0}>
        <table>
          <caption class="unseen">{t("attendance.table")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("attendance.date")}</th>
              <th scope="col">{t("attendance.client")}</th>
              <th scope="col">{t("attendance.session")}</th>
              <th scope="col" class="number">
                {t("attendance.minutes")}
              </th>
              <th scope="col">{t("attendance.status")}</th>
              <th scope="col">{t("attendance.presence")}</th>
              {may("audit.packet") && <th scope="col">{t("packet.make")}</th>}
            </tr>
          </thead>
          <tbody>
            {sorted(rows, names.value).map((row) => (
              <Line key={`${row.session} ${row.client}`} row={row} names={names.value} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="soft small">{t("attendance.policy", { policies: [...new Set(rows.map((row) => row.policy))].join(", ") })}</p>
      {code !== null && <Notice tone="bad">{sentence(code)}</Notice>}
      {cursor !== null && (
        <div>
          <Button onClick={() => void next(cursor)}>{t("attendance.more")}</Button>
        </div>
      )}
    </div>
  );
}

/** Newest session first, then by name; the export's own order is the one in which rows were stored. */
function sorted(rows: readonly ExportedRow[], names: Names | null): ExportedRow[] {
  const name = (row: ExportedRow) => names?.people.get(row.client) ?? row.client;
  return [...rows].sort(
    (a, b) =>
      b.scheduled_start - a.scheduled_start || a.session.localeCompare(b.session) || name(a).localeCompare(name(b)),
  );
}

function Line({ row, names }: { row: ExportedRow; names: Names | null }) {
  const { zone } = row;
  return (
    <tr>
      <td>
        <span class="nowrap">{shortDay(dayOf(row.scheduled_start, zone))}</span>
        <span class="soft small nowrap"> {clock(row.scheduled_start, zone)}</span>
      </td>
      <th scope="row">{names?.people.get(row.client) ?? <code class="small">{row.client}</code>}</th>
      <td>{names?.titles.get(row.session) ?? known("kind", row.kind, "kind.unknown")}</td>
      <td class="number">{row.minutes_corrected ?? row.minutes_attended}</td>
      <td>
        <Status row={{ status: row.status_counts, intervals: row.intervals }} />
      </td>
      <td class="presence">
        {row.intervals.length === 0 ? (
          <span class="soft">{t("strip.none")}</span>
        ) : (
          <span title={staysInWords(row.intervals, zone).join("\n")}>
            <Strip starts={row.scheduled_start} ends={row.scheduled_end} zone={zone} intervals={row.intervals} now={Date.now()} />
          </span>
        )}
      </td>
      {may("audit.packet") && (
        <td>
          <Packet row={row} client={names?.people.get(row.client) ?? row.client} />
        </td>
      )}
    </tr>
  );
}

/** The signed bundle that shows an auditor what this row was made of. There is none before the session has ended. */
function Packet({ row, client }: { row: ExportedRow; client: string }) {
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  if (!row.final) return null;
  const make = async () => {
    setBusy(true);
    setCode(null);
    try {
      save(await packet(row.session, row.client), "audit-packet.zip");
      announce(t("paper.saved"));
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  const of = t("packet.of", { client, day: shortDay(dayOf(row.scheduled_start, row.zone)) });
  return (
    <>
      <IconButton icon="download" label={of} aria-disabled={busy || undefined} onClick={() => void (busy || make())} data-testid={`packet-${row.session}-${row.client}`} />
      {code !== null && (
        <p class="small bad" role="alert">
          {t("packet.failed", { why: sentence(code) })}
        </p>
      )}
    </>
  );
}
