/** What the caseload and the page of one client's staying ask of the server. Every figure names the sessions behind it. */
import { randomId } from "../../core/random.ts";
import { http, noticing } from "../api.ts";
import type { Day } from "../days.ts";

export interface OneSession {
  readonly day: Day;
  readonly starts: number;
  readonly ends: number;
  readonly kind: string;
  /** A word of attendance, or `coming`. */
  readonly status: string;
  readonly came: boolean;
  readonly minutes: number;
  readonly corrected: boolean;
  readonly made_up_by: string;
}

export type Sessions = Readonly<Record<string, OneSession>>;

export interface KindLine {
  readonly kind: string;
  readonly minutes: number;
  readonly minutes_to_come: number;
  readonly ordered: number | null;
  readonly counts: boolean;
  readonly sessions: readonly string[];
}

export interface Week {
  readonly first: Day;
  readonly level: string;
  readonly code: string;
  readonly needed: number;
  readonly minutes: number;
  readonly minutes_to_come: number;
  readonly minutes_short: number;
  readonly outlook: "met" | "reachable" | "out_of_reach" | "short";
  readonly ordered: number | null;
  readonly lost_after: Day | null;
  readonly enough_scheduled: boolean;
  readonly kinds: readonly KindLine[];
  readonly counted: readonly string[];
  readonly coming: readonly string[];
}

export interface Rate {
  readonly days: number;
  readonly share: number | null;
  readonly came: readonly string[];
  readonly missed: readonly string[];
  readonly excused: readonly string[];
}

export interface Owed {
  readonly what: string;
  readonly due: number;
  readonly overdue: boolean;
  readonly session: string;
}

export interface Sign {
  readonly sign: string;
  readonly sessions: readonly string[];
}

export interface Certification {
  readonly state: "not_needed" | "good" | "soon" | "overdue";
  readonly due: Day | null;
  readonly latest: Day | null;
}

export interface CaseloadClient {
  readonly person: string;
  readonly alias: string;
  readonly legal_name: string;
  readonly track: string;
  readonly track_title: string;
  readonly admitted: Day | null;
  readonly paused: boolean;
  readonly signs: readonly Sign[];
  readonly week: Week;
  readonly rate: Rate;
  readonly misses: readonly string[];
  readonly owed: readonly Owed[];
  readonly certification: Certification;
  readonly strip: readonly string[];
  readonly last_came: string | null;
  readonly waiting_days: number;
  readonly last_outreach: number | null;
  readonly sessions: Sessions;
}

export interface Caseload {
  readonly now: number;
  readonly today: Day;
  readonly scope: string;
  readonly scopes: readonly string[];
  readonly total: number;
  readonly slipping: number;
  readonly complete: boolean;
  readonly rule: string;
  readonly clients: readonly CaseloadClient[];
  readonly next: string | null;
}

export function caseload(scope: string, after: string): Promise<Caseload> {
  const query = new URLSearchParams({ ...(scope && { scope }), ...(after && { after }) }).toString();
  return noticing(http.get<Caseload>(`/api/staff/caseload${query && `?${query}`}`));
}

export interface OutreachEntry {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly how: string;
  readonly outcome: string;
  readonly note: string;
  readonly withdrawn: number | null;
  readonly mine: boolean;
}

export interface CertificationEntry {
  readonly id: string;
  readonly on: Day;
  readonly certifier: string;
  readonly recorded: number;
  readonly by: string;
  readonly withdrawn: number | null;
}

export interface OrderEntry {
  readonly id: string;
  readonly effective_from: Day;
  readonly effective_to: Day | null;
  readonly minutes: Readonly<Record<string, number>>;
  readonly by: string;
  readonly withdrawn: number | null;
}

export interface Court {
  readonly id: string;
  readonly rule: string;
  readonly source: string;
  readonly unverified: string;
  readonly first: Day;
  readonly last: Day;
  readonly minutes: number;
  readonly needed: number;
  readonly minutes_short: number;
  readonly minutes_scheduled: number;
  readonly a_week: number;
  readonly standing: string;
  readonly weeks: readonly { readonly first: Day; readonly days: number; readonly needed: number; readonly standing: string; readonly sessions: readonly string[] }[];
  readonly sessions: readonly string[];
  readonly withdrawn: number | null;
}

export interface StayFigure {
  readonly track: string;
  readonly track_title: string;
  readonly admitted: Day;
  readonly discharged: Day | null;
  readonly reason: string;
  readonly days_to_first: number | null;
  readonly waiting_days: number;
  readonly first_session: string | null;
  readonly retention: readonly { readonly day: number; readonly on: Day; readonly kept: string; readonly sessions: readonly string[] }[];
  readonly initiation: { readonly rule: string; readonly initiated: string; readonly engaged: string; readonly sessions: readonly string[] };
}

export interface Engagement {
  readonly client: string;
  readonly now: number;
  readonly today: Day;
  readonly complete: boolean;
  readonly may_reach_out: boolean;
  readonly may_certify: boolean;
  readonly signs: readonly Sign[];
  readonly weeks: readonly Week[];
  readonly rate: Rate;
  readonly misses: readonly string[];
  readonly owed: readonly Owed[];
  readonly stays: readonly StayFigure[];
  readonly certification: Certification;
  readonly certifications: readonly CertificationEntry[];
  readonly outreach: readonly OutreachEntry[];
  readonly orders: readonly OrderEntry[];
  readonly courts: readonly Court[];
  readonly court_rules: readonly string[];
  readonly kinds: readonly string[];
  readonly sessions: Sessions;
}

export function engagement(client: string): Promise<Engagement> {
  return noticing(http.get<Engagement>(`/api/staff/clients/${client}/engagement`));
}

export const HOW = ["call", "text", "email", "letter", "visit", "emergency_contact"] as const;
export const OUTCOMES = ["reached", "coming_back", "left_message", "no_answer", "sent", "wrong_number", "declined"] as const;

export interface Attempt {
  readonly how: (typeof HOW)[number];
  readonly outcome: (typeof OUTCOMES)[number];
  readonly note?: string;
}

/** Kept under a name of ours, so that a repeat after a broken connection is none. */
export async function reachedOut(client: string, attempt: Attempt): Promise<string> {
  const id = randomId();
  await noticing(http.post(`/api/staff/clients/${client}/outreach`, { ...attempt, id }));
  return id;
}

export type Kind = "outreach" | "certifications" | "orders" | "courts";

export async function withdraw(client: string, kind: Kind, entry: string): Promise<void> {
  await noticing(http.post(`/api/staff/clients/${client}/${kind}/${entry}/withdraw`));
}

export async function record(client: string, kind: Exclude<Kind, "outreach">, body: object): Promise<void> {
  await noticing(http.post(`/api/staff/clients/${client}/${kind}`, body));
}
