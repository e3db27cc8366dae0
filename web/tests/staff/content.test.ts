import { describe, expect, it } from "vitest";

import { excerpt, free, inUnits, inserted, merged, progress, refit, same, tagOf } from "../../src/staff/notes/content.ts";
import type { Content, Template } from "../../src/staff/notes/content.ts";
import { meaning } from "../../src/staff/notes/keys.ts";

const field = (name: string, required = true) => ({ name, title: name.toUpperCase(), hint: "", required });
const DAP: Template = { id: "dap/1", title: "DAP", offered: true, fields: [field("data"), field("assessment"), field("plan")] };
const GIRP: Template = { id: "girp/1", title: "GIRP", offered: true, fields: [field("goal"), field("plan")] };
const dap = (fields: Record<string, string>, goals: string[] = []): Content => ({ template: "dap/1", fields, goals });

describe("content", () => {
  it("takes a missing field for an empty one, and no words for no words", () => {
    expect(same(dap({ data: "a", plan: "" }), dap({ data: "a" }))).toBe(true);
    expect(same(dap({}), free(""))).toBe(true);
    expect(same(dap({ data: "a" }), dap({ data: "b" }))).toBe(false);
    expect(same(dap({ data: "a" }, ["g"]), dap({ data: "a" }))).toBe(false);
  });

  it("loses no word when the template changes", () => {
    expect(refit(dap({ data: "D", assessment: "A", plan: "P" }), GIRP)).toEqual({
      template: "girp/1",
      fields: { goal: "D\n\nA", plan: "P" },
      goals: [],
    });
  });

  it("puts two texts together field by field, with all goals", () => {
    const theirs = dap({ data: "Theirs", plan: "Same" }, ["g1"]);
    const both = merged(theirs, dap({ data: "Mine", plan: "Same", assessment: "Only mine" }, ["g2"]), [DAP]);
    expect(both).toEqual(dap({ data: "Theirs\n\nMine", plan: "Same", assessment: "Only mine" }, ["g1", "g2"]));
    expect(merged(theirs, free("Mine"), [DAP]).fields["data"]).toBe("Theirs\n\nMine");
  });

  it("knows how far a section is", () => {
    expect(progress(dap({ data: " " }), DAP)).toBe("empty");
    expect(progress(dap({ data: "a" }), DAP)).toBe("begun");
    expect(progress(dap({ data: "a", assessment: "b", plan: "c" }), DAP)).toBe("written");
  });

  it("names the revisions that are shown, as the server does", () => {
    expect(tagOf([{ about: "p2", revision: 3 }, { about: "group", revision: 1 }, { about: "p1", revision: 0 }])).toBe("group:1,p2:3");
  });

  it("shows a place with the words around it, whatever characters stand before", () => {
    const text = `${"word ".repeat(20)}met June today`;
    const { before, marked, after } = excerpt(text, 104, 108);
    expect([before.startsWith("…word"), before.endsWith("met "), marked, after]).toEqual([true, true, "June", " today"]);
    expect(inUnits("🙂 at 6:00", [[5, 9]])).toEqual([[6, 10]]);
  });

  it("puts a phrase in the place of the selection", () => {
    expect(inserted("Took part.", 5, 9, "an active part")).toEqual({ text: "Took an active part.", caret: 19 });
  });
});

describe("keys", () => {
  const key = (name: string, more: Partial<Parameters<typeof meaning>[0]> = {}) =>
    meaning({ key: name, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more });

  it("mean something only with a modifier", () => {
    for (const one of ["Enter", "k", "s", "/"]) expect(key(one)).toBeNull();
    expect(key("Enter", { ctrlKey: true })).toBe("next");
    expect(key("Enter", { metaKey: true, shiftKey: true })).toBe("previous");
    expect(key("K", { ctrlKey: true, shiftKey: true })).toBeNull();
    expect(key("k", { ctrlKey: true })).toBe("phrases");
    expect(key("k", { ctrlKey: true, altKey: true })).toBeNull();
  });
});
