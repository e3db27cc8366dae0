import { describe, expect, it } from "vitest";

import { barsOf, lineOf, markOf, standing } from "../../src/staff/strip.ts";

const scheduled = { from: 1_000, to: 2_000 };

describe("attendance strip", () => {
  it("draws intervals to scale on the scheduled time", () => {
    const intervals = [
      { start: 1_000, end: 1_250 },
      { start: 1_500, end: 2_000 },
    ];
    const line = lineOf(scheduled, intervals, 9_000);
    expect(line).toEqual(scheduled);
    expect(barsOf(line, intervals, 9_000)).toEqual([
      { x: 0, width: 250, open: false },
      { x: 500, width: 500, open: false },
    ]);
  });

  it("stretches to what really happened, before and after the schedule", () => {
    const line = lineOf(scheduled, [{ start: 500, end: 3_000 }], 0);
    expect(line).toEqual({ from: 500, to: 3_000 });
    expect(markOf(line, 1_000)).toBe(200);
  });

  it("lets a stay that goes on end now", () => {
    const intervals = [{ start: 1_000, end: null }];
    expect(barsOf(lineOf(scheduled, intervals, 1_500), intervals, 1_500)).toEqual([{ x: 0, width: 500, open: true }]);
  });

  it("keeps a stay of a moment visible, and inside the line", () => {
    const intervals = [{ start: 1_999, end: 2_000 }];
    const [bar] = barsOf(scheduled, intervals, 0);
    expect(bar?.width).toBeGreaterThanOrEqual(6);
    expect((bar?.x ?? 0) + (bar?.width ?? 0)).toBeLessThanOrEqual(1000);
  });

  it("says of a session that goes on whether somebody is there, and leaves the judgement to the policy", () => {
    expect(standing("in_session", [])).toBe("not_yet");
    expect(standing("in_session", [{ start: 1, end: null }])).toBe("in_session");
    expect(standing("in_session", [{ start: 1, end: 2 }])).toBe("away");
    expect(standing("late", [{ start: 1, end: 2 }])).toBe("late");
  });

  it("draws nothing for nobody", () => {
    expect(barsOf(lineOf(scheduled, [], 0), [], 0)).toEqual([]);
  });
});
