/**
 * What the staff pages ask of the server: every staff route of docs/protocol.md as a typed function. Owns shapes and
 * the meaning of status codes; `core/http.ts` owns fetching, the cookie and the CSRF header.
 */

import { signal } from "@preact/signals";

import { HttpError, openHttp } from "../core/http.ts";
import type { HttpDoor } from "../core/http.ts";
import type { Day } from "./days.ts";

export interface SessionSummary {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly starts: number;
  readonly ends: number;
  /** IANA zone of the facility. */
  readonly zone: string;
  readonly expected: number;
  readonly state: "scheduled" | "open" | "ended" | "cancelled";
  readonly present: number;
  readonly waiting: number;
}

/** What keeps so many rows of a session from being billed. */
export interface Lacking {
  readonly reason: string;
  readonly clients: number;
}

/** A session in the list of a day. */
export interface ListedSession extends SessionSummary {
  /** null where more days are asked for than a page looks at. */
  readonly not_billable: readonly Lacking[] | null;
}

export interface CheckIn {
  readonly at: number;
  readonly location: string;
  readonly state: string;
  readonly contact_name: string;
  readonly contact_phone: string;
  readonly callback_phone: string;
  readonly alone: boolean;
  readonly agreement: string;
}

export interface Interval {
  readonly start: number;
  readonly end: number | null;
  readonly ended_by: string;
}

/** One client's attendance of one session, as its page shows it. */
export interface AttendanceRow {
  readonly session: string;
  readonly client: string;
  readonly kind: string;
  readonly zone: string;
  readonly scheduled_start: number;
  readonly scheduled_end: number;
  readonly session_start: number | null;
  readonly session_end: number | null;
  readonly first_join: number | null;
  readonly last_leave: number | null;
  readonly intervals: readonly Interval[];
  readonly milliseconds: number;
  readonly minutes: number;
  readonly status: string;
  readonly policy: string;
  readonly group_size_clients: number;
  readonly final: boolean;
}

/** One row of the attendance export. */
export interface ExportedRow extends AttendanceRow {
  readonly minutes_attended: number;
  readonly minutes_corrected: number | null;
  readonly status_counts: string;
}

export interface Guest {
  readonly person: string;
  readonly name: string;
  readonly relationship: string;
  readonly part: "collateral" | "interpreter" | "peer_host";
  /** For whose benefit. */
  readonly client: string;
}

export interface RosterEntry {
  /** When the session starts that makes up for this one. */
  readonly made_up?: number | null;
  readonly person: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly check_in: CheckIn | null;
  readonly attendance: AttendanceRow | null;
}

export interface SessionDetail extends SessionSummary {
  readonly roster: readonly RosterEntry[];
  /** Who may come by a link of their own and stands on no roster. */
  readonly guests: readonly Guest[];
}

/** One message to a client about a session. */
export interface Sending {
  readonly id: string;
  readonly client: string;
  readonly why: "late" | "asked" | "before" | "cancelled";
  readonly step: number;
  readonly by: string;
  readonly queued: number;
  readonly state: "queued" | "sending" | "sent" | "failed" | "gave_up" | "withdrawn" | "unknown";
  readonly at: number;
  readonly next: number | null;
  readonly tries: number;
  readonly fault: string | null;
  readonly via: string;
  readonly reason: string;
}

export interface Sendings {
  readonly via: "log" | "smtp";
  /** The timetable. */
  readonly minutes: readonly number[];
  readonly clients: readonly { readonly client: string; readonly reach: "yes" | "no_address" | "opted_out"; readonly may_remind: boolean }[];
  readonly sendings: readonly Sending[];
}

export interface Link {
  readonly name: string;
  readonly person: string;
  readonly expires: number;
  readonly revoked: number | null;
}

/** How one client's week stands against the level of care. */
export interface WeekOfClient {
  /** The client's own level in this week, or else the clinic's. */
  readonly level: string;
  readonly code: string;
  readonly week_minutes: number;
  readonly minutes: number;
  readonly minutes_to_come: number;
  readonly minutes_short: number;
  readonly outlook: "met" | "reachable" | "out_of_reach" | "short";
  /** Of `minutes`: in sessions that others lead. */
  readonly minutes_elsewhere: number;
  readonly sessions: readonly { readonly session: string; readonly minutes: number; readonly status: string }[];
}

