/**
 * Gives the focus back when a panel closes around it: to what had it before, else to the controls of the page. Without
 * it whoever works by keyboard or by ear is thrown to the top of the page (WCAG 2.4.3).
 */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/** For the panel's own element; `open` where the component stays while the panel is closed. */
export function useFocusBack(open = true): RefObject<HTMLElement | null> {
  const panel = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    if (!open) return;
    const before = document.activeElement;
    return () => {
      const now = document.activeElement;
      if (now !== document.body && !panel.current?.contains(now)) return;
      const kept = before instanceof HTMLElement && before !== document.body && before.isConnected;
      (kept ? before : document.getElementById("controls"))?.focus({ preventScroll: true });
    };
  }, [open]);
  return panel;
}
