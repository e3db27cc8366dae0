import { describe, expect, it } from "vitest";

import { conversations, unreadOf } from "../../src/staff/room/inbox.ts";
import { KEYS, meaning } from "../../src/staff/room/keys.ts";
import { meant } from "../../src/staff/room/palette.ts";
import type { Command } from "../../src/staff/room/palette.ts";
import { rowsOf, spent } from "../../src/staff/room/people.ts";
import type { ChatLine, Participant } from "../../src/wire.ts";

const line = (id: string, sender: number, to: string, text = id): ChatLine => ({ id, sender, alias: `m${sender}`, to, text, at: Number(id) });
const member = (number: number, role: string) => ({ member: number, role, alias: `M${number}` }) as Participant;
const ROOM = [member(1, "facilitator"), member(2, "client"), member(3, "client"), member(9, "cofacilitator")];

describe("private messages", () => {
  const chat = [
    line("1", 2, "all"),
    line("2", 2, "staff"),
    line("3", 1, "member:2"),
    line("4", 3, "staff"),
    line("5", 9, "staff"),
    line("6", 2, "staff"),
  ];

  it("stand with the person whom they concern, and what everybody reads is not among them", () => {
    const all = conversations(chat, ROOM, 1, new Set());
    expect(all.map((one) => [one.whom, one.lines.map((each) => each.id)])).toEqual([
      [2, ["2", "3", "6"]],
      ["staff", ["5"]],
      [3, ["4"]],
    ]);
    expect(all.map((one) => one.unread)).toEqual([2, 1, 1]);
    expect(unreadOf(all)).toBe(4);
  });

  it("are read once they were on the screen, and those with news come first", () => {
    const all = conversations(chat, ROOM, 1, new Set(["2", "5", "6"]));
    expect(all.map((one) => [one.whom, one.unread])).toEqual([
      [3, 1],
      [2, 0],
      ["staff", 0],
    ]);
  });

  it("keep the name of somebody who has left, who cannot be answered", () => {
    const [one] = conversations([line("1", 4, "staff"), line("2", 1, "member:4")], ROOM, 1, new Set());
    expect(one).toMatchObject({ whom: 4, alias: "m4", here: false });
  });
});

describe("commands by their names", () => {
  const named = (label: string, also = ""): Command => ({ id: label, label, also, act: () => undefined });
  const all = [named("Mute Sky"), named("Let in Sky", "admit"), named("Let in José"), named("Sky: Call")];
  const found = (typed: string) => meant(all, typed).map((one) => one.label);

  it("are meant by the beginnings of their words, in any order, whatever the accents", () => {
    expect(found("sky le")).toEqual(["Let in Sky"]);
    expect(found("jose")).toEqual(["Let in José"]);
    expect(found("admit sky")).toEqual(["Let in Sky"]);
    expect(found("nothing")).toEqual([]);
  });

  it("come in their own order, and first if they begin so", () => {
    expect(found("")).toEqual(all.map((one) => one.label));
    expect(found("sky")).toEqual(["Sky: Call", "Mute Sky", "Let in Sky"]);
  });
});

describe("keys", () => {
  const press = (key: string, more: object = {}) =>
    meaning({ key, code: `Key${key.toUpperCase()}`, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

  it("have a modifier, or are function keys", () => {
    for (const key of "abcdefghijklmnopqrstuvwxyz/?") expect(press(key), key).toBeNull();
    expect(press("F2")).toBe("toolbar");
    expect(press("k", { ctrlKey: true })).toBe("palette");
    expect(press("K", { metaKey: true })).toBe("palette");
    expect(press("µ", { code: "KeyM", ctrlKey: true, altKey: true })).toBe("messages");
    expect(press("k", { ctrlKey: true, shiftKey: true })).toBeNull();
  });

  it("are all in the list of keys", () => {
    expect(new Set(KEYS.map((one) => one.means)).size).toBe(KEYS.length);
  });
});

describe("the time of somebody", () => {
  const stay = (start: number, end: number | null) => ({ start, end, ended_by: "left" });

  it("is what they were here before, and since when they are now, with what lies between", () => {
    expect(spent([stay(0, 10), stay(15, null)], 15)).toEqual({ before: 10, from: 15, gaps: 1, away: 5 });
    expect(spent([stay(0, 10)], 30)).toMatchObject({ before: 10, from: 30 });
    expect(spent([stay(0, 10), stay(20, 30)], null)).toEqual({ before: 20, from: null, gaps: 1, away: 10 });
    expect(spent([], 7)).toEqual({ before: 0, from: 7, gaps: 0, away: 0 });
  });
});

describe("who is not here", () => {
  it("is on their way, marked, left or expected", () => {
    const roster = ["a", "b", "c", "d"].map((person) => ({ person, alias: person, legal_name: "" }));
    const rows = rowsOf(roster, { members: [], waiting: [], removed: [] }, new Set(["c"]), new Map([["a", "devices"], ["b", "no_show"]]));
    expect(rows.map((row) => row.state)).toEqual(["devices", "no_show", "left", "expected"]);
  });
});
