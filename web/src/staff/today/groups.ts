/** In which part of the page a session stands, and what it says in a few words. Pure: the clock is handed in. */
import type { SessionToday, Where } from "./door.ts";

export type Part = "now" | "later" | "over";
export const PARTS: readonly Part[] = ["now", "later", "over"];

/** So long before its time a session is of now: whoever leads it gets ready. */
const SOON = 30 * 60_000;

export function partOf({ state, starts, ends }: Pick<SessionToday, "state" | "starts" | "ends">, at: number): Part {
  if (state === "open") return "now";
  if (state === "ended" || state === "not_held") return "over";
  if (state === "cancelled") return at < ends ? "later" : "over";
  return at < starts - SOON ? "later" : "now";
}

/** What a person should look at, in the order of urgency; the rest is for whoever opens the list. */
export const URGENT: readonly Where[] = ["waiting", "missing", "late", "away"];

export function sums(sessions: readonly SessionToday[]): Partial<Record<Where, number>> {
  const all: Partial<Record<Where, number>> = {};
  for (const { counts } of sessions) {
    for (const [where, n] of Object.entries(counts) as [Where, number][]) all[where] = (all[where] ?? 0) + n;
  }
  return all;
}
