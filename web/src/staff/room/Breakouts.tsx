/** The way to the breakout rooms, in a chunk that is fetched when a host first asks for it, or comes while they are open. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import type { Answer, Session } from "../../core/session.ts";
import type { MenuItem } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import type { PlanProps } from "../breakouts/Plan.tsx";
import type { StripProps } from "../breakouts/Strip.tsx";
import { t } from "../words/index.ts";

interface Parts {
  readonly Plan: (props: PlanProps) => preact.JSX.Element;
  readonly Strip: (props: StripProps) => preact.JSX.Element | null;
}

const parts = signal<Parts | null>(null);
const planning = signal(false);

async function fetchParts(): Promise<void> {
  if (parts.peek() !== null) return;
  const [plan, strip] = await Promise.all([import("../breakouts/Plan.tsx"), import("../breakouts/Strip.tsx")]);
  parts.value = { Plan: plan.default, Strip: strip.default };
}

export interface BreakoutsProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly act: (asked: Promise<Answer>) => void;
}

/**
 * Among what a host does with the whole room, until they are open. Not where somebody would be alone in one: of two, or
 * where people see the hosts only.
 */
export function breakoutsItem(room: RoomView): MenuItem | null {
  if (room.breakouts !== null || room.profile.sees === "hosts" || room.profile.layout === "pair") return null;
  const open = async () => {
    await fetchParts();
    planning.value = true;
  };
  return { label: t("room.breakouts"), icon: "door", testid: "breakouts-open", act: () => void open() };
}

/** The rooms while they are open, and the dialog. */
export function Breakouts({ session, room, act }: BreakoutsProps) {
  const begun = room.breakouts !== null;
  useEffect(() => {
    if (begun) void fetchParts();
  }, [begun]);
  useEffect(() => () => void (planning.value = false), []);
  if (parts.value === null || !room.you.may.includes("breakouts")) return null;
  const { Plan, Strip } = parts.value;
  return (
    <>
      <Strip session={session} room={room} act={act} onMove={() => (planning.value = true)} />
      {planning.value && <Plan key={String(begun)} session={session} room={room} act={act} onClose={() => (planning.value = false)} />}
    </>
  );
}
