import { describe, expect, it } from "vitest";

import { asTime, hoursOf, minuteOf, mondayOf, placed } from "../../src/staff/schedule/layout.ts";
import { described, ruleOf, weekdayOf } from "../../src/staff/schedule/rule.ts";

const ZONE = "America/New_York";
/** Ten in the morning of Monday 2026-11-23 in New York. */
const TEN = Date.UTC(2026, 10, 23, 15);
const HOUR = 3_600_000;
const meeting = (from: number, hours: number) => ({ starts: TEN + from * HOUR, ends: TEN + (from + hours) * HOUR });

describe("a week's layout", () => {
  it("begins on Mondays, whatever day is asked", () => {
    expect(["2026-11-23", "2026-11-25", "2026-11-29"].map(mondayOf)).toEqual(["2026-11-23", "2026-11-23", "2026-11-23"]);
  });

  it("reads clocks where the facility is, also on the day when they change", () => {
    expect(minuteOf(TEN, ZONE)).toBe(600);
    expect(minuteOf(Date.UTC(2027, 2, 14, 7, 30), ZONE)).toBe(210);
    expect([asTime(600), asTime(-15), asTime(1440)]).toEqual(["10:00", "23:45", "00:00"]);
  });

  it("shows office hours, and more where there is more", () => {
    expect(hoursOf([meeting(0, 3)], ZONE)).toEqual([8, 18]);
    expect(hoursOf([meeting(-4, 1), meeting(9, 3)], ZONE)).toEqual([6, 22]);
  });

  it("puts side by side only what overlaps", () => {
    const found = placed([meeting(0, 3), meeting(1, 1), meeting(2, 2), meeting(5, 1)], "2026-11-23", ZONE, 8);
    expect(found.map(({ top, lane, lanes }) => [top, lane, lanes])).toEqual([
      [120, 0, 2],
      [180, 1, 2],
      [240, 1, 2],
      [420, 0, 1],
    ]);
    expect(placed([meeting(0, 3)], "2026-11-24", ZONE, 8)).toEqual([]);
  });
});

describe("a rule", () => {
  it("is made of days and weeks", () => {
    expect(ruleOf(["FR", "MO"], 1)).toBe("FREQ=WEEKLY;BYDAY=MO,FR");
    expect(ruleOf(["TU"], 2)).toBe("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU");
    expect(weekdayOf("2026-11-24")).toBe("TU");
  });

  it("is said as a sentence", () => {
    const plan = { at: "10:00", minutes: 180, start: "2026-11-23" };
    expect(described({ ...plan, rrule: "FREQ=WEEKLY;BYDAY=MO,WE" }, null)).toMatch(/^Every Monday and Wednesday, 10:00\sAM to 1:00\sPM\.$/);
    expect(described({ ...plan, rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU" }, "2026-12-18")).toMatch(/^Every 2 weeks: Tuesday, .*, until Dec 18, 2026\.$/);
    expect(described({ ...plan, rrule: "FREQ=MONTHLY;BYDAY=2TU" }, null)).toContain("FREQ=MONTHLY;BYDAY=2TU");
    expect(described({ ...plan, rrule: "FREQ=DAILY" }, null)).toMatch(/^Every day/);
    expect(described({ ...plan, rrule: "" }, null)).toMatch(/^Once, Nov 23, 2026/);
  });
});
