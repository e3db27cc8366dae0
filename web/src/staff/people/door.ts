/**
 * What the pages of clients and staff ask of the server (docs/protocol.md, docs/programme.md): every route as a typed
 * function. What somebody types to find a client travels in a body, never in an address.
 */
import { HttpError } from "../../core/http.ts";
import { http, me, noticing } from "../api.ts";
import type { Day } from "../days.ts";

export type Status = "" | "none" | "planned" | "admitted" | "paused" | "discharged";

export interface Row {
  readonly id: string;
  readonly legal_name: string;
  readonly alias: string;
  /** Of today; empty for whoever may not know. */
  readonly status: Status;
  readonly track: string;
  readonly counsellor: string;
  readonly level: string;
  readonly since: Day | null;
}

export interface Listed {
  readonly clients: readonly Row[];
  readonly names: Readonly<Record<string, string>>;
  readonly total: number;
  readonly next: number | null;
}

export interface Wanted {
  readonly text: string;
  readonly status: string;
  readonly track: string;
  readonly counsellor: string;
}

export interface Contact {
  readonly place: string;
  readonly address: string;
  readonly name: string;
  readonly relation: string;
  readonly phone: string;
  readonly local_emergency: string;
}

/** What may be said of anybody. */
export interface Facts {
  readonly legal_name: string;
  readonly alias: string;
  readonly pronouns: string;
  readonly email: string;
  readonly phone: string;
  readonly language: string;
  readonly zone: string;
  readonly reminders: boolean;
}

export interface ClientFacts extends Facts {
  readonly birth_date: Day | null;
  readonly mrn: string;
  readonly needs: readonly string[] | null;
  readonly emergency: readonly Contact[] | null;
}

export interface SupporterFacts extends Facts {
  readonly relationship: string;
  readonly active: boolean;
}

export interface Supporter extends SupporterFacts {
  readonly id: string;
  readonly revision: number;
}

export interface Client extends ClientFacts {
  readonly id: string;
  readonly revision: number;
  readonly supporters: readonly Supporter[];
  readonly today: Row;
  readonly counsellor_name: string;
  /** What the asker may do about this client. */
  readonly may: readonly string[];
}

export interface Change {
  readonly revision: number;
  readonly at: number;
  readonly by: string;
  readonly what: string;
  readonly fields: readonly string[];
  readonly before: Readonly<Record<string, unknown>>;
}

export interface Episode {
  readonly id: string;
  readonly track: string;
  readonly admitted: Day;
  readonly discharged: Day | null;
  readonly reason: string;
  readonly counsellor: string;
  readonly after: string | null;
  readonly because: string;
  readonly pauses: readonly { readonly first: Day; readonly last: Day | null; readonly reason: string }[];
  readonly status: Status;
  readonly recorded: number;
  readonly recorded_by: string;
}

export interface Level {
  readonly id: string;
  readonly level: string;
  readonly code: string;
  readonly effective_from: Day;
  readonly effective_to: Day | null;
}

export interface Enrolment {
  readonly episodes: readonly Episode[];
  readonly levels: readonly Level[];
  readonly changes: number;
  readonly history: readonly { readonly at: number; readonly by: string; readonly what: string; readonly episode: string }[];
  readonly names: Readonly<Record<string, string>>;
  readonly today: Day;
}

export interface Act {
  readonly act: "admit" | "discharge" | "reopen" | "pause" | "resume" | "counsellor" | "move" | "correct";
  readonly episode?: string;
  readonly day?: Day;
  readonly last?: Day | null;
  readonly track?: string;
  readonly counsellor?: string | null;
  readonly reason?: string;
  readonly after?: string | null;
  readonly because?: string;
  readonly level?: string;
}

export interface StaffContact {
  readonly email: string;
  readonly phone: string;
  readonly language: string;
  readonly zone: string;
  readonly reminders: boolean;
  readonly sign_in: string;
}

export interface Staff {
  readonly id: string;
  readonly revision: number;
  readonly legal_name: string;
  readonly alias: string;
  readonly pronouns: string;
  readonly credential: string;
  readonly npi: string;
  readonly licensed_states: readonly string[];
  readonly supervisor: string;
  readonly active: boolean;
  readonly role: string;
  readonly clients: number;
  /** null for whoever may not change it. */
  readonly contact: StaffContact | null;
}

export interface StaffFacts extends Facts {
  readonly credential: string;
  readonly npi: string;
  readonly licensed_states: readonly string[];
  readonly supervisor: string | null;
  readonly active: boolean;
  readonly sign_in: { readonly name: string; readonly role: string; readonly password: string } | null;
}

export interface Choice {
  readonly code: string;
  readonly label: Readonly<Record<string, string>>;
  readonly language: boolean;
}

