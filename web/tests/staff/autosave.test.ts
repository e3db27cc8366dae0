import { describe, expect, it } from "vitest";

import { LONGEST, opened as begun, PAUSE, recovered, step, unsent } from "../../src/staff/autosave.ts";
import type { Draft, Effect, Event, Revision } from "../../src/staff/autosave.ts";
import { free } from "../../src/staff/notes/content.ts";

const opened = (base: Revision): Draft => begun(base, "page");
const sent = (text: string, revision: number, save: number): Effect => ({
  kind: "send",
  sending: { content: free(text), revision, op: `page-${save}` },
});

const at = (revision: number, text: string, signed: number | null = null): Revision => ({
  revision,
  content: free(text),
  saved: revision,
  signed,
});

/** Runs events one after the other; the effects of all, in order. */
function run(draft: Draft, ...events: Event[]): { draft: Draft; effects: Effect[] } {
  const effects: Effect[] = [];
  for (const event of events) {
    const [next, effect] = step(draft, event);
    draft = next;
    if (effect !== null) effects.push(effect);
  }
  return { draft, effects };
}

const type = (text: string, when = 0): Event => ({ kind: "typed", content: free(text), at: when });
const due: Event = { kind: "due" };
const flush: Event = { kind: "flush" };
const saved = (revision: number, text: string): Event => ({ kind: "saved", section: at(revision, text), at: 0 });

