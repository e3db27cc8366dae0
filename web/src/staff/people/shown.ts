/** Counts what was changed about the client on the page: whatever shows a part of them reads again when it moves on. */
import { signal } from "@preact/signals";

export const shown = signal(0);

export function changed(): void {
  shown.value++;
}
