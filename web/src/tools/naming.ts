/** How a member of the room is called here, or `fallback` where this page may not know or they have left. */
import type { RoomView } from "../wire.ts";

export function nameIn(room: RoomView, member: number | null, fallback: string): string {
  return room.members.find((one) => one.member === member)?.alias ?? fallback;
}
