/**
 * When a bell sounds and how far a sitting has come: arithmetic of server time. Pure.
 *
 * The position of a sitting is the time that has passed of it, silent preparation included; it stands still while held.
 */
import type { BellSeen, Sitting } from "../../wire.ts";

export interface Strike {
  /** Server time, ms. */
  readonly at: number;
  readonly sound: Sitting["sound"];
  /** Between 0 and 1: a bell in between is softer than the first and the last. */
  readonly loud: number;
}

export interface Where {
  readonly phase: "preparing" | "sitting" | "over";
  /** Whole seconds until the phase ends. */
  readonly left: number;
}

const SOFTER = 0.6;
/** The last bell is struck twice. */
const AGAIN_MS = 3500;

export function position(sitting: Sitting, now: number): number {
  return sitting.passed + (sitting.since === null ? 0 : Math.max(0, now - sitting.since));
}

export function where(sitting: Sitting, now: number): Where {
  const at = position(sitting, now);
  const prepared = sitting.preparation * 1000;
  const end = prepared + sitting.length * 1000;
  if (at < prepared) return { phase: "preparing", left: Math.ceil((prepared - at) / 1000) };
  return at < end ? { phase: "sitting", left: Math.ceil((end - at) / 1000) } : { phase: "over", left: 0 };
}

/** Every strike of what is seen, in order; none of a sitting that is held. */
export function strikes({ sitting, rung, rung_sound }: BellSeen): Strike[] {
  const found: Strike[] = rung ? [{ at: rung, sound: rung_sound, loud: 1 }] : [];
  if (sitting && sitting.since !== null) {
    const zero = sitting.since - sitting.passed + sitting.preparation * 1000;
    const put = (after: number, loud: number) => found.push({ at: zero + after, sound: sitting.sound, loud });
    if (sitting.first) put(0, 1);
    if (sitting.every) for (let s = sitting.every; s < sitting.length; s += sitting.every) put(s * 1000, SOFTER);
    if (sitting.last) for (const again of [0, AGAIN_MS]) put(sitting.length * 1000 + again, 1);
  }
  return found.sort((a, b) => a.at - b.at);
}

/** "1:05" */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
