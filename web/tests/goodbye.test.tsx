import { signal } from "@preact/signals";
import { act, cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../src/core/session.ts";
import { Countdown } from "../src/tools/goodbye/Countdown.tsx";
import type { GoodbyeSeen } from "../src/wire.ts";

const SEEN: GoodbyeSeen = { tool: "goodbye", open: true, at: 60_000, by: 1 };

/** A page at which `member` sits, who may do this. */
function page(member: number, may: readonly string[]) {
  let now = 0;
  const command = vi.fn(() => Promise.resolve({ ok: true as const }));
  const state = signal({ over: null, room: { you: { member, may } } });
  const session = { state, now: () => now, command, use: vi.fn(() => Promise.resolve({ ok: true as const })) } as unknown as Session;
  render(<Countdown session={session} seen={SEEN} />);
  return {
    command,
    at: async (ms: number) => {
      now = ms;
      await act(() => {
        vi.advanceTimersByTime(300);
      });
    },
  };
}

describe("the good-bye", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
  });

  it("counts down, and the page of whoever began it ends the session, once", async () => {
    const { at, command } = page(1, ["end"]);
    await at(15_000);
    expect(screen.getByRole("timer").textContent).toBe("The session ends in 0:45");
    await at(59_900);
    expect(command).not.toHaveBeenCalled();
    await at(60_000);
    await at(61_000);
    expect(command).toHaveBeenCalledExactlyOnceWith("end", {});
  });

  it("is ended by another host's page if that one is gone", async () => {
    const { at, command } = page(2, ["end"]);
    await at(63_000);
    expect(command).not.toHaveBeenCalled();
    await at(64_000);
    expect(command).toHaveBeenCalledOnce();
  });

  it("is ended by no client's page, which has no button either", async () => {
    const { at, command } = page(3, []);
    await at(120_000);
    expect(command).not.toHaveBeenCalled();
    expect(screen.queryByRole("button")).toBeNull();
    expect(screen.getByRole("timer").textContent).toBe("The session ends now.");
  });
});
