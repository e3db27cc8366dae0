import { describe, expect, it } from "vitest";

import { addDays, clocksDiffer, dayOf, duration, isDay } from "../../src/staff/days.ts";

describe("days", () => {
  it("puts an instant on the facility's day, not on this browser's", () => {
    const evening = Date.UTC(2026, 10, 25, 1, 30);
    expect(dayOf(evening, "America/Chicago")).toBe("2026-11-24");
    expect(dayOf(evening, "UTC")).toBe("2026-11-25");
    expect(dayOf(evening, "Pacific/Auckland")).toBe("2026-11-25");
  });

  it("steps over months, leap days and years", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
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
