/**
 * What somebody has written in a plan and the server does not have yet: a pure state machine, without timers or network.
 *
 * What the page shows is the server's lines with the unsent edits laid over them. One batch is under way at a time, under
 * the name of its operation, and is repeated as it was until it is answered. Words are sent over the line that was seen
 * when they were begun: should somebody else have changed it meanwhile, the server puts them beside it, and what is
 * typed on goes there (core/plans.py has the other half of this).
 */
import type { Edit, Line, Plan } from "./door.ts";

type Change = Extract<Edit, { do: "change" }>;

export interface Sending {
  readonly op: string;
  readonly edits: readonly Edit[];
}

export interface Draft {
  /** What the server said last. */
  readonly base: Plan;
  readonly sending: Sending | null;
  readonly waiting: readonly Edit[];
  /** Lines whose words went beside them, and where. */
  readonly moved: Readonly<Record<string, string>>;
}

/** What is kept in the browser of an unsent draft. */
export type Unsent = Pick<Draft, "sending" | "waiting">;

export interface Words {
  readonly text: string;
  readonly relation: string;
  readonly phone: string;
}

/** Edits that the server takes at once. */
export const MOST = 40;

export function begun(base: Plan, left: Unsent | null = null): Draft {
  return { base, sending: left?.sending ?? null, waiting: left?.waiting ?? [], moved: {} };
}

export const unsent = (draft: Draft): boolean => draft.sending !== null || draft.waiting.length > 0;

/** The lines as the page shows them. */
export function shown(draft: Draft): readonly Line[] {
  return [...(draft.sending?.edits ?? []), ...draft.waiting].reduce(laid, draft.base.lines);
}

function laid(lines: readonly Line[], edit: Edit): readonly Line[] {
  const at = lines.findIndex((line) => line.id === edit.id);
  const line = lines[at];
  switch (edit.do) {
    case "add":
    case "change":
      if (line) return lines.map((one) => (one.id === edit.id ? { ...one, text: edit.text, relation: edit.relation, phone: edit.phone } : one));
      return [...lines, { id: edit.id, section: edit.section, text: edit.text, relation: edit.relation, phone: edit.phone, ticked: false, changes: 1 }];
    case "remove":
      return lines.filter((one) => one.id !== edit.id);
    case "tick":
      return lines.map((one) => (one.id === edit.id ? { ...one, ticked: edit.on } : one));
    case "move": {
      if (!line) return lines;
      const others = lines.filter((one) => one.id !== edit.id);
      if (edit.after === "") return [line, ...others];
      const place = others.findIndex((one) => one.id === edit.after);
      return place < 0 ? lines : [...others.slice(0, place + 1), line, ...others.slice(place + 1)];
    }
  }
}

/** Somebody wrote in a line. `beside` is a fresh id, should it be needed. */
export function wrote(draft: Draft, line: Line, words: Words, beside: string): Draft {
  const mine = draft.waiting.find((edit) => edit.id === line.id && (edit.do === "change" || edit.do === "add"));
  if (mine) return { ...draft, waiting: draft.waiting.map((edit) => (edit === mine ? { ...mine, ...words } : edit)) };
  const change: Edit = { do: "change", id: line.id, section: line.section, seen: seenOf(draft, line.id), beside, ...words };
  return { ...draft, waiting: [...draft.waiting, change] };
}

export function added(draft: Draft, id: string, section: string, words: Words): Draft {
  return { ...draft, waiting: [...draft.waiting, { do: "add", id, section, ...words }] };
}

export function removed(draft: Draft, id: string): Draft {
  const rest = draft.waiting.filter((edit) => edit.id !== id);
  const known = draft.base.lines.some((line) => line.id === id) || draft.sending?.edits.some((edit) => edit.id === id) === true;
  return { ...draft, waiting: known ? [...rest, { do: "remove", id, seen: seenOf(draft, id) }] : rest };
}

export function moved(draft: Draft, id: string, after: string): Draft {
  return { ...draft, waiting: [...draft.waiting.filter((edit) => edit.do !== "move" || edit.id !== id), { do: "move", id, after }] };
}

export function ticked(draft: Draft, id: string, on: boolean): Draft {
  return { ...draft, waiting: [...draft.waiting.filter((edit) => edit.do !== "tick" || edit.id !== id), { do: "tick", id, on }] };
}

/** The count of changes that whoever writes now has before them: the server's, and one more if their own is under way. */
function seenOf(draft: Draft, id: string): number {
  const held = draft.base.lines.find((line) => line.id === id)?.changes ?? 0;
  const own = draft.sending?.edits.find((edit) => edit.id === id && (edit.do === "add" || edit.do === "change"));
  if (!own) return held;
  return own.do === "change" ? own.seen + 1 : 1;
}

/** Begin to send what waits; nothing to do while something is under way. */
export function send(draft: Draft, op: string): Draft {
  if (draft.sending !== null || draft.waiting.length === 0) return draft;
  return { ...draft, sending: { op, edits: draft.waiting.slice(0, MOST) }, waiting: draft.waiting.slice(MOST) };
}

/** The server has what was under way, and says how all stands now. */
export function answered(draft: Draft, base: Plan): Draft {
  const asked = (draft.sending?.edits ?? []).filter((edit): edit is Change => edit.do === "change");
  let { waiting } = draft;
  const gone: Record<string, string> = { ...draft.moved };
  for (const change of asked) {
    const aside = base.lines.find((line) => line.id === change.beside);
    const held = base.lines.find((line) => line.id === change.id);
    if (aside) {
      gone[change.id] = aside.id;
      waiting = waiting.map((edit) => (edit.id !== change.id ? edit : "seen" in edit ? { ...edit, id: aside.id, seen: aside.changes } : { ...edit, id: aside.id }));
    } else if (held && held.text === change.text && held.relation === change.relation && held.phone === change.phone) {
      waiting = waiting.map((edit) => (edit.id === change.id && "seen" in edit ? { ...edit, seen: held.changes } : edit));
    }
  }
  return { base: newer(draft.base, base), sending: null, waiting, moved: gone };
}

/** The server refused what was under way, for good: it is taken back out. */
export function refused(draft: Draft): Draft {
  return { ...draft, sending: null };
}

/** A newer look that nobody asked anything with. */
export function looked(draft: Draft, base: Plan): Draft {
  return { ...draft, base: newer(draft.base, base) };
}

/** Answers may overtake each other; versions and signatures do not count as revisions, so an equal one is taken. */
function newer(one: Plan, other: Plan): Plan {
  return other.revision >= one.revision ? other : one;
}
