/**
 * The place of the banner on every page: it says as long as somebody has a client's notes open in an emergency. Whoever
 * has nothing open loads nothing of it.
 */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { signIns } from "../api.ts";
import { lookOnce, mine } from "./door.ts";

export function Glass() {
  const [Banner, setBanner] = useState<ComponentType | null>(null);
  const open = mine.value.length > 0;
  useEffect(lookOnce, [signIns.value]);
  useEffect(() => {
    if (!open) return;
    import("./Banner.tsx").then(
      (found) => setBanner(() => found.default),
      () => undefined,
    );
  }, [open]);
  return open && Banner !== null ? <Banner /> : null;
}
