import { signal } from "@preact/signals";
import { act, cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../src/core/session.ts";
import { REGISTRY } from "../src/tools/registry.ts";
import { useToolbox } from "../src/tools/toolbox.ts";
import { room } from "./support.ts";

const cards = REGISTRY.find((one) => one.tool === "cards");

function Page({ session }: { session: Session }) {
  const box = useToolbox(session, session.state.value.room);
  return (
    <>
      <p data-testid="panel">{box.panel?.entry.tool ?? "none"}</p>
      <p data-testid="offered">{box.offered.map((one) => one.tool).join(" ")}</p>
    </>
  );
}

describe("the tools of a room", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    cleanup();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("fetch a tool again that could not be fetched, and ask no more once the page is gone", async () => {
    if (!cards) throw new Error("no cards");
    const load = vi.spyOn(cards, "load").mockRejectedValue(new TypeError("the network is away"));
    const { profile } = room();
    const seen = { tool: "cards", open: true, format: "", card: 0 };
    const state = signal({ room: room({ profile: { ...profile, tools: ["cards"] } }), tools: { cards: { version: 1, seen } } });
    const { unmount } = render(<Page session={{ state } as unknown as Session} />);
    await act(async () => void (await vi.advanceTimersByTimeAsync(0)));
    expect(screen.getByTestId("panel").textContent).toBe("none");
    expect(load).toHaveBeenCalledTimes(1);
    await act(async () => void (await vi.advanceTimersByTimeAsync(3000)));
    expect(load).toHaveBeenCalledTimes(2);
    load.mockResolvedValue({ default: { Panel: () => null } });
    await act(async () => void (await vi.advanceTimersByTimeAsync(3000)));
    expect(screen.getByTestId("panel").textContent).toBe("cards");
    unmount();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(load).toHaveBeenCalledTimes(3);
  });

  it.each([
    ["facilitator", true, "scales plan questions"],
    ["client", false, "plan questions"],
    ["peer_host", true, "questions"],
  ] as const)("offer a %s only what they may do with it", (role, runs, offered) => {
    const profile = { ...room().profile, tools: ["scales", "plan", "questions"] };
    const now = room({ profile }, { role, may: runs ? ["tools"] : [] });
    render(<Page session={{ state: signal({ room: now, tools: {} }) } as unknown as Session} />);
    expect(screen.getByTestId("offered").textContent).toBe(offered);
  });
});
