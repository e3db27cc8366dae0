/**
 * An attendance strip: presence intervals laid on the line from a session's start to its end. Only geometry; drawing
 * and words are `Strip.tsx`.
 *
 * The line is the scheduled time, stretched to everything that really happened, so that somebody who came early or a
 * session that ran over is seen and not cut off.
 */

export interface Presence {
  readonly start: number;
  /** null while it lasts. */
  readonly end: number | null;
}

export interface Line {
  readonly from: number;
  readonly to: number;
}

export interface Bar {
  /** Per mille of the line's length. */
  readonly x: number;
  readonly width: number;
  readonly open: boolean;
}

/** A bar of a few seconds in three hours must still be seen. */
const LEAST = 6;

export function lineOf(scheduled: Line, intervals: readonly Presence[], now: number): Line {
  let { from, to } = scheduled;
  for (const { start, end } of intervals) {
    from = Math.min(from, start);
    to = Math.max(to, end ?? now);
  }
  return { from, to: Math.max(to, from + 1) };
}

export function barsOf(line: Line, intervals: readonly Presence[], now: number): Bar[] {
  const length = line.to - line.from;
  const place = (at: number) => Math.min(1000, Math.max(0, ((at - line.from) / length) * 1000));
  return intervals.map(({ start, end }) => {
    const x = place(start);
    const width = Math.max(LEAST, place(end ?? now) - x);
    return { x: Math.min(x, 1000 - width), width, open: end === null };
  });
}

/** Where an instant falls, per mille of the line. */
export function markOf(line: Line, at: number): number {
  return Math.min(1000, Math.max(0, ((at - line.from) / (line.to - line.from)) * 1000));
}

/** A session that goes on is not judged yet; until it is, what matters is whether somebody is there. */
export function standing(status: string, intervals: readonly Presence[]): string {
  if (status !== "in_session") return status;
  const last = intervals.at(-1);
  if (last === undefined) return "not_yet";
  return last.end === null ? "in_session" : "away";
}