export interface Track {
  readonly code: string;
  readonly title: string;
  readonly kind: "treatment" | "aftercare" | "alumni";
  readonly open: boolean;
  readonly hours: string;
}

export interface Choices {
  readonly needs: readonly Choice[];
  readonly reasons: readonly Choice[];
  readonly tracks: readonly Track[];
  readonly levels: readonly { readonly id: string; readonly code: string; readonly week_minutes: number }[];
  readonly staff: readonly { readonly id: string; readonly name: string; readonly role: string; readonly leads: boolean }[];
  readonly zones: readonly string[];
  readonly states: readonly string[];
  readonly zone: string;
  readonly today: Day;
}

export interface Goal {
  readonly id: string;
  readonly text: string;
  readonly effective_from: Day;
  readonly effective_to: Day | null;
  readonly author: string;
}

const PEOPLE = "/api/staff/people";
const path = (...parts: readonly string[]) => [PEOPLE, ...parts.map(encodeURIComponent)].join("/");
const match = (revision: number) => ({ "If-Match": `"${revision}"` });

export function find(wanted: Wanted, start = 0, limit = 50): Promise<Listed> {
  return noticing(http.post<Listed>(path("clients", "find"), { ...wanted, start, limit }));
}

export function client(id: string): Promise<Client> {
  return noticing(http.get<Client>(path("clients", id)));
}

export function takeIn(facts: ClientFacts): Promise<Client> {
  return noticing(http.post<Client>(path("clients"), facts));
}

export async function saveClient(id: string, revision: number, facts: ClientFacts): Promise<Client> {
  return (await noticing(http.ask<Client>("PUT", path("clients", id), facts, match(revision)))).body;
}

export async function history(id: string): Promise<readonly Change[]> {
  return (await noticing(http.get<{ changes: Change[] }>(path("clients", id, "history")))).changes;
}

export async function saveSupporter(id: string, supporter: Supporter | null, facts: SupporterFacts): Promise<void> {
  const all = path("clients", id, "supporters");
  await noticing(supporter === null ? http.post(all, facts) : http.ask("PUT", `${all}/${encodeURIComponent(supporter.id)}`, facts, match(supporter.revision)));
}

export function enrolment(id: string): Promise<Enrolment> {
  return noticing(http.get<Enrolment>(path("clients", id, "episodes")));
}

export function enrol(id: string, seen: number, act: Act): Promise<Enrolment> {
  return noticing(http.post<Enrolment>(path("clients", id, "episodes"), { ...act, seen }));
}

export interface StaffList {
  readonly staff: readonly Staff[];
  readonly total: number;
  readonly next: number | null;
}

export function staff(start = 0): Promise<StaffList> {
  return noticing(http.get<StaffList>(`${path("staff")}?start=${start}`));
}

export async function saveStaff(person: Staff | null, facts: StaffFacts): Promise<Staff> {
  if (person === null) return noticing(http.post<Staff>(path("staff"), facts));
  return (await noticing(http.ask<Staff>("PUT", path("staff", person.id), facts, match(person.revision)))).body;
}

let known: Promise<Choices> | null = null;

/** What the forms offer: read once in a while, since every form asks. */
export function choices(): Promise<Choices> {
  if (known === null) {
    const asked = noticing(http.get<Choices>(path("choices")));
    known = asked;
    const forget = () => {
      if (known === asked) known = null;
    };
    asked.then(() => setTimeout(forget, 60_000), forget);
  }
  return known;
}

const goalsPath = (id: string) => `/api/staff/clients/${encodeURIComponent(id)}/goals`;

export async function goals(id: string): Promise<readonly Goal[]> {
  return (await noticing(http.get<{ goals: Goal[] }>(goalsPath(id)))).goals;
}

export async function addGoal(id: string, text: string, from: Day): Promise<readonly Goal[]> {
  return (await noticing(http.post<{ goals: Goal[] }>(goalsPath(id), { text, effective_from: from }))).goals;
}

export async function closeGoal(id: string, goal: string, last: Day): Promise<readonly Goal[]> {
  return (await noticing(http.post<{ goals: Goal[] }>(`${goalsPath(id)}/${encodeURIComponent(goal)}/close`, { effective_to: last }))).goals;
}

/** The fields that the server refused, the first one first. */
export function wrongFields(error: unknown): readonly string[] {
  const body = error instanceof HttpError ? (error.body as { field?: string; fields?: string[] } | null) : null;
  return body?.fields ?? (body?.field === undefined ? [] : [body.field]);
}

/** Whether the signed-in person's role may do this at all. */
export function may(action: string): boolean {
  return me.value?.may.includes(action) ?? false;
}
