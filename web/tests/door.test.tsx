import { signal } from "@preact/signals";
import { act, cleanup, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Devices } from "../src/core/devices.ts";
import type { Session } from "../src/core/session.ts";
import { initial, type State } from "../src/core/state.ts";
import { Door } from "../src/join/door/Door.tsx";
import type { ChatLine } from "../src/wire.ts";
import { room } from "./support.ts";

const LOOK = { member: 1, alias: "Alice", microphone: true, camera: true };

function waiting(change: Partial<State> = {}, host_here = true, look: typeof LOOK | null = null) {
  const view = room({ members: [], host_here, look }, { standing: "waiting", may: [] });
  const state = signal<State>({ ...initial({ microphone: true, camera: true, screen: false }), link: "up", room: view, ...change });
  const noticed = signal<number | null>(null);
  const device = { value: null };
  const devices = { microphone: device, camera: device, speaker: { value: "" } } as unknown as Devices;
  const session = { state, noticed, devices, audio: signal([]), pictures: signal(new Map()), view: vi.fn(), chat: vi.fn(() => Promise.resolve({ ok: true })), want: vi.fn() };
  return { session: session as unknown as Session, state, noticed, view };
}

function line(id: string, sender: number, to: string, text: string): ChatLine {
  return { id, sender, alias: "Somebody", to, text, at: 0 };
}

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("while one waits", () => {
  it("lets nothing leave the page before the notice of a look is on a screen in view", () => {
    const visible = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    const { session, state, noticed, view } = waiting();
    render(<Door session={session} />);
    expect(noticed.value).toBeNull();
    void act(() => void (state.value = { ...state.value, room: { ...view, look: LOOK } }));
    expect(screen.getByTestId("look-said").textContent).toContain("Alice is looking in before letting you in.");
    expect(noticed.value).toBeNull();
    visible.mockReturnValue("visible");
    void act(() => void document.dispatchEvent(new Event("visibilitychange")));
    expect(noticed.value).toBe(1);
    void act(() => void (state.value = { ...state.value, room: { ...view, look: null } }));
    expect(noticed.value).toBeNull();
    expect(screen.getByTestId("look-said").textContent).toContain("Nobody is looking in any more.");
  });

  it("shows what passed with the hosts, and nothing that was said to the group before", () => {
    const me = room().you.member;
    const chat = [line("1", 1, "all", "for the group"), line("2", me, "staff", "in the car"), line("3", 1, `member:${me}`, "take your time"), line("4", 1, "member:77", "not yours")];
    const { session } = waiting({ chat });
    render(<Door session={session} />);
    const text = screen.getByTestId("door-lines").textContent ?? "";
    expect(text).toContain("in the car");
    expect(text).toContain("take your time");
    expect(text).not.toMatch(/for the group|not yours/);
  });

  it("offers to write only while somebody is there to read it", () => {
    const { session } = waiting({}, false);
    render(<Door session={session} />);
    expect(screen.queryByTestId("door-input")).toBeNull();
  });
});
