/**
 * Where this tab is on its way in, so that a reload returns to the same place.
 *
 * The tab's name is in storage only while no page is open in the tab: a browser that duplicates a tab copies its
 * storage, and two pages must never have the same name, or they would take the seat from each other for ever.
 */
import { randomId } from "../core/random.ts";

export type Step = "hello" | "check" | "agree" | "about" | "room";

export interface Place {
  readonly step: Step;
  readonly token: string;
  readonly microphone: boolean;
  readonly camera: boolean;
  /** There is something to sign, which was put off until somebody of the staff has talked about it. */
  readonly later: boolean;
}

const PLACE = "place";
const TAB = "tab";
const STEPS: readonly string[] = ["hello", "check", "agree", "about", "room"] satisfies Step[];

export const NOWHERE: Place = { step: "hello", token: "", microphone: true, camera: true, later: false };

export function readPlace(storage: Storage): Place | null {
  try {
    const place = JSON.parse(storage.getItem(PLACE) ?? "null") as Place | null;
    return place && STEPS.includes(place.step) ? { ...NOWHERE, ...place } : null;
  } catch {
    return null;
  }
}

export function writePlace(storage: Storage, place: Place): void {
  storage.setItem(PLACE, JSON.stringify(place));
}

export function takeTab(storage: Storage): string {
  const tab = storage.getItem(TAB) ?? randomId();
  storage.removeItem(TAB);
  return tab;
}

export function leaveTab(storage: Storage, tab: string): void {
  storage.setItem(TAB, tab);
}
