/** Where the good-bye is shown, in every room; what shows it is fetched when one begins. */
import { signal } from "@preact/signals";
import { useComputed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ComponentType } from "preact";
import type { Session } from "../../core/session.ts";
import type { GoodbyeSeen } from "../../wire.ts";

export interface CountdownProps {
  readonly session: Session;
  readonly seen: GoodbyeSeen;
}

/** A component in a signal would be called by it: it is kept in an object. */
const parts = signal<{ Countdown: ComponentType<CountdownProps> } | null>(null);

export function Goodbye({ session }: { session: Session }) {
  const seen = useComputed(() => {
    const told = session.state.value.tools["goodbye"]?.seen;
    return told?.tool === "goodbye" && told.open ? told : null;
  }).value;
  useEffect(() => {
    if (seen !== null) void import("./Countdown.tsx").then(({ Countdown }) => (parts.value = { Countdown }));
  }, [seen !== null]);
  return seen !== null && parts.value !== null ? <parts.value.Countdown session={session} seen={seen} /> : null;
}
