/** Whose turn it is: pure. Raised hands in the order in which they went up; whoever has stepped away is not called on. */
import type { Participant, RoomView } from "../../../wire.ts";

export function queue(room: RoomView): readonly Participant[] {
  return room.members.filter((one) => one.hand !== null && one.near && !one.you).sort((a, b) => (a.hand ?? 0) - (b.hand ?? 0));
}

/** Those who lead now: whoever has the lead, and every facilitator. */
export function leading(room: RoomView): readonly Participant[] {
  return room.members.filter((one) => one.role === "facilitator" || one.member === room.lead);
}
