import { describe, expect, it } from "vitest";

import { countRows } from "../../src/staff/api.ts";
import type { ClientHours, Presence } from "../../src/staff/api.ts";
import { boxOf, lineOfAll, ticksOf } from "../../src/staff/chart.ts";
import { chosen, hoursAndMinutes, stepped, warmth } from "../../src/staff/heat.ts";

function client(person: string, legal_name: string, groups: string[] = []): ClientHours {
  return { person, alias: "", legal_name, groups, weeks: [] };
}

describe("the heat map", () => {
  it("warms in thirds and is hot exactly from the level's hours on", () => {
    expect([0, 1, 179, 180, 359, 360, 539, 540, 900].map((minutes) => warmth(minutes, 540))).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it("writes minutes as hours and minutes", () => {
    expect(hoursAndMinutes(450)).toEqual({ h: 7, m: 30 });
    expect(hoursAndMinutes(59)).toEqual({ h: 0, m: 59 });
  });

  it("finds names without accents, by several words, within a group, in order", () => {
    const all = [client("c", "Zoë Łukasz", ["g"]), client("b", "Ana Müller"), client("a", "Ana Müller", ["g"])];
    const found = (group: string, text: string) => chosen(all, group, text).map((one) => one.person);
    expect(found("", "lukasz zoe")).toEqual(["c"]);
    expect(found("", "")).toEqual(["a", "b", "c"]);
    expect(found("g", "muller")).toEqual(["a"]);
    expect(found("h", "")).toEqual([]);
  });

  it("moves by arrows inside its edges, and leaves other keys alone", () => {
    const at = { row: 0, column: 5 };
    expect(stepped(at, "ArrowRight", 3, 6)).toEqual(at);
    expect(stepped(at, "ArrowDown", 3, 6)).toEqual({ row: 1, column: 5 });
    expect(stepped(at, "Home", 3, 6)).toEqual({ row: 0, column: 0 });
    expect(stepped(at, "Tab", 3, 6)).toBeNull();
  });
});

describe("the chart of a session", () => {
  const HOUR = 3_600_000;
  const presence = (stays: { start: number; end: number | null }[], ended: number | null): Presence =>
    ({ now: 9 * HOUR, began: HOUR, ended, clients: [{ stays }] }) as unknown as Presence;

  it("puts everybody on one line, stretched to all that happened", () => {
    const line = lineOfAll({ from: HOUR, to: 4 * HOUR }, presence([{ start: HOUR / 2, end: 2 * HOUR }], 5 * HOUR));
    expect(line).toEqual({ from: HOUR / 2, to: 5 * HOUR });
    expect(boxOf({ from: 0, to: 4 * HOUR }, { start: HOUR, end: 2 * HOUR })).toEqual({ x: 250, width: 250 });
  });

  it("names few instants, on whole or half hours", () => {
    expect(ticksOf({ from: HOUR + 1, to: 4 * HOUR })).toEqual([1.5, 2, 2.5, 3, 3.5, 4].map((n) => n * HOUR));
    expect(ticksOf({ from: 0, to: 12 * HOUR }).length).toBeLessThanOrEqual(7);
  });
});

describe("the count of a CSV that comes in pieces", () => {
  it("counts rows without the header, whatever the pieces and the quotes", () => {
    const text = new TextEncoder().encode('a,b\r\n1,"x\r\ny"\r\n2,"say ""hi"""\r\n3,z\r\n');
    for (const size of [1, 3, 7, text.length]) {
      const count = countRows();
      let rows = 0;
      for (let at = 0; at < text.length; at += size) rows = count(text.subarray(at, at + size));
      expect(rows, `${size}`).toBe(3);
    }
    expect(countRows()(new TextEncoder().encode("a,b\r\n"))).toBe(0);
  });
});
