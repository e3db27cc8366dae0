import { signal } from "@preact/signals";
import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { announceChanges } from "../src/call/announcements.ts";
import Banner from "../src/call/breakout/Banner.tsx";
import { countdown } from "../src/call/breakout/time.ts";
import { shownHere } from "../src/call/Gallery.tsx";
import type { Session } from "../src/core/session.ts";
import { initial, reduce, type State } from "../src/core/state.ts";
import { asBefore, deal, roomsFor } from "../src/staff/breakouts/deal.ts";
import { LiveRegion } from "../src/ui/index.ts";
import type { RoomView } from "../src/wire.ts";
import { joinAnswer, room } from "./support.ts";

const NOW = Date.UTC(2026, 10, 24, 18, 42);
const PARTED = { rooms: 2, since: NOW, until: NOW + 432_000 };

/** Bob's page, in this breakout room; or with everybody. */
function inside(breakout: number | null, version = 100): RoomView {
  return breakout === null ? room({ version }) : room({ version, breakouts: PARTED }, { breakout });
}

function session(state: State, command = vi.fn()): Session {
  return { state: signal(state), command, now: () => NOW } as unknown as Session;
}

document.documentElement.lang = "en";
afterEach(cleanup);

describe("dealing people to rooms", () => {
  it("deals evenly, whatever chance says", () => {
    const people = Array.from({ length: 14 }, (_, at) => at + 1);
    for (const chance of [() => 0, (below: number) => below - 1, (below: number) => below >> 1]) {
      const placed = deal(people, 4, chance);
      expect([...placed.keys()].sort((a, b) => a - b)).toEqual(people);
      const sizes = [1, 2, 3, 4].map((at) => [...placed.values()].filter((one) => one === at).length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });

  it("keeps who was where, and puts newcomers where fewest are", () => {
    const placed = asBefore([1, 2, 3, 4, 5], new Map([[1, 1], [2, 1], [3, 2]]), 2, () => 0);
    expect([placed.get(1), placed.get(2), placed.get(3)]).toEqual([1, 1, 2]);
    expect([4, 5].map((one) => placed.get(one)).sort()).toEqual([1, 2]);
  });

  it("proposes rooms of about four", () => {
    expect([1, 4, 8, 9, 16, 60].map(roomsFor)).toEqual([2, 2, 2, 3, 4, 12]);
  });
});

describe("the page of somebody in a breakout room", () => {
  it("says where they are, with whom and for how long", () => {
    render(<Banner session={session(initial({ microphone: false, camera: false, screen: false }))} room={inside(2)} />);
    expect(screen.getByTestId("breakout-where").textContent).toBe("You are in room 2 with Alice.");
    expect(screen.getByTestId("breakout-time").textContent).toBe("7:12 left");
  });

  it("offers a host only where none is, and says that one has been asked", () => {
    const alone = inside(1);
    const mine = { ...alone, members: alone.members.filter((one) => one.you) };
    const state = session(initial({ microphone: false, camera: false, screen: false }));
    const { rerender } = render(<Banner session={state} room={mine} />);
    expect(screen.getByTestId("want-host")).toBeTruthy();
    rerender(<Banner session={state} room={{ ...mine, you: { ...mine.you, wants_host: true } }} />);
    expect(screen.queryByTestId("want-host")).toBeNull();
    expect(screen.getByTestId("breakout").textContent).toContain("A host has been asked to come.");
    rerender(<Banner session={state} room={alone} />);
    expect(screen.queryByTestId("want-host")).toBeNull();
  });

  it("says for a moment that everybody is together again", () => {
    const state = session(initial({ microphone: false, camera: false, screen: false }));
    const { rerender } = render(<Banner session={state} room={inside(1)} />);
    rerender(<Banner session={state} room={inside(null)} />);
    return vi.waitFor(() => expect(screen.getByTestId("breakout-over").textContent).toBe("You are all together again."));
  });

  it("is told by ear where one is now, and nobody is said to have left", () => {
    vi.useFakeTimers();
    const joined = reduce(initial({ microphone: false, camera: false, screen: false }), { type: "joined", answer: joinAnswer() });
    const state = signal(joined);
    render(<LiveRegion />);
    const end = announceChanges({ ...session(joined), state });
    // Where one is and what is on.
    vi.advanceTimersByTime(3000);
    state.value = reduce(state.value, { type: "room", room: inside(1, 101) });
    state.value = reduce(state.value, { type: "room", room: inside(null, 102) });
    vi.advanceTimersByTime(3000);
    vi.useRealTimers();
    end();
    return vi.waitFor(() => {
      expect(screen.getByRole("status").textContent).toBe("You are in room 1 now, with Alice. Everybody is together again.");
    });
  });
});

describe("a host's pictures", () => {
  it("are those of the room that the host is in", () => {
    const members = joinAnswer().room.members.map((one, at) => ({ ...one, breakout: at }));
    expect(shownHere(room({ members, breakouts: PARTED }, { breakout: 1 })).map((one) => one.breakout)).toEqual([1]);
  });
});

describe("the time that is left", () => {
  it("rounds up, and never falls below nothing", () => {
    expect([0, 1, 59_001, 432_000].map((left) => countdown(NOW + left, NOW))).toEqual(["0:00", "0:01", "1:00", "7:12"]);
    expect(countdown(NOW, NOW + 5000)).toBe("0:00");
  });
});
