import { signal } from "@preact/signals";
import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { announceChanges } from "../src/call/announcements.ts";
import { Banners } from "../src/call/Banners.tsx";
import type { Session } from "../src/core/session.ts";
import { initial, reduce, type State } from "../src/core/state.ts";
import { Host } from "../src/staff/room/Host.tsx";
import { when } from "../src/text/catalogue.ts";
import { LiveRegion } from "../src/ui/index.ts";
import type { Action } from "../src/wire.ts";
import { joinAnswer, room } from "./support.ts";

const SINCE = Date.UTC(2026, 10, 24, 18, 42);
const MAY: readonly Action[] = ["speak", "break"];

/** The state of a page in the room, as a session shows it. */
function stateIn(version: number, since: number | null, may: readonly Action[] = ["speak"]): State {
  const joined = reduce(initial({ microphone: false, camera: false, screen: false }), { type: "joined", answer: joinAnswer() });
  return reduce(joined, { type: "room", room: room({ version: 9 + version, break_since: since }, { may, microphone: false }) });
}

const off = { microphone: signal(false), camera: signal(false) };
const devices = { interrupted: off, silent: signal(false), news: signal(null) };

function showing(state: State, command = vi.fn()): Session {
  return { state: signal(state), command, devices } as unknown as Session;
}

afterEach(cleanup);

describe("a break", () => {
  it("is shown to everybody for as long as it lasts", () => {
    const state = signal(stateIn(1, SINCE));
    const { rerender } = render(<Banners session={{ ...showing(state.value), state }} />);
    const time = when(SINCE, { hour: "numeric", minute: "2-digit" });
    expect(screen.getByTestId("on-break").textContent).toBe(`Break since ${time}. The session goes on when your therapist ends it.`);
    state.value = stateIn(2, null);
    rerender(<Banners session={{ ...showing(state.value), state }} />);
    expect(screen.queryByTestId("on-break")).toBeNull();
  });

  it("tells a host that it is up to them", () => {
    render(<Banners session={showing(stateIn(1, SINCE, MAY))} />);
    expect(screen.getByTestId("on-break").textContent).toContain("when you end it");
  });

  it("is said when it begins and when it ends, once each", () => {
    vi.useFakeTimers();
    const state = signal(stateIn(1, null));
    render(<LiveRegion />);
    const end = announceChanges({ ...showing(state.value), state });
    // Where one is and what is on.
    vi.advanceTimersByTime(3000);
    state.value = stateIn(2, SINCE);
    state.value = stateIn(3, SINCE);
    state.value = stateIn(4, null);
    vi.advanceTimersByTime(3000);
    vi.useRealTimers();
    end();
    return vi.waitFor(() => {
      expect(screen.getByRole("status").textContent).toBe("The break has begun. The break is over.");
    });
  });

  it("is begun and ended with one button, which keeps its name", () => {
    const command = vi.fn();
    const session = showing(stateIn(1, null, MAY), command);
    const act = vi.fn();
    const { rerender } = render(<Host session={session} room={room({}, { may: MAY })} act={act} />);
    const button = screen.getByRole("button", { name: /^Break/ });
    expect(button.getAttribute("aria-pressed")).toBe("false");
    fireEvent.click(button);
    expect(command).toHaveBeenLastCalledWith("break", { on: true });
    rerender(<Host session={session} room={room({ break_since: SINCE }, { may: MAY })} act={act} />);
    expect(screen.getByRole("button", { name: /^Break/ }).getAttribute("aria-pressed")).toBe("true");
    fireEvent.click(button);
    expect(command).toHaveBeenLastCalledWith("break", { on: false });
    expect(act).toHaveBeenCalledTimes(2);
  });

  it("is nothing that whoever may not hold one is offered", () => {
    render(<Host session={showing(stateIn(1, null))} room={room()} act={vi.fn()} />);
    expect(screen.queryByRole("button", { name: /^Break/ })).toBeNull();
  });
});
