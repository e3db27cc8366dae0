/** What a host may do with one person beside muting and removing them: for the menu of their tile and of their row. */
import type { Answer, Session } from "../../core/session.ts";
import { announce, type MenuItem } from "../../ui/index.ts";
import type { Participant, RoomView } from "../../wire.ts";
import { t } from "../words/index.ts";
import { t as order } from "./order/words/index.ts";

export type Act = (asked: Promise<Answer>) => void;

/** Whose safety somebody looks at. */
export interface Whose {
  readonly member: number;
  readonly person: string;
  readonly alias: string;
}

/** The crisis card of a client, for the button of its own that it has on the tile. */
export function safetyOf(onSafety: (whose: Whose) => void): (one: Participant) => MenuItem | null {
  return (one) => {
    const { member, person, alias } = one;
    if (person === null || (one.role !== "client" && one.role !== "collateral")) return null;
    return { label: t("room.safety", { name: alias }), icon: "phone", testid: `safety-${member}`, act: () => onSafety({ member, person, alias }) };
  };
}

export function actionsFor(session: Session, room: RoomView, act: Act): (one: Participant) => MenuItem[] {
  const may = new Set(room.you.may);
  const host = room.you.member;
  // The side room is for one client; who is there has to be brought back first.
  const taken = room.members.filter((other) => other.apart === "aside").map((other) => other.member);
  return (one) => {
    const items = inOrder(session, room, act, one);
    if (one.role !== "client" && one.role !== "collateral") return items;
    if (may.has("privacy")) {
      const held = one.apart === "private";
      items.push({
        label: t(held ? "room.privacy_end" : "room.privacy"),
        icon: "cameraOff",
        testid: `privacy-${one.member}`,
        act: () => act(session.command("privacy", { member: one.member, on: !held })),
      });
    }
    const aside = one.apart === "aside";
    if (may.has("side_room") && (aside || taken.length === 0)) {
      items.push({
        label: t(aside ? "room.aside_end" : "room.aside"),
        icon: "door",
        testid: `aside-${one.member}`,
        act: () => act(session.command("aside", { members: aside ? taken : [one.member, host], on: !aside })),
      });
    }
    return items;
  };
}

/** What concerns the order of the room: the floor, the large picture, and the waiting room. */
function inOrder(session: Session, room: RoomView, act: Act, one: Participant): MenuItem[] {
  const { member, alias: name } = one;
  const may = new Set(room.you.may);
  const items: MenuItem[] = [];
  const seen = one.near && one.role !== "observer";
  if (may.has("call_on") && seen && !one.you && (!one.microphone || one.hand !== null)) {
    items.push({ label: order("call_on", { name }), icon: "mic", testid: `call-on-${member}`, act: () => act(session.command("ask_unmute", { member, on: true })) });
  }
  if (may.has("call_on") && one.hand !== null && !one.you) {
    items.push({ label: order("lower", { name }), icon: "hand", testid: `lower-hand-${member}`, act: () => act(session.command("lower_hands", { member })) });
  }
  if (may.has("spotlight") && seen) {
    const large = room.spotlight === member;
    items.push({
      label: large ? order("spotlight_off") : order("spotlight", { name }),
      icon: "people",
      testid: `spotlight-${member}`,
      act: () => act(session.command("spotlight", { member: large ? null : member })),
    });
  }
  const asks = may.has("tools") && may.has("see_legal_names") && one.apart === "";
  if (asks && (one.role === "client" || one.role === "collateral")) {
    items.push({ label: order("still", { name }), icon: "care", testid: `still-ask-${member}`, act: () => act(session.use({ do: "presence.ask", members: [member] })) });
  }
  if (may.has("hold_back") && ["client", "collateral", "interpreter"].includes(one.role)) {
    items.push({
      label: order("hold_back", { name }),
      icon: "door",
      testid: `hold-back-${member}`,
      act: () =>
        act(
          session.command("hold_back", { member }).then((answer) => {
            if (answer.ok) announce(order("held_back", { name }));
            return answer;
          }),
        ),
    });
  }
  return items;
}
