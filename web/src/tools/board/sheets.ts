/** Which sheets there are on this page: the shared one, one's own that nobody has seen yet, and those that are shown. */
import { signal, type Signal } from "@preact/signals";
import type { Session } from "../../core/session.ts";
import type { BoardSeen, Mark, Seen } from "../../wire.ts";
import { openSending, type Sending } from "./sending.ts";

export interface Desk {
  /** One's own sheet: in this page's memory, and gone with it. */
  readonly own: Signal<readonly Mark[]>;
  readonly words: Signal<string>;
  readonly sending: Sending;
}

const desks = new WeakMap<Session, Desk>();

/** The same for as long as the session lasts, whether its board is looked at or not. */
export function deskOf(session: Session): Desk {
  const found = desks.get(session) ?? { own: signal([]), words: signal(""), sending: openSending(session) };
  desks.set(session, found);
  return found;
}

export function board(seen: Seen | null): BoardSeen | null {
  return seen?.tool === "board" ? seen : null;
}
