/** What the pages of groups and the schedule ask of the server: each route of docs/protocol.md as a typed function. */
import { HttpError } from "../../core/http.ts";
import { http, noticing } from "../api.ts";
import type { Day } from "../days.ts";

export interface PlannedSession {
  readonly id: string;
  readonly series: string | null;
  readonly title: string;
  readonly kind: string;
  /** The day on which the group's rule puts it; null of one that follows no group. */
  readonly day: Day | null;
  readonly starts: number;
  readonly ends: number;
  readonly zone: string;
  readonly expected: number;
  readonly capacity: number;
  readonly facilitators: readonly string[];
  readonly cofacilitators: readonly string[];
  readonly cancelled: string;
  readonly state: "planned" | "open" | "over" | "cancelled";
  readonly make_up_for: string | null;
  readonly may_change: boolean;
}

export interface ClosedDay {
  readonly day: Day;
  readonly code: string;
  readonly name: string;
}

export type Names = Readonly<Record<string, string>>;

export interface Week {
  readonly start: number;
  readonly end: number;
  readonly zone: string;
  readonly now: number;
  readonly sessions: readonly PlannedSession[];
  readonly closed: readonly ClosedDay[];
  readonly staff: Names;
}

export interface Plan {
  readonly start: Day;
  readonly at: string;
  readonly minutes: number;
  readonly rrule: string;
  readonly facilitators: readonly string[];
  readonly cofacilitators: readonly string[];
}

export interface GroupLine {
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly track: string;
  readonly cohort: string;
  readonly capacity: number;
  readonly members: number;
  readonly first: Day;
  readonly until: Day | null;
  readonly plan: Plan;
  readonly over: boolean;
  readonly may_change: boolean;
}

export interface Member {
  readonly client: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly joins: Day;
  readonly leaves: Day | null;
}

export interface Group extends GroupLine {
  readonly zone: string;
  readonly holidays: boolean;
  readonly later: readonly Plan[];
  readonly revision: number;
  readonly today: Day;
  readonly roster: readonly Member[];
  readonly sessions: readonly PlannedSession[];
  readonly staff: Names;
  /** From how many days before a meeting clients are told by a message that it is cancelled; 0: nobody is. */
  readonly told_days: number;
}

export interface Groups {
  readonly groups: readonly GroupLine[];
  readonly next: string | null;
  readonly staff: Names;
}

export interface Conflict {
  readonly kind: "client" | "staff" | "cap" | "capacity" | "holiday" | "cohort";
  readonly session: string;
  readonly starts: number;
  readonly count: number;
  readonly who: string;
  readonly other: string;
  readonly rule: string;
}

export interface Preview {
  readonly sessions: readonly { readonly id: string; readonly starts: number; readonly was: number | null; readonly cancelled: string }[];
  readonly count: number;
  readonly conflicts: readonly Conflict[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly alias: string;
}

export interface MakeUp {
  readonly client: string;
  readonly session: string;
  readonly starts: number | null;
}

export type Scope = "one" | "following" | "all";
export type Body = Readonly<Record<string, unknown>>;

/** A change of a group: where it is asked, and what. The same is asked for a preview of it. */
export interface Change {
  readonly path: string;
  readonly body: Body;
  readonly method?: "PUT";
}

/** A session that may be cancelled, and who of its roster would get a message. */
export interface Cancelling {
  readonly session: PlannedSession;
  readonly told: readonly string[];
}

const SERIES = "/api/staff/series";
const cancelOf = (session: string): string => `/api/staff/sessions/${encodeURIComponent(session)}/cancel`;

/** Raises `HttpError` where it may not be cancelled. */
export const cancelling = (session: string): Promise<Cancelling> => noticing(http.get<Cancelling>(cancelOf(session)));

/** One that follows no group. */
export const cancelSingle = (session: string, reason: string): Promise<PlannedSession> => noticing(http.post<PlannedSession>(cancelOf(session), { reason }));

export const weekOf = (from: Day, to: Day): Promise<Week> => noticing(http.get<Week>(`/api/staff/schedule?from=${from}&to=${to}`));

export const groupOf = (id: string): Promise<Group> => noticing(http.get<Group>(`${SERIES}/${encodeURIComponent(id)}`));

/** All groups, page after page. */
export async function allGroups(): Promise<Groups> {
  let found = await noticing(http.get<Groups>(SERIES));
  while (found.next !== null) {
    const more = await noticing(http.get<Groups>(`${SERIES}?after=${encodeURIComponent(found.next)}`));
    found = { groups: [...found.groups, ...more.groups], next: more.next, staff: { ...found.staff, ...more.staff } };
  }
  return found;
}

export const changeOf = (group: Pick<Group, "id" | "revision">, what: string, body: Body): Change => ({
  path: `${SERIES}/${encodeURIComponent(group.id)}/${what}`,
  body: { revision: group.revision, ...body },
});

export const adjusting = (group: Pick<Group, "id" | "revision">, body: Body): Change => ({
  path: `${SERIES}/${encodeURIComponent(group.id)}`,
  body: { revision: group.revision, ...body },
  method: "PUT",
});

export const making = (body: Body): Change => ({ path: SERIES, body });

function ask<T>({ path, body, method }: Change, preview: boolean): Promise<T> {
  const said = preview ? { ...body, preview } : body;
  return noticing(method === "PUT" ? http.put<T>(path, said) : http.post<T>(path, said));
}

export const previewOf = (change: Change): Promise<Preview> => ask<Preview>(change, true);
export const save = (change: Change): Promise<Group> => ask<Group>(change, false);

export const peopleFor = async (who: "staff" | "clients", text = ""): Promise<readonly Person[]> =>
  (await noticing(http.post<{ people: Person[] }>(`${SERIES}/choices`, { who, text }))).people;

export interface ClosedDays {
  /** The clinic's own. */
  readonly closed: readonly ClosedDay[];
  /** Codes of the public holidays on which it works. */
  readonly open: readonly string[];
  /** Public holidays of a year from today, whether it works on them or not. */
  readonly public: readonly ClosedDay[];
}

const CLOSED = "/api/staff/closed-days";

export const closedDays = (): Promise<ClosedDays> => noticing(http.get<ClosedDays>(CLOSED));

export const putClosedDays = ({ closed, open }: Pick<ClosedDays, "closed" | "open">): Promise<ClosedDays> =>
  noticing(http.put<ClosedDays>(CLOSED, { closed: closed.map(({ day, name }) => ({ day, name })), open }));

const makeUps = (session: string): string => `/api/staff/sessions/${encodeURIComponent(session)}/make-ups`;

export const makeUpsOf = async (session: string): Promise<readonly MakeUp[]> =>
  (await noticing(http.get<{ make_ups: MakeUp[] }>(makeUps(session)))).make_ups;

export const makeUp = async (session: string, body: Body): Promise<readonly MakeUp[]> =>
  (await noticing(http.post<{ make_ups: MakeUp[] }>(makeUps(session), body))).make_ups;

/** Why a change cannot be: the server's code of the reason, or of the refusal. */
export function whyNot(error: unknown): string {
  if (!(error instanceof HttpError)) return "internal";
  const why = typeof error.body === "object" && error.body !== null && "why" in error.body ? error.body.why : undefined;
  return typeof why === "string" ? why : error.code;
}
