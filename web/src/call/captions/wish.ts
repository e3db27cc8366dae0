/** Whether somebody wants captions, how large and where: remembered by this device, told to nobody. */
import { signal } from "@preact/signals";

export interface Wish {
  readonly on: boolean;
  readonly size: "normal" | "large" | "larger";
  readonly place: "bottom" | "top";
}

const KEPT = "captions";

function remembered(): Wish {
  const none: Wish = { on: false, size: "normal", place: "bottom" };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Wish>) };
  } catch {
    return none;
  }
}

export const wish = signal<Wish>(remembered());

export function choose(part: Partial<Wish>): void {
  wish.value = { ...wish.value, ...part };
  localStorage.setItem(KEPT, JSON.stringify(wish.value));
}
