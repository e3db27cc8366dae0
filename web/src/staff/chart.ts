/**
 * The chart of a session: one line of time for everybody, with marks at whole hours or halves. Only geometry; the bars
 * of each client are those of `strip.ts`.
 */
import type { Presence, Span } from "./api.ts";
import { lineOf, markOf } from "./strip.ts";
import type { Line } from "./strip.ts";

const HALF_HOUR = 1_800_000;

/** From the schedule's start to its end, stretched to all that really happened. */
export function lineOfAll(scheduled: Line, presence: Presence): Line {
  const stays = presence.clients.flatMap((client) => client.stays);
  const began = presence.began === null ? [] : [{ start: presence.began, end: presence.ended ?? presence.began }];
  return lineOf(scheduled, [...stays, ...began], presence.now);
}

/** Instants to be named on the line: at most seven or so, on whole or half hours. */
export function ticksOf(line: Line): number[] {
  const length = line.to - line.from;
  const step = [1, 2, 4, 8, 16, 32].map((n) => n * HALF_HOUR).find((one) => length / one <= 6) ?? length;
  const first = Math.ceil(line.from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((line.to - first) / step) + 1) }, (_, n) => first + n * step);
}

export interface Box {
  readonly x: number;
  readonly width: number;
}

/** A span on the line, per mille. */
export function boxOf(line: Line, { start, end }: Span): Box {
  const x = markOf(line, start);
  return { x, width: markOf(line, end) - x };
}
