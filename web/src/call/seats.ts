/**
 * Who is shown where: as the kind of session says, with whoever is in the spotlight large for everybody. Pure.
 *
 * The order is always that of the seats, which is the same on every screen; what a layout changes is how large whom is,
 * and, in the calm one, how many are seen at all. Those who are not seen are heard like everybody.
 */
import type { Participant, RoomView } from "../wire.ts";

export type Layout = RoomView["profile"]["layout"];

export interface Seating {
  /** Beside the others and larger than they. */
  readonly large: Participant | null;
  readonly others: readonly Participant[];
  /** How many more there are whom the calm layout leaves out. */
  readonly hidden: number;
}

/** Faces of the calm layout: whoever leads, oneself, and who sits first. */
const FEW = 4;

export interface Shown {
  /** Something else has the large place: a screen, or a tool. */
  readonly beside: boolean;
  /** Of the calm layout, all the same. */
  readonly all: boolean;
}

/** `lit`: who is in the spotlight. */
export function seating(members: readonly Participant[], layout: Layout, lit: Participant | null, { beside, all }: Shown): Seating {
  // Who presents is large to the others; to themselves the others are.
  const large = lit ?? (layout === "stage" && !beside ? (members.find((one) => leads(one) && !one.you) ?? null) : null);
  const rest = large === null ? members : members.filter((one) => one !== large);
  if (layout !== "calm" || all) return { large, others: rest, hidden: 0 };
  const few = new Set(rest.filter((one) => one.you || leads(one) || one.hand !== null));
  for (const one of rest) if (few.size < FEW) few.add(one);
  const others = rest.filter((one) => few.has(one));
  return { large, others, hidden: rest.length - others.length };
}

function leads(one: Participant): boolean {
  return one.role === "facilitator" || one.role === "cofacilitator";
}
