/** One client's attendance as a picture, with the same in words for those who read by ear. */
import type { Interval } from "./api.ts";
import { barsOf, lineOf, markOf } from "./strip.ts";
import { clock, known, t } from "./words/index.ts";

export interface StripProps {
  readonly starts: number;
  readonly ends: number;
  readonly zone: string;
  readonly intervals: readonly Interval[];
  readonly now: number;
}

/** "6:02 PM to 6:40 PM (connection lost)", one for each stay. */
export function staysInWords(intervals: readonly Interval[], zone: string): string[] {
  return intervals.map(({ start, end, ended_by }) => {
    const from = clock(start, zone);
    if (end === null) return t("strip.open", { from });
    return t("strip.stay", { from, to: clock(end, zone), why: known("why", ended_by, "why.unknown") });
  });
}

export function Strip({ starts, ends, zone, intervals, now }: StripProps) {
  const line = lineOf({ from: starts, to: ends }, intervals, now);
  const words = intervals.length === 0 ? t("strip.none") : staysInWords(intervals, zone).join("; ");
  return (
    <svg class="strip" viewBox="0 0 1000 20" preserveAspectRatio="none" role="img" aria-label={words}>
      <rect class="line" x={markOf(line, starts)} y={7} width={markOf(line, ends) - markOf(line, starts)} height={6} />
      {barsOf(line, intervals, now).map((bar) => (
        <rect key={bar.x} class="stay" data-open={bar.open || undefined} x={bar.x} y={2} width={bar.width} height={16} />
      ))}
    </svg>
  );
}