export interface ClientHours {
  readonly person: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly groups: readonly string[];
  /** One for each week; null where nothing expected them. */
  readonly weeks: readonly (WeekOfClient | null)[];
}

export interface LedSession {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly starts: number;
  readonly ends: number;
  readonly zone: string;
  readonly group: string;
  readonly counts: boolean;
}

export interface Hours {
  readonly now: number;
  readonly level: { readonly id: string; readonly code: string; readonly week_minutes: number };
  /** The first day of each. */
  readonly weeks: readonly Day[];
  readonly this_week: Day;
  readonly sessions: readonly LedSession[];
  readonly groups: readonly { readonly id: string; readonly title: string }[];
  readonly clients: readonly ClientHours[];
}

export interface Stay extends Interval {
  /** Nobody saw the end: it is the last proof that was kept. */
  readonly inferred: boolean;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The correction or excuse that counts. */
export interface SaidAbout {
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

export interface ClientPresence {
  readonly person: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly expected: boolean;
  readonly where: "present" | "waiting" | "gone" | "missing";
  readonly stays: readonly Stay[];
  readonly aside: readonly Span[];
  readonly minutes_attended: number;
  readonly minutes_break: number;
  readonly minutes_side_room: number;
  readonly modality: string | null;
  /** As the policy judges. */
  readonly status: string | null;
  readonly minutes_counts: number;
  readonly status_counts: string | null;
  readonly correction: SaidAbout | null;
  readonly excuse: SaidAbout | null;
  readonly not_billable: readonly string[];
  /** The usual code of such a session by whether they were there; empty where there is none. */
  readonly code_hint: string;
  /** What is lacking to a unit, or to the day, by the payer's rule. */
  readonly minutes_short: number;
  readonly units: number | null;
}

export interface Presence {
  readonly now: number;
  readonly state: "scheduled" | "open" | "ended";
  readonly began: number | null;
  readonly ended: number | null;
  readonly breaks: readonly Span[];
  readonly policy: string | null;
  /** Whether what counts now is what somebody signed. */
  readonly attested: boolean;
  readonly attested_by: string | null;
  readonly attested_at: number | null;
  readonly may_correct: boolean;
  readonly may_attest: boolean;
  readonly clients: readonly ClientPresence[];
}

export interface Me {
  readonly kind: string;
  readonly csrf: string;
  readonly person: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly role: string;
  /** What that role may do with the record under some relation (docs/access.md). */
  readonly may: readonly string[];
  /** An invented clinic: there are simulated participants. */
  readonly demo: boolean;
}

/** The one door of the staff pages. */
export const http: HttpDoor = openHttp();

/** null when nobody is signed in. */
export const me = signal<Me | null>(null);
/** Somebody was signed in and the server no longer knows them. */
export const expired = signal(false);
/** Counts sign-ins in this page: whatever was refused before may be tried again. */
export const signIns = signal(0);
/** Counts what this page has changed about attendance: whatever depends on it may be asked again. */
export const attendanceChanges = signal(0);

function welcome(answer: Me): Me {
  http.csrf = answer.csrf;
  me.value = answer;
  expired.value = false;
  signIns.value++;
  return answer;
}

/** Notices that the server has forgotten us, whoever asked. */
export async function noticing<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (codeOf(error) === "not_signed_in" && me.peek() !== null) expired.value = true;
    throw error;
  }
}

/** The stable code of whatever was thrown. */
export function codeOf(error: unknown): string {
  return error instanceof HttpError ? error.code : "internal";
}

/** Whether asking again later may help, without anybody doing anything. */
export function passes(code: string, status: number): boolean {
  return code === "offline" || code === "not_now" || code === "too_many" || status >= 500;
}

/** Who is signed in in this browser; null if nobody of the staff. */
export async function whoAmI(): Promise<Me | null> {
  try {
    const answer = await http.get<Me>("/api/session");
    return answer.kind === "staff" ? welcome(answer) : null;
  } catch (error) {
    if (codeOf(error) === "not_signed_in") return null;
    throw error;
  }
}

