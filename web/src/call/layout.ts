/**
 * Whom somebody wants to see, and whether themself: remembered by this device. What is not shown is not asked for, so
 * the server does not send it either. `chosen` is pure.
 */
import { signal } from "@preact/signals";
import type { Participant } from "../wire.ts";

export type Show = "everyone" | "speaker" | "staff";
export const SHOWS: readonly Show[] = ["everyone", "speaker", "staff"];

interface Layout {
  readonly show: Show;
  readonly hideSelf: boolean;
}

const KEPT = "layout";

function remembered(): Layout {
  const none: Layout = { show: "everyone", hideSelf: false };
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Layout>;
    return { ...none, ...kept, show: SHOWS.find((one) => one === kept.show) ?? "everyone" };
  } catch {
    return none;
  }
}

export const layout = signal<Layout>(remembered());

export function choose(part: Partial<Layout>): void {
  layout.value = { ...layout.value, ...part };
  localStorage.setItem(KEPT, JSON.stringify(layout.value));
}

export interface Chosen {
  /** In the place of a shared screen. */
  readonly large: Participant | null;
  readonly tiles: readonly Participant[];
}

const leads = (one: Participant) => one.role === "facilitator" || one.role === "cofacilitator";

/** `before`: who was large so far, and stays it while nobody else speaks. `taken`: a screen has the large place. */
export function chosen(
  now: Layout,
  members: readonly Participant[],
  speaking: readonly number[],
  before: number | null,
  taken: boolean,
): Chosen {
  const shown = now.hideSelf ? members.filter((one) => !one.you) : members;
  if (now.show === "staff") {
    const staff = shown.filter((one) => leads(one) || one.you);
    // With nobody of the staff here, an empty page would help nobody.
    return { large: null, tiles: staff.some(leads) ? staff : shown };
  }
  if (now.show === "speaker" && members.length > 1 && !taken) {
    const others = members.filter((one) => !one.you);
    const voice = speaking.find((member) => others.some((one) => one.member === member && one.microphone));
    const large =
      others.find((one) => one.member === voice) ?? others.find((one) => one.member === before) ?? others.find(leads) ?? others[0] ?? null;
    return { large, tiles: shown.filter((one) => one !== large) };
  }
  return { large: null, tiles: shown };
}
