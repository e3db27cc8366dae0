/** The pages of clients: a way drawn to scale, refusals by field, and tabs that only show what somebody may. */
import { expect, test } from "vitest";

import { HttpError } from "../../src/core/http.ts";
import type { Episode, Level } from "../../src/staff/people/door.ts";
import { wrongFields } from "../../src/staff/people/door.ts";
import { TABS } from "../../src/staff/people/tabs.ts";
import { bands } from "../../src/staff/people/timeline.ts";
import english from "../../src/staff/people/words/en.json";
import spanish from "../../src/staff/people/words/es.json";

const stay = (admitted: string, discharged: string | null, track = "day"): Episode => ({
  id: admitted,
  track,
  admitted,
  discharged,
  reason: "",
  counsellor: "",
  after: null,
  because: "",
  pauses: [],
  status: "admitted",
  recorded: 0,
  recorded_by: "",
});
const level = (effective_from: string, effective_to: string | null = null): Level => ({ id: effective_from, level: "x", code: "asam:3:2.1", effective_from, effective_to });

test("a way is drawn from its first day to today", () => {
  const drawn = bands({ episodes: [stay("2026-01-06", null, "evening"), stay("2026-01-01", "2026-01-05")], levels: [], today: "2026-01-10" });
  expect([drawn.first, drawn.last]).toEqual(["2026-01-01", "2026-01-10"]);
  expect(drawn.stays.map(({ from, length, open }) => [from, length, open])).toEqual([
    [50, 50, true],
    [0, 50, false],
  ]);
});

test("an older level ends where the next begins, and a mistake that ended before it began is not drawn", () => {
  const levels = [level("2026-01-06"), level("2026-01-01"), level("2026-01-03", "2026-01-02")];
  const drawn = bands({ episodes: [stay("2026-01-01", null)], levels, today: "2026-01-10" });
  expect(drawn.levels.map(({ from, length }) => [from, length])).toEqual([
    [0, 50],
    [50, 50],
  ]);
});

test("one day can be seen among years, and stays within the picture", () => {
  const drawn = bands({ episodes: [stay("2016-01-01", "2016-01-01"), stay("2026-01-10", null)], levels: [], today: "2026-01-10" });
  for (const { from, length } of drawn.stays) {
    expect(length).toBeGreaterThanOrEqual(1.5);
    expect(from + length).toBeLessThanOrEqual(100);
  }
});

test("a refusal names its fields, the first one first", () => {
  expect(wrongFields(new HttpError(400, "malformed", { field: "npi", fields: ["npi", "phone"] }))).toEqual(["npi", "phone"]);
  expect(wrongFields(new HttpError(400, "malformed", { field: "level" }))).toEqual(["level"]);
  expect(wrongFields(new HttpError(503, "not_now", null))).toEqual([]);
  expect(wrongFields(new Error("offline"))).toEqual([]);
});

test("each tab has an address of its own and words in both languages", () => {
  expect(new Set(TABS.map((tab) => tab.id)).size).toBe(TABS.length);
  for (const tab of TABS) {
    expect(tab.may.length).toBeGreaterThan(0);
    expect(english).toHaveProperty([tab.label]);
    expect(spanish).toHaveProperty([tab.label]);
  }
});
