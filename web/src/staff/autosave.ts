/**
 * When a note is saved: a pure state machine. It owns the rules of autosaving one section and nothing else; time,
 * timers, the network and the screen belong to `notes.ts`.
 *
 * The one idea: `step(state, event)` answers with the next state and what to do now. What was typed is never thrown
 * away by the machine itself: only a person's choice (`resolve`) replaces the text in the editor.
 *
 *   saved --typed--> draft --due/flush--> saving --saved--> saved
 *                      ^                    |--unreachable--> offline --reachable/due--> saving
 *                      |                    |--stale--------> conflict --resolve--> draft | saved
 *                      '--typed again       '--refused------> refused --flush--> saving
 *   any --signed--> signed (read-only for good)
 */

/** The part of a server's note section that matters for saving. */
export interface Revision {
  readonly revision: number;
  readonly text: string;
  /** UTC ms of the last save; 0 if never saved. */
  readonly saved: number;
  /** UTC ms of the signature; null while it is a draft. */
  readonly signed: number | null;
}

export type Phase = "saved" | "draft" | "saving" | "offline" | "conflict" | "refused" | "signed";

export interface Draft {
  readonly phase: Phase;
  /** What the editor shows. */
  readonly text: string;
  /** The last revision that the server is known to hold. */
  readonly base: Revision;
  /** The text that is under way. */
  readonly sending: string | null;
  /** When the text first differed from what is saved or under way (ms of any clock that only rises). */
  readonly since: number | null;
  /** Somebody asked for a save while one was under way. */
  readonly again: boolean;
  /** Failed attempts in a row: the pause before the next one grows with it. */
  readonly failures: number;
  /** What somebody else saved meanwhile. */
  readonly theirs: Revision | null;
  /** Why the server refused for good. */
  readonly code: string | null;
}

export type Event =
  | { readonly kind: "typed"; readonly text: string; readonly at: number }
  | { readonly kind: "due" }
  /** Save now: the editor lost focus, the page is hidden, the note is about to be signed, "try again" was pressed. */
  | { readonly kind: "flush" }
  | { readonly kind: "saved"; readonly section: Revision; readonly at: number }
  | { readonly kind: "stale"; readonly current: Revision; readonly at: number }
  | { readonly kind: "unreachable" }
  | { readonly kind: "reachable" }
  | { readonly kind: "refused"; readonly code: string }
  /** A newer look at the server's section that nobody asked the machine about. */
  | { readonly kind: "refreshed"; readonly section: Revision }
  | { readonly kind: "resolve"; readonly text: string };

export type Effect =
  | { readonly kind: "send"; readonly text: string; readonly revision: number }
  /** Replaces the running timer; "due" follows after it. */
  | { readonly kind: "timer"; readonly ms: number };

export type Step = readonly [Draft, Effect | null];

/** Pause in typing after which a save is made. */
export const PAUSE = 1_000;
/** Somebody who never pauses is saved at least this often. */
export const LONGEST = 5_000;
const RETRY_FIRST = 1_000;
const RETRY_LAST = 15_000;

export function opened(base: Revision): Draft {
  return {
    phase: base.signed !== null ? "signed" : "saved",
    text: base.text,
    base,
    sending: null,
    since: null,
    again: false,
    failures: 0,
    theirs: null,
    code: null,
  };
}

/** Whether closing the page now would lose something. */
export function unsent(draft: Draft): boolean {
  return draft.phase !== "signed" && (draft.sending !== null || draft.text !== draft.base.text);
}

export function step(draft: Draft, event: Event): Step {
  if (draft.phase === "signed") return [draft, null];
  switch (event.kind) {
    case "typed":
      return typed(draft, event.text, event.at);
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
      return [{ ...draft, phase: "offline", sending: null, again: false, failures }, { kind: "timer", ms }];
    }
    case "reachable":
      return draft.phase === "offline" ? send(draft) : [draft, null];
    case "refused":
      return [{ ...draft, phase: "refused", sending: null, again: false, code: event.code }, null];
    case "refreshed":
      return refreshed(draft, event.section);
    case "resolve":
      return resolve(draft, event.text);
  }
}

function typed(draft: Draft, text: string, at: number): Step {
  if (text === draft.text) return [draft, null];
  const next = { ...draft, text };
  switch (draft.phase) {
    case "saved":
    case "draft": {
      if (text === draft.base.text) return [{ ...next, phase: "saved", since: null }, null];
      const since = draft.since ?? at;
      return [{ ...next, phase: "draft", since }, { kind: "timer", ms: pause(since, at) }];
    }
    case "saving":
      return [{ ...next, since: draft.since ?? at }, null];
    case "offline": // its own timer runs
    case "conflict": // a person decides first
    case "refused":
    case "signed":
      return [next, null];
  }
}

function pause(since: number, at: number): number {
  return Math.max(0, Math.min(PAUSE, since + LONGEST - at));
}

function send(draft: Draft): Step {
  if (draft.text === draft.base.text) return [{ ...draft, phase: "saved", since: null, failures: 0 }, null];
  return [
    { ...draft, phase: "saving", sending: draft.text, since: null, again: false, code: null },
    { kind: "send", text: draft.text, revision: draft.base.revision },
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
  if (section.signed !== null) return [{ ...next, phase: "signed", text: section.text, since: null, again: false }, null];
  if (next.text === section.text) return [{ ...next, phase: "saved", since: null, again: false }, null];
  if (draft.again) return send(next);
  const since = draft.since ?? at;
  return [{ ...next, phase: "draft", since }, { kind: "timer", ms: pause(since, at) }];
}

function stale(draft: Draft, current: Revision, at: number): Step {
  // The answer to an earlier save was lost on the way: what stands there is what we sent.
  if (current.text === draft.sending) return arrived(draft, current, at);
  const next = { ...draft, sending: null, again: false, failures: 0 };
  if (current.text === draft.text) return arrived(next, current, at);
  return [{ ...next, phase: "conflict", theirs: current }, null];
}

function refreshed(draft: Draft, section: Revision): Step {
  if (section.signed !== null) {
    // Signed elsewhere while something unsaved stands here: a person has to see both.
    if (unsent(draft) && section.text !== draft.text) {
      return [{ ...draft, phase: "conflict", sending: null, again: false, theirs: section }, null];
    }
    return [opened(section), null];
  }
  if (section.revision <= draft.base.revision || draft.phase !== "saved") return [draft, null];
  return [opened(section), null];
}

function resolve(draft: Draft, text: string): Step {
  if (draft.phase !== "conflict" || draft.theirs === null) return [draft, null];
  const next = { ...draft, base: draft.theirs, theirs: null, text, failures: 0 };
  if (draft.theirs.signed !== null) return [opened(draft.theirs), null];
  return send(next);
}
