/** What is said about the order of the room, to whom it concerns; what shows it is fetched when there is something. */
import { signal, useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ComponentType } from "preact";
import type { Session } from "../../core/session.ts";
import type { RoomView } from "../../wire.ts";

export interface SaidProps {
  readonly session: Session;
  readonly room: RoomView;
  /** A host asks whether this person is still there. */
  readonly still: boolean;
}

/** A component in a signal would be called by it: it is kept in an object. */
const parts = signal<{ Said: ComponentType<SaidProps> } | null>(null);

export function Order({ session }: { session: Session }) {
  const room = useComputed(() => session.state.value.room).value;
  const still = useComputed(() => session.state.value.tools["presence"]?.seen?.open === true).value;
  const some = room !== null && (still || room.you.asked || room.paused || room.quiet !== "" || room.members.some((one) => one.role === "observer"));
  useEffect(() => {
    if (some) void import("./Said.tsx").then(({ Said }) => (parts.value = { Said }));
  }, [some]);
  return some && parts.value !== null ? <parts.value.Said session={session} room={room} still={still} /> : null;
}
