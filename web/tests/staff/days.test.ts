import { describe, expect, it } from "vitest";

import { addDays, clocksDiffer, dayOf, duration, isDay, startOfDay, wholeDay } from "../../src/staff/days";

const HOUR = 3_600_000;

describe("days", () => {
  it("puts an instant on the facility's day, not on this browser's", () => {
    const evening = Date.UTC(2026, 10, 25, 1, 30); // 20:30 of the 24th in Chicago is 19:30
    expect(dayOf(evening, "America/Chicago")).toBe("2026-11-24");
    expect(dayOf(evening, "UTC")).toBe("2026-11-25");
    expect(dayOf(evening, "Pacific/Auckland")).toBe("2026-11-25");
  });

  it("steps over months, leap days and years", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  });

  it("knows days of 23 and 25 hours", () => {
    const length = (day: string, zone: string) => {
      const [from, to] = wholeDay(day, zone);
      return (to - from) / HOUR;
    };
    expect(length("2026-03-08", "America/New_York")).toBe(23);
    expect(length("2026-11-01", "America/New_York")).toBe(25);
    expect(length("2026-11-24", "America/New_York")).toBe(24);
    expect(length("2026-10-04", "Australia/Lord_Howe")).toBe(23.5);
  });

  it("starts a day whose midnight does not exist after the jump", () => {
    // Cairo, 28 April 2023: 00:00 became 01:00.
    const start = startOfDay("2023-04-28", "Africa/Cairo");
    expect(start).toBe(Date.UTC(2023, 3, 27, 22));
    expect(dayOf(start, "Africa/Cairo")).toBe("2023-04-28");
    expect(dayOf(start - 1, "Africa/Cairo")).toBe("2023-04-27");
  });

  it("agrees with itself on every day of a year, in zones with odd offsets", () => {
    for (const zone of ["Asia/Kathmandu", "America/St_Johns", "Pacific/Chatham", "America/Santiago", "UTC"]) {
      for (let day = "2026-01-01"; day < "2027-01-01"; day = addDays(day, 1)) {
        const start = startOfDay(day, zone);
        expect(dayOf(start, zone)).toBe(day);
        expect(dayOf(start - 1, zone)).toBe(addDays(day, -1));
      }
    }
  });

  it("refuses dates that do not exist", () => {
    expect(isDay("2026-11-24")).toBe(true);
    for (const text of ["2026-02-30", "2026-13-01", "24.11.2026", "", "2026-1-1"]) expect(isDay(text)).toBe(false);
  });

  it("sees whether two zones show different clocks", () => {
    const at = Date.UTC(2026, 10, 24, 18);
    expect(clocksDiffer(at, "America/Phoenix", "America/Denver")).toBe(false);
    expect(clocksDiffer(at, "America/Phoenix", "America/Chicago")).toBe(true);
  });

  it("writes durations as a clock does", () => {
    expect(duration(0)).toBe("0:00");
    expect(duration(760_000)).toBe("12:40");
    expect(duration(3_909_999)).toBe("1:05:09");
    expect(duration(-5)).toBe("0:00");
  });
});