describe("autosave", () => {
  it("saves a pause after the last key", () => {
    const { draft, effects } = run(opened(at(0, "")), type("a", 0), type("ab", 400), due);
    expect(effects).toEqual([
      { kind: "timer", ms: PAUSE },
      { kind: "timer", ms: PAUSE },
      sent("ab", 0, 1),
    ]);
    expect(draft.phase).toBe("saving");
    expect(run(draft, saved(1, "ab")).draft.phase).toBe("saved");
  });

  it("does not wait for a pause for ever", () => {
    let draft = opened(at(0, ""));
    let ms = PAUSE;
    for (let when = 0; when <= LONGEST; when += 500) {
      const [next, effect] = step(draft, type(`text ${when}`, when));
      draft = next;
      if (effect?.kind === "timer") ms = effect.ms;
    }
    expect(ms).toBe(0);
  });

  it("saves at once when the editor is left, and not twice", () => {
    const { effects } = run(opened(at(3, "x")), type("xy"), flush, flush, saved(4, "xy"), flush, due);
    expect(effects.filter((e) => e.kind === "send")).toEqual([sent("xy", 3, 1)]);
  });

  it("saves what was typed while a save was under way, on top of the new revision", () => {
    const { draft, effects } = run(opened(at(0, "")), type("a"), flush, type("ab"), saved(1, "a"));
    expect(draft.phase).toBe("draft");
    expect(effects.at(-1)).toEqual({ kind: "timer", ms: PAUSE });
    expect(run(draft, due).effects).toEqual([sent("ab", 1, 2)]);
  });

  it("saves at once what was typed and left while a save was under way", () => {
    const { effects } = run(opened(at(0, "")), type("a"), flush, type("ab"), flush, saved(1, "a"));
    expect(effects.at(-1)).toEqual(sent("ab", 1, 2));
  });

  it("keeps the text while the server cannot be reached and sends it on return", () => {
    const start = run(opened(at(2, "old")), type("new"), flush, { kind: "unreachable" }, type("newer"));
    expect(start.draft.phase).toBe("offline");
    expect(start.draft.content).toEqual(free("newer"));
    expect(unsent(start.draft)).toBe(true);
    // First the save whose answer was lost, as it was and under its name; then what was typed since.
    const back = run(start.draft, { kind: "reachable" }, saved(3, "new"), due, saved(4, "newer"));
    expect(back.effects.filter((one) => one.kind === "send")).toEqual([sent("new", 2, 1), sent("newer", 3, 2)]);
    expect(back.draft.phase).toBe("saved");
    expect(unsent(back.draft)).toBe(false);
  });

  it("repeats what a closed page had under way, and goes on from there", () => {
    const closed = run(opened(at(2, "old")), type("new"), flush, type("newer")).draft;
    const found = recovered(closed, "other page");
    const { draft, effects } = run(found, { kind: "reachable" }, saved(3, "new"), due);
    expect(effects.filter((one) => one.kind === "send")).toEqual([
      sent("new", 2, 1),
      { kind: "send", sending: { content: free("newer"), revision: 3, op: "other page-1" } },
    ]);
    expect(draft.content).toEqual(free("newer"));
    const elsewhere = run(recovered(closed, "other page"), { kind: "reachable" }, { kind: "stale", current: at(5, "theirs"), at: 0 });
    expect(elsewhere.draft).toMatchObject({ phase: "conflict", content: free("newer"), theirs: at(5, "theirs") });
  });

  it("saves again by itself once the refused words were changed", () => {
    const no: Event = { kind: "refused", code: "times", places: [[0, 4]] };
    const { draft, effects } = run(opened(at(0, "")), type("6:00"), flush, no, type("late"), due);
    expect(draft.phase).toBe("saving");
    expect(effects.at(-1)).toEqual(sent("late", 0, 2));
  });

  it("asks an unreachable server less and less often", () => {
    let draft = run(opened(at(0, "")), type("a"), flush).draft;
    const pauses: number[] = [];
    for (let i = 0; i < 7; i++) {
      const failed = run(draft, { kind: "unreachable" }, due);
      draft = failed.draft;
      if (failed.effects[0]?.kind === "timer") pauses.push(failed.effects[0].ms);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 15000, 15000, 15000]);
  });

  it("shows both texts when somebody else has saved, and saves nothing until a person chooses", () => {
    const both = run(opened(at(1, "ours")), type("mine"), flush, { kind: "stale", current: at(2, "theirs"), at: 0 });
    expect(both.draft).toMatchObject({ phase: "conflict", content: free("mine"), theirs: at(2, "theirs") });
    expect(run(both.draft, type("mine too"), due, flush).effects).toEqual([]);
  });

  it("saves my text over theirs only when I choose it", () => {
    const both = run(opened(at(1, "ours")), type("mine"), flush, { kind: "stale", current: at(2, "theirs"), at: 0 });
    const mine = run(both.draft, { kind: "resolve", content: free("mine") });
    expect(mine.effects).toEqual([sent("mine", 2, 2)]);
    const theirs = run(both.draft, { kind: "resolve", content: free("theirs") });
    expect(theirs.effects).toEqual([]);
    expect(theirs.draft).toMatchObject({ phase: "saved", content: free("theirs"), theirs: null });
  });

  it("takes its own lost answer for what it is", () => {
    const lost = run(opened(at(1, "")), type("mine"), flush, { kind: "unreachable" }, due);
    const found = run(lost.draft, { kind: "stale", current: at(2, "mine"), at: 0 });
    expect(found.draft).toMatchObject({ phase: "saved", base: { revision: 2 } });
  });

  it("stops at a refusal, keeps the text, and tries again when told to", () => {
    const no = run(opened(at(0, "")), type("a"), flush, { kind: "refused", code: "not_signed_in" }, type("ab"), due);
    expect(no.draft).toMatchObject({ phase: "refused", code: "not_signed_in", content: free("ab") });
    expect(run(no.draft, flush).effects).toEqual([sent("ab", 0, 2)]);
  });

  it("needs no save when the text is back where it was", () => {
    const { draft } = run(opened(at(1, "as was")), type("as wa"), type("as was"));
    expect(draft.phase).toBe("saved");
    expect(run(draft, due, flush).effects).toEqual([]);
  });

  it("takes a newer text only if nothing of its own is unsaved", () => {
    const newer: Event = { kind: "refreshed", section: at(5, "newer") };
    expect(run(opened(at(4, "older")), newer).draft.content).toEqual(free("newer"));
    expect(run(opened(at(4, "older")), type("mine"), newer).draft.content).toEqual(free("mine"));
  });

  it("is read-only once signed, but never hides unsaved text behind a signature", () => {
    const signed: Event = { kind: "refreshed", section: at(5, "final", 9) };
    const clean = run(opened(at(5, "final")), signed, type("more"), due);
    expect(clean.draft).toMatchObject({ phase: "signed", content: free("final") });
    expect(clean.effects).toEqual([]);
    const mine = run(opened(at(5, "final")), type("final and more"), signed);
    expect(mine.draft).toMatchObject({ phase: "conflict", content: free("final and more") });
    expect(run(mine.draft, { kind: "resolve", content: free("final") }).draft.phase).toBe("signed");
  });
});
