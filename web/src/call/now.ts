/** The server's time as a page counts by it: one beat of a second for everything that ticks, none while nobody looks. */
import { signal, useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Session } from "../core/session.ts";

const beat = signal(0);
let watched = 0;
let timer: ReturnType<typeof setInterval> | undefined;

export function useNow(session: Session): number {
  useEffect(() => {
    watched += 1;
    timer ??= setInterval(() => {
      if (document.visibilityState === "visible") beat.value += 1;
    }, 1000);
    return () => {
      watched -= 1;
      if (watched > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  return useComputed(() => {
    void beat.value;
    return session.now();
  }).value;
}