export async function signIn(name: string, password: string): Promise<Me> {
  return welcome(await http.post<Me>("/api/staff/sign-in", { name, password }));
}

export async function signOut(): Promise<void> {
  try {
    await http.post("/api/sign-out");
  } catch (error) {
    if (codeOf(error) !== "not_signed_in") throw error;
  }
  me.value = null;
  expired.value = false;
  http.csrf = "";
}

const DEMO = "/api/demo/participants";

/** How many simulated participants there are, in a demo. */
export async function simulated(): Promise<number> {
  return (await noticing(http.get<{ simulated: number }>(DEMO))).simulated;
}

/** Send simulated participants for everybody of the group who is not there; they appear in the waiting room. */
export async function simulate(): Promise<number> {
  return (await noticing(http.post<{ simulated: number }>(DEMO))).simulated;
}

export async function sendAway(): Promise<number> {
  return (await noticing(http.delete<{ simulated: number }>(DEMO))).simulated;
}

const at = (session: string): string => `/api/staff/sessions/${encodeURIComponent(session)}`;

/** The sessions of one day of the facility; today if none is named. */
export async function sessions(day: Day | null): Promise<readonly ListedSession[]> {
  const query = day === null ? "" : `?from=${day}&to=${day}`;
  return (await noticing(http.get<{ sessions: ListedSession[] }>(`/api/staff/sessions${query}`))).sessions;
}

/** Those of so many days, both included. More than a week at once do not say what is lacking. */
export async function sessionsBetween(from: Day, to: Day): Promise<readonly ListedSession[]> {
  return (await noticing(http.get<{ sessions: ListedSession[] }>(`/api/staff/sessions?from=${from}&to=${to}`))).sessions;
}

export function detail(session: string): Promise<SessionDetail> {
  return noticing(http.get<SessionDetail>(at(session)));
}

export async function newLink(session: string, person: string): Promise<string> {
  return (await noticing(http.post<{ url: string }>(`${at(session)}/links`, { person }))).url;
}

export async function links(session: string): Promise<readonly Link[]> {
  return (await noticing(http.get<{ links: Link[] }>(`${at(session)}/links`))).links;
}

/** Who pays for a client from a day on. */
export interface NewCoverage {
  readonly payer: string;
  readonly effective_from: Day;
  readonly payer_name: string;
  readonly member: string;
  readonly authorization: string;
  readonly authorized_units: number | null;
  readonly authorized_from: Day | null;
  readonly authorized_to: Day | null;
  readonly place_of_service: string;
}

interface Recorded {
  readonly id: string;
  /** The last day; before the first, the entry was a mistake. */
  readonly effective_to: Day | null;
  readonly recorded: number;
  readonly recorded_by: string;
  /** Whether it is the one that counts today. */
  readonly in_force: boolean;
}

export interface CoverageEntry extends NewCoverage, Recorded {
  /** Whether a rule pack knows the payer. */
  readonly has_rules: boolean;
}

export interface LevelEntry extends Recorded {
  readonly level: string;
  readonly effective_from: Day;
  /** With its edition; empty if there is no such pack any more. */
  readonly code: string;
  readonly week_minutes: number;
}

export interface ClientCoverage {
  readonly client: string;
  readonly coverage: readonly CoverageEntry[];
  readonly levels: readonly LevelEntry[];
  /** Payers that rule packs know. */
  readonly payers: readonly string[];
  readonly level_choices: readonly { readonly id: string; readonly code: string; readonly week_minutes: number }[];
  readonly clinic_level: string;
}

const ofClient = (client: string): string => `/api/v1/clients/${encodeURIComponent(client)}`;

export function coverage(client: string): Promise<ClientCoverage> {
  return noticing(http.get<ClientCoverage>(`${ofClient(client)}/coverage`));
}

export async function recordCoverage(client: string, entry: NewCoverage): Promise<void> {
  await noticing(http.post(`${ofClient(client)}/coverage`, entry));
}

export async function recordLevel(client: string, level: string, from: Day): Promise<void> {
  await noticing(http.post(`${ofClient(client)}/levels`, { level, effective_from: from }));
}

