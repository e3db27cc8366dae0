/**
 * What has to do with camera, microphone and connection, from the mirror to the waiting room. It is fetched while the first
 * screen is read, because a phone on a slow line should show that one at once; when it has come, the engine of media is next.
 */
import { openDevices } from "../core/devices.ts";
import { About } from "./about/About.tsx";
import { fetchMedia } from "./ahead.ts";
import type { Arrival, Facts } from "./arrival.ts";
import { Check } from "./Check.tsx";
import { part } from "./exit.ts";
import { Room } from "./Room.tsx";

const devices = openDevices();
part.close = () => devices.close();
// Whoever asks for it in earnest is told if it cannot be had.
fetchMedia().catch(() => undefined);

export interface InsideProps {
  arrival: Arrival;
  facts: Facts | null;
  screen: "check" | "about" | "room";
  tab: string;
}

export function Inside({ arrival, facts, screen, tab }: InsideProps) {
  if (screen === "check") return <Check arrival={arrival} devices={devices} />;
  if (facts === null) return null;
  return screen === "about" ? <About arrival={arrival} facts={facts} /> : <Room arrival={arrival} facts={facts} devices={devices} tab={tab} />;
}
