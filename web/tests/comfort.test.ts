import { beforeEach, describe, expect, it, vi } from "vitest";
import { chosen } from "../src/call/layout.ts";
import { weeks } from "../src/calendar/month.ts";
import { applyComfort, change, isDark } from "../src/comfort/comfort.ts";
import { onEscapes } from "../src/join/exit.ts";
import type { Participant } from "../src/wire.ts";
import { joinAnswer } from "./support.ts";

const some = joinAnswer().room.members[0] as Participant;
const seat = (member: number, part: Partial<Participant> = {}): Participant => ({
  ...some, member, you: false, role: "client", microphone: true, screen: false, ...part,
});
const me = seat(1, { you: true });
const robin = seat(2, { role: "facilitator" });
const max = seat(3);
const group = [me, robin, max];
const numbers = (members: readonly Participant[]) => members.map((one) => one.member);

describe("whom one sees", () => {
  it("is everybody, and oneself unless that is hidden", () => {
    expect(numbers(chosen({ show: "everyone", hideSelf: false }, group, [], null, false).tiles)).toEqual([1, 2, 3]);
    expect(numbers(chosen({ show: "everyone", hideSelf: true }, group, [], null, false).tiles)).toEqual([2, 3]);
  });

  it("is the therapist alone, but never an empty page", () => {
    expect(numbers(chosen({ show: "staff", hideSelf: true }, group, [3], null, false).tiles)).toEqual([2]);
    expect(numbers(chosen({ show: "staff", hideSelf: true }, [me, max], [3], null, false).tiles)).toEqual([3]);
  });

  it("is who speaks, then who spoke last, then the therapist; never oneself, nor beside a shared screen", () => {
    const show = (speaking: number[], before: number | null, taken = false) =>
      chosen({ show: "speaker", hideSelf: false }, group, speaking, before, taken);
    expect(show([1, 3], null).large).toBe(max);
    expect(numbers(show([1, 3], null).tiles)).toEqual([1, 2]);
    expect(show([1], 3).large).toBe(max);
    expect(show([], null).large).toBe(robin);
    expect(show([3], null, true)).toEqual({ large: null, tiles: group });
    expect(chosen({ show: "speaker", hideSelf: false }, [me], [], null, false)).toEqual({ large: null, tiles: [me] });
  });
});

describe("comfort", () => {
  beforeEach(() => localStorage.clear());

  it("is written on the page and remembered by the device", () => {
    applyComfort();
    change({ text: 2, contrast: true, still: true, shades: "dark" });
    const root = document.documentElement;
    expect([root.dataset["text"], root.dataset["shade"], root.hasAttribute("data-contrast"), root.hasAttribute("data-still")]).toEqual(["2", "dark", true, true]);
    expect(JSON.parse(localStorage.getItem("comfort") ?? "")).toMatchObject({ text: 2, shades: "dark" });
  });

  it("is dark always, in the evening, or as the device is", () => {
    expect(isDark("dark", false, 12)).toBe(true);
    expect([6, 7, 18, 19].map((hour) => isDark("evening", false, hour))).toEqual([true, false, false, true]);
    expect(isDark("device", true, 12)).toBe(true);
  });
});

describe("the quick exit by keyboard", () => {
  const press = (key: string, repeat = false) => dispatchEvent(new KeyboardEvent("keydown", { key, repeat }));

  it("takes Escape three times in a row, and no key between, and no key that is held down", () => {
    const act = vi.fn();
    const end = onEscapes(act);
    press("Escape");
    press("Escape");
    press("a");
    press("Escape");
    press("Escape", true);
    press("Escape", true);
    expect(act).not.toHaveBeenCalled();
    press("Escape");
    press("Escape");
    expect(act).toHaveBeenCalledTimes(1);
    end();
  });
});

describe("the calendar", () => {
  it("begins each week on a Sunday and shows every day of the month once", () => {
    for (const [year, month] of [[2026, 1], [2026, 10], [2024, 1]] as const) {
      const days = weeks(year, month).flat();
      expect(days[0]?.getDay()).toBe(0);
      expect(days.length % 7).toBe(0);
      expect(days.filter((day) => day.getMonth() === month).map((day) => day.getDate())).toEqual(
        Array.from({ length: new Date(year, month + 1, 0).getDate() }, (_, index) => index + 1),
      );
    }
  });
});
