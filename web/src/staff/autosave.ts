/**
 * When a note is saved: a pure state machine. It owns the rules of autosaving one section and nothing else; time,
 * timers, the network and the screen belong to `notes.ts`.
 *
 * Two ideas. `step(state, event)` answers with the next state and what to do now; what was typed is never thrown away by
 * the machine itself: only a person's choice (`resolve`) replaces what is in the editor. And a save whose answer was
 * lost is repeated as it was, with its operation id, until it is answered; only then follows what was typed since. So
 * the server never takes one act for two.
 *
 *   saved --typed--> draft --due/flush--> saving --saved--> saved
 *                      ^                    |--unreachable--> offline --reachable/due--> saving (the same save)
 *                      |                    |--stale--------> conflict --resolve--> draft | saved
 *                      '--typed again       '--refused------> refused --flush--> saving
 *   any --signed--> signed (read-only for good)
 */
import { same } from "./notes/content.ts";
import type { Content } from "./notes/content.ts";

/** The part of a server's note section that matters for saving. */
export interface Revision {
  readonly revision: number;
  readonly content: Content;
  /** UTC ms of the last save; 0 if never saved. */
  readonly saved: number;
  /** UTC ms of the signature; null while it is a draft. */
  readonly signed: number | null;
}

/** One save: what it sends, on top of which revision, and its name, by which a repetition is known. */
export interface Sending {
  readonly content: Content;
  readonly revision: number;
  readonly op: string;
}

export type Phase = "saved" | "draft" | "saving" | "offline" | "conflict" | "refused" | "signed";

/** Start and end of what may not stand there, in characters. */
export type Place = readonly [number, number];

export interface Draft {
  readonly phase: Phase;
  /** What the editor shows. */
  readonly content: Content;
  /** The last revision that the server is known to hold. */
  readonly base: Revision;
  /** What is under way, or was when the answer was lost. */
  readonly sending: Sending | null;
  /** When the content first differed from what is saved or under way (ms of any clock that only rises). */
  readonly since: number | null;
  /** Somebody asked for a save while one was under way. */
  readonly again: boolean;
  /** Failed attempts in a row: the pause before the next one grows with it. */
  readonly failures: number;
  /** What somebody else saved meanwhile. */
  readonly theirs: Revision | null;
  /** Why the server refused, and the places that it names. */
  readonly code: string | null;
  readonly places: readonly Place[];
  /** Operation ids are this and a number; it is random, and nobody else's. */
  readonly seed: string;
  readonly saves: number;
}

export type Event =
  | { readonly kind: "typed"; readonly content: Content; readonly at: number }
  | { readonly kind: "due" }
  /** Save now: the editor lost focus, the page is hidden, the note is about to be signed, "try again" was pressed. */
  | { readonly kind: "flush" }
  | { readonly kind: "saved"; readonly section: Revision; readonly at: number }
  | { readonly kind: "stale"; readonly current: Revision; readonly at: number }
  | { readonly kind: "unreachable" }
  | { readonly kind: "reachable" }
  | { readonly kind: "refused"; readonly code: string; readonly places?: readonly Place[] }
  /** A newer look at the server's section that nobody asked the machine about. */
  | { readonly kind: "refreshed"; readonly section: Revision }
  | { readonly kind: "resolve"; readonly content: Content };

export type Effect =
  | { readonly kind: "send"; readonly sending: Sending }
  /** Replaces the running timer; "due" follows after it. */
  | { readonly kind: "timer"; readonly ms: number };

export type Step = readonly [Draft, Effect | null];

/** Pause in typing after which a save is made. */
export const PAUSE = 1_000;
/** Somebody who never pauses is saved at least this often. */
export const LONGEST = 5_000;
const RETRY_FIRST = 1_000;
const RETRY_LAST = 15_000;

export function opened(base: Revision, seed = ""): Draft {
  return {
    phase: base.signed !== null ? "signed" : "saved",
    content: base.content,
    base,
    sending: null,
    since: null,
    again: false,
    failures: 0,
    theirs: null,
    code: null,
    places: [],
    seed,
    saves: 0,
  };
}

/** What a page that is gone left behind: nobody knows how far its last save got. */
export function recovered(left: Pick<Draft, "base" | "content" | "sending">, seed: string): Draft {
  return { ...opened(left.base, seed), phase: "offline", content: left.content, sending: left.sending };
}

/** Whether closing the page now would lose something. */
export function unsent(draft: Draft): boolean {
  return draft.phase !== "signed" && (draft.sending !== null || !same(draft.content, draft.base.content));
}

