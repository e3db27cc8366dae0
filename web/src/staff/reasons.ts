/** What keeps rows of a session from being billed as things stand. */
import type { Presence } from "./api.ts";

/** Each reason once, in the order in which it was found. */
export function reasonsOf(shown: Presence): string[] {
  return [...new Set(shown.clients.flatMap((client) => client.not_billable))];
}
