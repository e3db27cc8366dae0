/** The time until a moment, told anew each second by the server's clock, so that all pages show the same. */
import { useEffect, useState } from "preact/hooks";
import type { Session } from "../../core/session.ts";
import { countdown } from "./time.ts";

export function useCountdown(session: Session, until: number | null): string {
  const [now, setNow] = useState(() => session.now());
  useEffect(() => {
    if (until === null) return;
    setNow(session.now());
    const timer = setInterval(() => setNow(session.now()), 1000);
    return () => clearInterval(timer);
  }, [session, until]);
  return until === null ? "" : countdown(until, now);
}
