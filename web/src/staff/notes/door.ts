/**
 * What the notes' pages ask of the server (docs/protocol.md, docs/notes.md): every route as a typed function. Owns the
 * shapes and the meaning of status codes; `core/http.ts` owns fetching.
 */
import { HttpError } from "../../core/http.ts";
import { randomId } from "../../core/random.ts";
import { http, me, noticing, passes } from "../api.ts";
import type { Place, Sending } from "../autosave.ts";
import { FREE, TEXT } from "./content.ts";
import type { Content, Template } from "./content.ts";

export interface Facts {
  readonly kind: string;
  readonly zone: string;
  readonly session_start: number | null;
  readonly session_end: number | null;
  readonly break_minutes: number;
  readonly group_size: number;
  readonly first_join: number | null;
  readonly last_leave: number | null;
  readonly minutes: number | null;
  readonly minutes_corrected: number | null;
  readonly status: string;
  readonly modality: string;
  readonly late_minutes: number;
  readonly left_early_minutes: number;
  readonly location_verified: boolean;
  readonly location_state: string;
  readonly emergency_contact: boolean;
  /** Id and text. */
  readonly goals: readonly (readonly [string, string])[];
}

/** Why somebody signed although a lint had found something. */
export interface Answered {
  readonly finding: string;
  readonly rule: string;
  readonly field: string;
  readonly matched: string;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

export type LaterKind = "cosignature" | "addendum" | "correction" | "entered_in_error";

export interface Later {
  readonly kind: LaterKind;
  readonly author: string;
  readonly at: number;
  readonly reason: string;
  readonly content: Content | null;
  /** Who has to co-sign it. */
  readonly supervisor: string | null;
  readonly cosigned: boolean;
}

export type NoteState = "draft" | "signed" | "cosign_pending" | "cosigned" | "entered_in_error";

export interface NoteSection extends Content {
  /** null is the section of the whole group. */
  readonly about: string | null;
  readonly revision: number;
  readonly state: NoteState;
  readonly author: string;
  /** 0 if never saved. */
  readonly saved: number;
  readonly signed: number | null;
  readonly signed_by: string | null;
  readonly digest: string;
  readonly supervisor: string | null;
  readonly days_late: number;
  readonly facts: Facts | null;
  readonly facts_changed: boolean;
  readonly answers: readonly Answered[];
  readonly later: readonly Later[];
  readonly counts: Content;
}

/** Something that a lint found in a text. */
export interface Finding {
  readonly id: string;
  readonly rule: string;
  /** Whether it ought not to stand there; otherwise it is a question. */
  readonly refuses: boolean;
  readonly about: string | null;
  readonly field: string;
  readonly start: number;
  readonly end: number;
  readonly subject: string | null;
  readonly kind: string;
  readonly matched: string;
  readonly percent: number;
}

/** One thing that stands between a note and its signature. */
export interface Lack {
  readonly what: string;
  readonly about: string | null;
  readonly field: string;
  readonly finding: Finding | null;
}

export interface Check {
  readonly tag: string;
  readonly ended: boolean;
  readonly unready: readonly Lack[];
  readonly days_late: number;
  readonly supervisor: string | null;
}

export interface Goal {
  readonly id: string;
  readonly text: string;
  readonly effective_from: string;
  readonly effective_to: string | null;
}

export interface Phrase {
  readonly id: string;
  readonly label: string;
  readonly text: string;
  /** null: for anybody. */
  readonly client: string | null;
}

/** A section that waits for my signature beside its author's. */
export interface ToCosign {
  readonly session: string;
  readonly title: string;
  readonly starts: number;
  readonly zone: string;
  readonly about: string | null;
  readonly about_name: string;
  readonly signed: number | null;
  readonly signed_by_name: string;
}

export interface CounsellingNote {
  readonly about: string | null;
  readonly revision: number;
  readonly state: "draft" | "signed";
  readonly text: string;
  readonly saved: number;
  readonly signed: number | null;
}

export interface PastRevision extends Content {
  readonly revision: number;
  readonly did: string;
  readonly by: string;
  readonly at: number;
}

/** Legal names of staff, by id. */
export type People = Readonly<Record<string, string>>;

/** How the note of a kind of session begins. */
export interface Planned {
  readonly kind: string;
  /** Ids of the templates of sections that nobody has written in. */
  readonly begins: { readonly shared: string; readonly client: string };
}

interface Listed extends Planned {
  readonly tag: string;
  readonly sections: readonly NoteSection[];
  readonly people: People;
}

export type No = { readonly kind: "unreachable" } | { readonly kind: "refused"; readonly code: string };
export type NotesAnswer = { readonly kind: "ok"; readonly sections: readonly NoteSection[]; readonly people: People } | No;
/** A first look says how the note begins, too. */
export type LoadAnswer = { readonly kind: "ok"; readonly sections: readonly NoteSection[]; readonly people: People; readonly planned: Planned } | No;
export type CheckAnswer = { readonly kind: "ok"; readonly check: Check } | No;
export type SignAnswer =
  | NotesAnswer
  | { readonly kind: "stale"; readonly sections: readonly NoteSection[] }
  | { readonly kind: "incomplete"; readonly unready: readonly Lack[] };
export type SaveAnswer<S = NoteSection> =
  | { readonly kind: "ok"; readonly section: S }
  | { readonly kind: "stale"; readonly current: S }
  | { readonly kind: "unreachable" }
  | { readonly kind: "refused"; readonly code: string; readonly places?: readonly Place[] };
/** Of an addendum, a correction and the like. */
export type ActAnswer = SaveAnswer | { readonly kind: "incomplete"; readonly unready: readonly Lack[] };

export interface Given {
  readonly finding: string;
  readonly reason: string;
}

export interface NotesDoor {
  templates(): Promise<readonly Template[]>;
  load(session: string): Promise<LoadAnswer>;
  save(session: string, about: string, sending: Sending): Promise<SaveAnswer>;
  check(session: string): Promise<CheckAnswer>;
  sign(session: string, tag: string, op: string, answers: readonly Given[]): Promise<SignAnswer>;
}

/** What this person's role may do under some relation, as the server's table says. */
export function may(action: string): boolean {
  return me.value?.may.includes(action) ?? false;
}

const at = (session: string): string => `/api/staff/sessions/${encodeURIComponent(session)}`;
const section = (session: string, about: string): string => `${at(session)}/notes/${encodeURIComponent(about)}`;
const client = (id: string): string => `/api/staff/clients/${encodeURIComponent(id)}`;
const tagged = (tag: string | number): Record<string, string> => ({ "If-Match": `"${tag}"` });

function refusal(error: unknown): No {
  if (!(error instanceof HttpError)) return { kind: "unreachable" };
  // 409 says that it is not the time for this act, and not that the server has none.
  return passes(error.code, error.status) && error.status !== 409 ? { kind: "unreachable" } : { kind: "refused", code: error.code };
}

interface ErrorBody {
  readonly current?: unknown;
  readonly unready?: readonly Lack[];
  readonly why?: string;
  readonly places?: readonly Place[];
}

const said = (error: unknown): ErrorBody => (error instanceof HttpError ? ((error.body as ErrorBody | null) ?? {}) : {});

function bodyOf(content: Content): Record<string, unknown> {
  const { template, fields, goals } = content;
  if (template === FREE) return { text: fields[TEXT] ?? "", goals };
  return { template, fields, goals };
}

async function saved<S>(asked: Promise<{ body: S }>): Promise<SaveAnswer<S>> {
  try {
    return { kind: "ok", section: (await noticing(asked)).body };
  } catch (error) {
    const { current, why, places } = said(error);
    if (current !== undefined) return { kind: "stale", current: current as S };
    const no = refusal(error);
    return no.kind === "refused" && why === "times" ? { kind: "refused", code: "times", places: places ?? [] } : no;
  }
}

export const notesDoor: NotesDoor = {
  async templates() {
    return (await noticing(http.get<{ templates: Template[] }>("/api/staff/note-templates"))).templates;
  },
  async load(session) {
    try {
      const { sections, people, kind, begins } = await noticing(http.get<Listed>(`${at(session)}/notes`));
      return { kind: "ok", sections, people, planned: { kind, begins } };
    } catch (error) {
      return refusal(error);
    }
  },
  save(session, about, { content, revision, op }) {
    return saved(http.ask<NoteSection>("PUT", section(session, about), { ...bodyOf(content), op }, tagged(revision)));
  },
  async check(session) {
    try {
      return { kind: "ok", check: await noticing(http.get<Check>(`${at(session)}/notes/check`)) };
    } catch (error) {
      return refusal(error);
    }
  },
  async sign(session, tag, op, answers) {
    try {
      const asked = http.ask<Listed>("POST", `${at(session)}/notes/sign`, { op, answers }, tagged(tag));
      const { sections, people } = (await noticing(asked)).body;
      return { kind: "ok", sections, people };
    } catch (error) {
      const { current, unready } = said(error);
      if (current !== undefined) return { kind: "stale", sections: (current as Listed).sections };
      if (unready !== undefined) return { kind: "incomplete", unready };
      return refusal(error);
    }
  },
};

export type Act =
  | { readonly kind: "cosign" }
  | { readonly kind: "addenda"; readonly content: Content; readonly answers: readonly Given[] }
  | { readonly kind: "corrections"; readonly content: Content; readonly answers: readonly Given[]; readonly reason: string }
  | { readonly kind: "error"; readonly reason: string };

/** What comes after signing. Whoever repeats it with the same `op` is answered as the first time. */
export async function act(session: string, about: string, revision: number, op: string, what: Act): Promise<ActAnswer> {
  const { kind, ...rest } = what;
  const body = "content" in rest ? { ...rest, content: undefined, ...bodyOf(rest.content) } : rest;
  try {
    const asked = http.ask<NoteSection>("POST", `${section(session, about)}/${kind}`, { op, ...body }, tagged(revision));
    return { kind: "ok", section: (await noticing(asked)).body };
  } catch (error) {
    const { current, unready } = said(error);
    if (current !== undefined) return { kind: "stale", current: current as NoteSection };
    if (unready !== undefined && unready.length > 0) return { kind: "incomplete", unready };
    return refusal(error);
  }
}

export async function history(session: string, about: string): Promise<readonly PastRevision[]> {
  return (await noticing(http.get<{ revisions: PastRevision[] }>(`${section(session, about)}/history`))).revisions;
}

export async function goalsOf(id: string): Promise<readonly Goal[]> {
  return (await noticing(http.get<{ goals: Goal[] }>(`${client(id)}/goals`))).goals;
}

export async function addGoal(id: string, text: string): Promise<readonly Goal[]> {
  return (await noticing(http.post<{ goals: Goal[] }>(`${client(id)}/goals`, { text }))).goals;
}

export async function phrasesFor(about: string | null): Promise<readonly Phrase[]> {
  const query = about === null ? "" : `?client=${encodeURIComponent(about)}`;
  return (await noticing(http.get<{ phrases: Phrase[] }>(`/api/staff/phrases${query}`))).phrases;
}

export function keepPhrase(label: string, text: string, about: string | null): Promise<Phrase> {
  const path = `/api/staff/phrases/${randomId(12)}`;
  return noticing(http.put<Phrase>(path, { label, text, ...(about === null ? {} : { client: about }) }));
}

export async function dropPhrase(id: string): Promise<void> {
  await noticing(http.delete(`/api/staff/phrases/${encodeURIComponent(id)}`));
}

export async function toCosign(): Promise<readonly ToCosign[]> {
  return (await noticing(http.get<{ sections: ToCosign[] }>("/api/staff/cosign"))).sections;
}

export async function counsellingOf(session: string): Promise<readonly CounsellingNote[]> {
  return (await noticing(http.get<{ notes: CounsellingNote[] }>(`${at(session)}/counselling`))).notes;
}

export function saveCounselling(session: string, about: string, { content, revision }: Sending): Promise<SaveAnswer<CounsellingNote>> {
  const path = `${at(session)}/counselling/${encodeURIComponent(about)}`;
  return saved(http.ask<CounsellingNote>("PUT", path, { text: content.fields[TEXT] ?? "" }, tagged(revision)));
}

export async function signCounselling(session: string): Promise<readonly CounsellingNote[]> {
  return (await noticing(http.post<{ notes: CounsellingNote[] }>(`${at(session)}/counselling/sign`))).notes;
}
