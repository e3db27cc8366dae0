/** Where the good-bye is shown, in every room; what shows it is fetched when one begins. */
import { useComputed } from "@preact/signals";
import type { Session } from "../../core/session.ts";
import { fetched } from "../../ui/fetched.tsx";
import type { GoodbyeSeen } from "../../wire.ts";

export interface CountdownProps {
  readonly session: Session;
  readonly seen: GoodbyeSeen;
}

const Countdown = fetched(() => import("./Countdown.tsx").then((module) => module.Countdown));

export function Goodbye({ session }: { session: Session }) {
  const seen = useComputed(() => {
    const told = session.state.value.tools["goodbye"]?.seen;
    return told?.tool === "goodbye" && told.open ? told : null;
  }).value;
  return seen !== null ? <Countdown session={session} seen={seen} /> : null;
}
