/** The numbers that were answered to one scale, in order. */
import type { ScaleItem } from "../../wire.ts";
import type { Said } from "./earlier.ts";

export function numbersOf(item: ScaleItem, said: readonly Said[]): number[] {
  return said.flatMap((one) => one.given.flatMap((given) => (given.item === item.code && typeof given.value === "number" ? [given.value] : [])));
}