export function step(draft: Draft, event: Event): Step {
  if (draft.phase === "signed") return [draft, null];
  switch (event.kind) {
    case "typed":
      return typed(draft, event.content, event.at);
    case "due":
      return draft.phase === "draft" || draft.phase === "offline" ? send(draft) : [draft, null];
    case "flush":
      return flush(draft);
    case "saved":
      return arrived(draft, event.section, event.at);
    case "stale":
      return stale(draft, event.current, event.at);
    case "unreachable": {
      const failures = draft.failures + 1;
      const ms = Math.min(RETRY_LAST, RETRY_FIRST * 2 ** (failures - 1));
      return [{ ...draft, phase: "offline", again: false, failures }, { kind: "timer", ms }];
    }
    case "reachable":
      return draft.phase === "offline" ? send(draft) : [draft, null];
    case "refused":
      return [
        { ...draft, phase: "refused", sending: null, again: false, code: event.code, places: event.places ?? [] },
        null,
      ];
    case "refreshed":
      return refreshed(draft, event.section);
    case "resolve":
      return resolve(draft, event.content);
  }
}

function typed(draft: Draft, content: Content, at: number): Step {
  if (content === draft.content) return [draft, null];
  const next = { ...draft, content };
  switch (draft.phase) {
    case "saved":
    case "draft":
      return waiting(next, at);
    case "refused": // for its words, which are others now; else somebody has to do something first
      return draft.places.length > 0 ? waiting({ ...next, code: null, places: [] }, at) : [next, null];
    case "saving":
    case "offline": // its own timer runs
      return [{ ...next, since: draft.since ?? at }, null];
    case "conflict": // a person decides first
    case "signed":
      return [next, null];
  }
}

function waiting(draft: Draft, at: number): Step {
  if (same(draft.content, draft.base.content)) return [{ ...draft, phase: "saved", since: null }, null];
  const since = draft.since ?? at;
  return [{ ...draft, phase: "draft", since }, { kind: "timer", ms: pause(since, at) }];
}

function pause(since: number, at: number): number {
  return Math.max(0, Math.min(PAUSE, since + LONGEST - at));
}

function send(draft: Draft): Step {
  if (draft.sending !== null) return [{ ...draft, phase: "saving", code: null }, { kind: "send", sending: draft.sending }];
  if (same(draft.content, draft.base.content)) return [{ ...draft, phase: "saved", since: null, failures: 0 }, null];
  const saves = draft.saves + 1;
  const sending = { content: draft.content, revision: draft.base.revision, op: `${draft.seed}-${saves}` };
  return [
    { ...draft, phase: "saving", sending, since: null, again: false, code: null, places: [], saves },
    { kind: "send", sending },
  ];
}

function flush(draft: Draft): Step {
  switch (draft.phase) {
    case "draft":
    case "offline":
    case "refused":
      return send(draft);
    case "saving":
      return [{ ...draft, again: true }, null];
    case "saved":
    case "conflict":
    case "signed":
      return [draft, null];
  }
}

function arrived(draft: Draft, section: Revision, at: number): Step {
  const next = { ...draft, base: section, sending: null, failures: 0, theirs: null, code: null };
  if (section.signed !== null) return [{ ...next, phase: "signed", content: section.content, since: null, again: false }, null];
  if (same(next.content, section.content)) return [{ ...next, phase: "saved", since: null, again: false }, null];
  if (draft.again) return send(next);
  return waiting({ ...next, since: draft.since ?? at }, at);
}

function stale(draft: Draft, current: Revision, at: number): Step {
  // The answer to an earlier save was lost on the way: what stands there is what we sent.
  if (draft.sending !== null && same(current.content, draft.sending.content)) return arrived(draft, current, at);
  const next = { ...draft, sending: null, again: false, failures: 0 };
  if (same(current.content, draft.content)) return arrived(next, current, at);
  return [{ ...next, phase: "conflict", theirs: current }, null];
}

function refreshed(draft: Draft, section: Revision): Step {
  if (section.signed !== null) {
    // Signed elsewhere while something unsaved stands here: a person has to see both.
    if (unsent(draft) && !same(section.content, draft.content)) {
      return [{ ...draft, phase: "conflict", sending: null, again: false, theirs: section }, null];
    }
    return [opened(section, draft.seed), null];
  }
  if (section.revision <= draft.base.revision || draft.phase !== "saved") return [draft, null];
  return [{ ...opened(section, draft.seed), saves: draft.saves }, null];
}

function resolve(draft: Draft, content: Content): Step {
  if (draft.phase !== "conflict" || draft.theirs === null) return [draft, null];
  if (draft.theirs.signed !== null) return [opened(draft.theirs, draft.seed), null];
  return send({ ...draft, base: draft.theirs, theirs: null, content, failures: 0 });
}
