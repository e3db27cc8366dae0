/** One clock for all that counts on the screen, so that seconds change together. It stands still while nobody looks. */
import { signal } from "@preact/signals";

export const second = signal(Date.now());

/** How far this device's clock is behind the server's, as far as the session has learned it. */
let behind = 0;

export function setByServer(now: number): void {
  behind = now - Date.now();
}

setInterval(() => {
  if (document.visibilityState === "visible") second.value = Date.now() + behind;
}, 1000);
