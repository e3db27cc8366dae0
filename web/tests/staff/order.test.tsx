import { signal } from "@preact/signals";
import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Session } from "../../src/core/session.ts";
import { Keeping } from "../../src/staff/room/order/Keeping.tsx";
import { leading, queue } from "../../src/staff/room/order/queue.ts";
import type { Participant, PresenceRow, Role, RoomView } from "../../src/wire.ts";
import { told } from "../support.ts";

afterEach(cleanup);

const view = told("room").room;
const some = view.members[1] as Participant;

const one = (member: number, alias: string, more: Partial<Participant> = {}): Participant => ({ ...some, member, alias, seat: member, hand: null, ...more });

function roomOf(role: Role, members: readonly Participant[], more: Partial<RoomView> = {}): RoomView {
  return { ...view, ...more, members, you: { ...view.you, role } };
}

function shown(room: RoomView, asked: readonly PresenceRow[] = []) {
  const command = vi.fn(() => Promise.resolve({ ok: true }));
  const use = vi.fn(() => Promise.resolve({ ok: true }));
  const tools = { presence: { seen: { tool: "presence", open: false, asked } } };
  const session = { command, use, state: signal({ tools }) } as unknown as Session;
  render(<Keeping session={session} room={room} act={(answer) => void answer} />);
  return { command, use };
}

describe("the order that a host keeps", () => {
  const me = one(1, "Ben", { you: true, role: "cofacilitator" });

  it("queues hands as they went up, without those who have stepped away", () => {
    const hands = [one(2, "Bob", { hand: 30 }), one(3, "Carol", { hand: 10 }), one(4, "Dan", { hand: 5, near: false }), one(5, "Eve")];
    expect(queue(roomOf("facilitator", hands)).map((who) => who.alias)).toEqual(["Carol", "Bob"]);
    const { command } = shown(roomOf("facilitator", hands));
    fireEvent.click(screen.getByTestId("hand-next"));
    expect(command).toHaveBeenCalledWith("ask_unmute", { member: 3, on: true });
  });

  it("offers the lead to a co-facilitator only when nobody leads", () => {
    const led = roomOf("cofacilitator", [me, one(2, "Alice", { role: "facilitator" })]);
    expect(leading(led)).toHaveLength(1);
    shown(led);
    expect(screen.queryByTestId("lead")).toBeNull();
    const { command } = shown(roomOf("cofacilitator", [me, one(3, "Bob")]));
    fireEvent.click(screen.getByTestId("take-lead"));
    expect(command).toHaveBeenCalledWith("lead", { member: me.member });
  });

  it("says who leads once the lead was passed on, and lets a facilitator take it back", () => {
    const alice = one(1, "Alice", { role: "facilitator", you: true });
    shown(roomOf("facilitator", [alice, one(2, "Ben", { role: "cofacilitator" })], { lead: 2 }));
    expect(screen.getByTestId("lead").textContent).toContain("Ben");
    expect(screen.getByTestId("take-lead")).toBeTruthy();
  });

  it("tells who needs a moment and who has answered, and is empty else", () => {
    shown(roomOf("facilitator", [one(1, "Alice", { role: "facilitator", you: true })]));
    expect(document.querySelectorAll(".keeping")).toHaveLength(0);
    cleanup();
    const away = one(2, "Bob", { moment: 1795565102450, near: false });
    const { use } = shown(roomOf("facilitator", [one(1, "Alice", { role: "facilitator", you: true }), away]), [
      { member: 2, asked: 1795565102450, answered: 1795565109000 },
      { member: 99, asked: 1795565102450, answered: null },
    ]);
    expect(screen.getByTestId("moments").textContent).toContain("Bob");
    expect(screen.getByTestId("still-2").dataset["answered"]).toBe("true");
    expect(screen.queryByTestId("still-99")).toBeNull();
    fireEvent.click(screen.getByTestId("still-clear"));
    expect(use).toHaveBeenCalledWith({ do: "presence.clear" });
  });
});
