/** The rhythm of a breath: which part of it is now, and for how long. Pure; times are the server's, in milliseconds. */
import type { CalmSeen } from "../../wire.ts";

export type Part = "inhale" | "hold" | "exhale" | "rest";

export const PARTS: readonly Part[] = ["inhale", "hold", "exhale", "rest"];

type Rhythm = Pick<CalmSeen, Part>;

export function cycle(rhythm: Rhythm): number {
  return PARTS.reduce((sum, part) => sum + rhythm[part], 0) * 1000;
}

/** How far into its cycle a breath is that began at `since`. */
export function into(rhythm: Rhythm, since: number, now: number): number {
  const whole = cycle(rhythm);
  return (((now - since) % whole) + whole) % whole;
}

/** The part of the breath at a place in its cycle, and how long it still lasts. */
export function partAt(rhythm: Rhythm, at: number): { part: Part; left: number } {
  let end = 0;
  for (const part of PARTS) {
    end += rhythm[part] * 1000;
    if (at < end) return { part, left: end - at };
  }
  return { part: "inhale", left: 0 };
}

/** Keyframes of something that grows with the breath in and shrinks with the breath out. */
export function frames(rhythm: Rhythm, small: Keyframe, large: Keyframe): Keyframe[] {
  const whole = cycle(rhythm) / 1000;
  const full = rhythm.inhale / whole;
  const falls = full + rhythm.hold / whole;
  const empty = falls + rhythm.exhale / whole;
  const slow = "cubic-bezier(0.45, 0.05, 0.55, 0.95)";
  return [
    { ...small, offset: 0, easing: slow },
    { ...large, offset: full, easing: "linear" },
    { ...large, offset: falls, easing: slow },
    { ...small, offset: Math.min(1, empty), easing: "linear" },
    { ...small, offset: 1 },
  ];
}
