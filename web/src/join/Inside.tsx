/**
 * What has to do with camera and microphone, from the mirror to the room. It is fetched while the first screen is read,
 * because a phone on a slow line should show that one at once.
 */
import { openDevices } from "../core/devices.ts";
import type { Arrival, Facts } from "./arrival.ts";
import { Check } from "./Check.tsx";
import { part } from "./exit.ts";
import { Room } from "./Room.tsx";

const devices = openDevices();
part.close = () => devices.close();

export interface InsideProps {
  arrival: Arrival;
  /** The room itself, or the mirror before it. */
  facts: Facts | null;
  tab: string;
}

export function Inside({ arrival, facts, tab }: InsideProps) {
  return facts ? <Room arrival={arrival} facts={facts} devices={devices} tab={tab} /> : <Check arrival={arrival} devices={devices} />;
}
