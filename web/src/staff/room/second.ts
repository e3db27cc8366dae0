/** One clock for all that counts on the screen, so that seconds change together. It stands still while nobody looks. */
import { signal } from "@preact/signals";

export const second = signal(Date.now());

setInterval(() => {
  if (document.visibilityState === "visible") second.value = Date.now();
}, 1000);
