/** Where a stay stands between the first day and the last, in per cent. Pure: the days are handed in. */
import type { Day } from "../days.ts";
import type { Enrolment } from "./door.ts";

export interface Band {
  readonly from: number;
  readonly length: number;
  readonly label: string;
  readonly open: boolean;
}

export interface Bands {
  readonly first: Day;
  /** Today, or the last day that is named, if that is later. */
  readonly last: Day;
  readonly stays: readonly Band[];
  readonly pauses: readonly Band[];
  readonly levels: readonly Band[];
}

const DAY = 86_400_000;
/** Narrower than this nothing can be seen. */
const LEAST = 1.5;

const at = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / DAY;

export function bands({ episodes, levels, today }: Pick<Enrolment, "episodes" | "levels" | "today">): Bands {
  const firsts = [...episodes.map((one) => one.admitted), ...levels.map((one) => one.effective_from)];
  const lasts = [today, ...episodes.map((one) => one.discharged ?? one.admitted)];
  const first = firsts.reduce((a, b) => (a < b ? a : b), today);
  const last = lasts.reduce((a, b) => (a > b ? a : b));
  const days = Math.max(1, at(last) - at(first) + 1);
  const band = (from: Day, to: Day | null, label: string): Band => {
    const begins = ((at(from) - at(first)) / days) * 100;
    const ends = ((Math.max(at(from), Math.min(at(to ?? last), at(last))) + 1 - at(first)) / days) * 100;
    const length = Math.min(100, Math.max(LEAST, ends - begins));
    return { from: Math.min(begins, 100 - length), length, label, open: to === null };
  };
  // Of levels the one that began last counts: an older one ends on the eve of the next.
  const dated = [...levels].filter((one) => one.effective_to === null || one.effective_to >= one.effective_from).sort((a, b) => (a.effective_from < b.effective_from ? -1 : 1));
  return {
    first,
    last,
    stays: episodes.map((one) => band(one.admitted, one.discharged, one.track)),
    pauses: episodes.flatMap((one) => one.pauses.map((pause) => band(pause.first, pause.last ?? one.discharged, pause.reason))),
    levels: dated
      .filter((one) => one.effective_from <= last)
      .map((one, place) => {
        const next = dated[place + 1]?.effective_from;
        const ends = [one.effective_to, next === undefined ? null : eve(next)].filter((day): day is Day => day !== null).sort()[0] ?? null;
        return band(one.effective_from, ends, one.code);
      }),
  };
}

function eve(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) - DAY).toISOString().slice(0, 10);
}