/** Of a coverage or a level. */
export async function endEntry(client: string, entry: string, lastDay: Day): Promise<void> {
  await noticing(http.post(`${ofClient(client)}/coverage/${encodeURIComponent(entry)}/end`, { last_day: lastDay }));
}

/** The field that was refused, if the server named one. */
export function fieldOf(error: unknown): string | null {
  const field = error instanceof HttpError ? (error.body as { field?: string } | null)?.field : undefined;
  return field === undefined || field === "" ? null : field;
}

export async function revokeLink(name: string): Promise<void> {
  await noticing(http.delete(`/api/staff/links/${encodeURIComponent(name)}`));
}

/** The last weeks, or so many from the one that `from` lies in. */
export function hours(from: Day | null, weeks: number): Promise<Hours> {
  return noticing(http.get<Hours>(`/api/staff/hours?weeks=${weeks}${from === null ? "" : `&from=${from}`}`));
}

export function presence(session: string): Promise<Presence> {
  return noticing(http.get<Presence>(`${at(session)}/presence`));
}

export function sendings(session: string): Promise<Sendings> {
  return noticing(http.get<Sendings>(`${at(session)}/sendings`));
}

export async function remind(session: string, client: string): Promise<void> {
  await noticing(http.post(`${at(session)}/sendings`, { client }));
}

/** `minutes` null takes an earlier correction back. */
export async function correct(session: string, client: string, minutes: number | null, reason: string): Promise<void> {
  await noticing(http.post("/api/v1/corrections", { session, client, minutes, reason }));
  attendanceChanges.value++;
}

export async function excuse(session: string, client: string, excused: boolean, reason: string): Promise<void> {
  await noticing(http.post("/api/v1/corrections", { session, client, excused, reason }));
  attendanceChanges.value++;
}

export async function attest(session: string): Promise<void> {
  await noticing(http.post(`${at(session)}/attest`));
  attendanceChanges.value++;
}

function pdf(path: string, body: unknown): Promise<Blob> {
  return noticing(http.file(path, "application/pdf", new AbortController().signal, () => undefined, body));
}

/** The signed sheet of an ended session, for the programme's own files. */
export function sheet(session: string): Promise<Blob> {
  return pdf(`${at(session)}/sheet`, {});
}

/** For whom a letter about a client may be written, by their consents in force. */
export interface LetterChoice {
  readonly recipient: string;
  readonly purpose: string;
}

const lettersOf = (client: string): string => `/api/staff/clients/${encodeURIComponent(client)}/letters`;

export async function letterChoices(client: string): Promise<readonly LetterChoice[]> {
  return (await noticing(http.get<{ choices: LetterChoice[] }>(lettersOf(client)))).choices;
}

export function letter(client: string, from: Day, to: Day, { recipient, purpose }: LetterChoice): Promise<Blob> {
  return pdf(lettersOf(client), { from, to, recipient, purpose });
}

export interface AttendancePage {
  readonly rows: readonly ExportedRow[];
  /** The cursor of the next page; null after the last row. */
  readonly next: string | null;
}

/** Rows of the facility's days `from` to `to`, both included. */
export function attendance(from: Day, to: Day, cursor: string | null): Promise<AttendancePage> {
  const more = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
  return noticing(http.get<AttendancePage>(`/api/v1/attendance?from=${from}&to=${to}&format=json${more}`));
}

/** The file of the same rows; `told` hears how many there are so far. */
export function attendanceCsv(from: Day, to: Day, signal: AbortSignal, told: (rows: number) => void): Promise<Blob> {
  const count = countRows();
  const path = `/api/v1/attendance?from=${from}&to=${to}&format=csv`;
  return noticing(http.file(path, "text/csv", signal, (piece) => told(count(piece))));
}

/** Counts the rows of a CSV that comes in pieces, without its header. A line break within quotes is no row. */
export function countRows(): (piece: Uint8Array) => number {
  let lines = 0;
  let quoted = false;
  return (piece) => {
    for (const byte of piece) {
      if (byte === 0x22) quoted = !quoted;
      else if (byte === 0x0a && !quoted) lines++;
    }
    return Math.max(0, lines - 1);
  };
}
