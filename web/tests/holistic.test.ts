import { cleanup, render, screen } from "@testing-library/preact";
import { h } from "preact";
import { afterEach, describe, expect, it } from "vitest";
import { change } from "../src/comfort/comfort.ts";
import type { Session } from "../src/core/session.ts";
import calm from "../src/tools/calm/index.tsx";
import type { ToolProps } from "../src/tools/registry.ts";
import { cycle, frames, into, partAt } from "../src/tools/calm/breath.ts";
import { clock, position, strikes, where } from "../src/tools/bell/strikes.ts";
import { corners, fewer, HIGH, lines, MOST_POINTS, path, read, WIDE, written, type Point } from "../src/tools/board/ink.ts";
import type { BellSeen, Sitting } from "../src/wire.ts";

const sitting: Sitting = { sound: "bowl", length: 60, every: 20, preparation: 5, first: true, last: true, passed: 0, since: 10_000 };
const seen = (part: Partial<Sitting> = {}, more: Partial<BellSeen> = {}): BellSeen => ({
  tool: "bell",
  open: true,
  sitting: { ...sitting, ...part },
  rung: 0,
  rung_sound: "chime",
  ...more,
});

describe("the bell", () => {
  it("sounds at the beginning, in between and twice at the end, after a silent preparation", () => {
    expect(strikes(seen()).map((one) => one.at)).toEqual([15_000, 35_000, 55_000, 75_000, 78_500]);
    expect(strikes(seen({ first: false, last: false, every: 0 }))).toEqual([]);
    expect(strikes(seen({}, { rung: 20_000 })).map((one) => one.sound)).toEqual(["bowl", "chime", "bowl", "bowl", "bowl", "bowl"]);
  });

  it("does not sound while it is held, and goes on where it was", () => {
    const held = seen({ since: null, passed: 25_000 });
    expect(strikes(held)).toEqual([]);
    expect(where(held.sitting as Sitting, 99_999)).toEqual({ phase: "sitting", left: 40 });
    expect(strikes(seen({ since: 100_000, passed: 25_000 })).map((one) => one.at)).toEqual([80_000, 100_000, 120_000, 140_000, 143_500]);
  });

  it("says where a sitting stands", () => {
    expect(position(sitting, 9_000)).toBe(0);
    expect([9_000, 14_999, 15_000, 74_001, 75_000].map((now) => where(sitting, now))).toEqual([
      { phase: "preparing", left: 5 },
      { phase: "preparing", left: 1 },
      { phase: "sitting", left: 60 },
      { phase: "sitting", left: 1 },
      { phase: "over", left: 0 },
    ]);
    expect([5, 65, 600].map(clock)).toEqual(["0:05", "1:05", "10:00"]);
  });
});

describe("the calm picture", () => {
  const square = { inhale: 4, hold: 4, exhale: 4, rest: 4 };
  const long = { inhale: 4, hold: 0, exhale: 6, rest: 0 };

  it("is at the same place of its breath on every page", () => {
    expect(cycle(square)).toBe(16_000);
    expect(into(long, 1_000, 24_500)).toBe(3_500);
    expect(into(long, 1_000, 500)).toBe(9_500);
  });

  it("knows the part of the breath and how long it lasts, and leaves out what has no length", () => {
    expect([0, 4_000, 9_999, 15_000].map((at) => partAt(square, at))).toEqual([
      { part: "inhale", left: 4_000 },
      { part: "hold", left: 4_000 },
      { part: "exhale", left: 2_001 },
      { part: "rest", left: 1_000 },
    ]);
    expect(partAt(long, 4_000)).toEqual({ part: "exhale", left: 6_000 });
    expect(partAt(long, 10_000).part).toBe("inhale");
  });

  it("grows and shrinks as the breath does", () => {
    const places = (rhythm: typeof square) => frames(rhythm, { opacity: 0 }, { opacity: 1 }).map(({ offset, opacity }) => [offset, opacity]);
    expect(places(square)).toEqual([[0, 0], [0.25, 1], [0.5, 1], [0.75, 0], [1, 0]]);
    expect(places(long)).toEqual([[0, 0], [0.4, 1], [0.4, 1], [1, 0], [1, 0]]);
  });
});

describe("the drawing board", () => {
  it("writes places in four letters a point and reads them again", () => {
    const points: Point[] = [[0, 0], [WIDE, HIGH], [800, 500], [-5, 2000]];
    const at = written(points);
    expect(at).toMatch(/^([A-Za-z0-9_-]{4}){4}$/);
    read(at).forEach(([x, y], index) => {
      expect(Math.abs(x - Math.min(WIDE, Math.max(0, points[index]?.[0] ?? 0)))).toBeLessThan(0.3);
      expect(Math.abs(y - Math.min(HIGH, Math.max(0, points[index]?.[1] ?? 0)))).toBeLessThan(0.3);
    });
  });

  it("sends of a line as few points as draw it, and a long one as several", () => {
    const straight = Array.from({ length: 100 }, (_, n): Point => [n * 10, n * 5]);
    expect(fewer(straight)).toEqual([[0, 0], [990, 495]]);
    const round = Array.from({ length: 300 }, (_, n): Point => [800 + 400 * Math.cos(n / 40), 500 + 400 * Math.sin(n / 40)]);
    expect(fewer(round).length).toBeLessThan(80);
    const restless = Array.from({ length: 1000 }, (_, n): Point => [n, n % 2 ? 0 : 500]);
    const sent = lines(restless, "sea", 2);
    expect(sent.every((mark) => mark.at.length <= MOST_POINTS * 4)).toBe(true);
    expect(sent.map((mark) => mark.at.slice(-4)).slice(0, -1)).toEqual(sent.slice(1).map((mark) => mark.at.slice(0, 4)));
  });

  it("keeps a shape that is put down near an edge on the sheet", () => {
    const [[left, top], [right, bottom]] = read(corners([0, HIGH], null, 3)) as [Point, Point];
    expect(Math.round(left)).toBe(0);
    expect(Math.round(bottom)).toBe(HIGH);
    expect(Math.round(right - left)).toBe(Math.round(bottom - top));
  });

  it("draws every form, and a tap of the pen as a dot", () => {
    for (const form of ["line", "circle", "square", "triangle", "heart", "star"] as const) {
      expect(path({ form, colour: "ink", width: 1, at: written([[10, 10], [50, 60], [90, 20]]), text: "" })).toMatch(/^M[\d.]/);
    }
    expect(path({ form: "line", colour: "ink", width: 1, at: written([[800, 500]]), text: "" })).toMatch(/h0\.1$/);
  });
});

describe("the calm picture", () => {
  afterEach(() => {
    cleanup();
    change({ still: false });
  });

  it("stands still where Comfort says that nothing moves by itself", () => {
    change({ still: true });
    const seen = { tool: "calm", open: true, shape: "circle", since: 0, inhale: 4, hold: 0, exhale: 6, rest: 0 } as const;
    const session = { now: () => 0 } as unknown as Session;
    render(h(calm.Stage, { session, room: {} as ToolProps["room"], seen, leads: false }));
    expect(screen.getByTestId("calm").dataset["moves"]).toBe("false");
  });
});
