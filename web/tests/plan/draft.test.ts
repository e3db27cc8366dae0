import { describe, expect, it } from "vitest";

import * as rule from "../../src/plan/draft.ts";
import type { Draft, Words } from "../../src/plan/draft.ts";
import type { Line, Plan } from "../../src/plan/door.ts";

const line = (id: string, text: string, changes = 1): Line => ({ id, section: "signs", text, relation: "", phone: "", ticked: false, changes });
const plan = (revision: number, ...lines: Line[]): Plan => ({ whose: "w", revision, lines, digest: "", shown: [], sections: [], numbers: [], versions: [], writes: true, signs: "client" });
const words = (text: string): Words => ({ text, relation: "", phone: "" });
const texts = (draft: Draft) => rule.shown(draft).map((one) => one.text);
const write = (draft: Draft, id: string, text: string, beside = "beside") => rule.wrote(draft, rule.shown(draft).find((one) => one.id === id) ?? line(id, ""), words(text), beside);

describe("what somebody writes in a plan", () => {
  it("is shown at once, and sent one batch after the other under its own name", () => {
    let draft = write(rule.begun(plan(1, line("a", "call"))), "a", "call S");
    draft = write(draft, "a", "call Sam");
    draft = rule.added(draft, "b", "signs", words("walk"));
    expect(texts(draft)).toEqual(["call Sam", "walk"]);
    draft = rule.send(draft, "op1");
    expect(draft.sending?.edits).toEqual([
      { do: "change", id: "a", section: "signs", seen: 1, beside: "beside", ...words("call Sam") },
      { do: "add", id: "b", section: "signs", ...words("walk") },
    ]);
    expect(rule.send(write(draft, "b", "walk far"), "op2").sending?.op).toBe("op1");
    draft = rule.answered(draft, plan(2, line("a", "call Sam", 2), line("b", "walk")));
    expect(rule.unsent(draft)).toBe(false);
    expect(texts(draft)).toEqual(["call Sam", "walk"]);
  });

  it("goes on over one's own words that were under way", () => {
    let draft = rule.send(write(rule.begun(plan(1, line("a", "call", 4))), "a", "call Sam"), "op1");
    draft = rule.send(rule.answered(write(draft, "a", "call Sam today", "other"), plan(2, line("a", "call Sam", 5))), "op2");
    expect(draft.sending?.edits).toMatchObject([{ seen: 5, text: "call Sam today" }]);
  });

  it("is not written over what somebody else wrote meanwhile", () => {
    const seen = write(rule.begun(plan(1, line("a", "call"))), "a", "call Sam");
    const told = rule.looked(seen, plan(2, line("a", "call Ann", 2)));
    expect(texts(told)).toEqual(["call Sam"]);
    expect(rule.send(told, "op").sending?.edits).toMatchObject([{ seen: 1 }]);
  });

  it("goes on beside the line where the server has put it", () => {
    let draft = rule.send(write(rule.begun(plan(1, line("a", "call"))), "a", "call Sam"), "op1");
    draft = write(draft, "a", "call Sam today", "second");
    draft = rule.answered(draft, plan(3, line("a", "call Ann", 2), line("beside", "call Sam")));
    expect(draft.moved).toEqual({ a: "beside" });
    expect(texts(draft)).toEqual(["call Ann", "call Sam today"]);
    expect(rule.send(draft, "op2").sending?.edits).toMatchObject([{ id: "beside", seen: 1 }]);
  });

  it("keeps its count when somebody wrote over it before the answer came", () => {
    let draft = rule.send(write(rule.begun(plan(1, line("a", "call"))), "a", "call Sam"), "op1");
    draft = rule.answered(write(draft, "a", "call Sam today", "second"), plan(3, line("a", "call Sam or Ann", 3)));
    expect(rule.send(draft, "op2").sending?.edits).toMatchObject([{ id: "a", seen: 2, beside: "second" }]);
  });

  it("can be taken away, moved and ticked", () => {
    let draft = rule.begun(plan(1, line("a", "1"), line("b", "2"), line("c", "3", 7)));
    draft = rule.moved(rule.moved(draft, "a", "b"), "a", "c");
    draft = rule.ticked(rule.ticked(draft, "b", true), "b", false);
    draft = rule.removed(write(draft, "c", "gone"), "c");
    expect(texts(draft)).toEqual(["2", "1"]);
    expect(draft.waiting).toHaveLength(3);
    expect(draft.waiting.at(-1)).toEqual({ do: "remove", id: "c", seen: 7 });
    const fresh = rule.removed(rule.added(draft, "d", "signs", words("")), "d");
    expect(fresh.waiting).toEqual(draft.waiting);
    expect(texts(rule.moved(draft, "a", ""))[0]).toBe("1");
    expect(texts(rule.moved(draft, "none", "a"))).toEqual(texts(draft));
    expect(texts(rule.moved(draft, "b", "none"))).toEqual(texts(draft));
  });

  it("outlives its page, and is taken back when the server will never have it", () => {
    const left = write(rule.begun(plan(1, line("a", "call"))), "a", "call Sam");
    const again = rule.begun(plan(5, line("a", "call")), { sending: left.sending, waiting: left.waiting });
    expect(texts(again)).toEqual(["call Sam"]);
    expect(texts(rule.refused(rule.send(again, "op")))).toEqual(["call"]);
    expect(rule.looked(again, plan(4)).base.revision).toBe(5);
  });
});
