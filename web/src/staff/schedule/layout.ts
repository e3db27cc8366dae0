/** Where meetings stand in a week: their column, their height, and side by side where they overlap. Pure. */
import { addDays, dayOf } from "../days.ts";
import type { Day } from "../days.ts";

export interface Timed {
  readonly starts: number;
  readonly ends: number;
}

export interface Placed<T> {
  readonly what: T;
  /** Minutes after the first hour that is shown. */
  readonly top: number;
  readonly minutes: number;
  /** Of so many side by side, which one. */
  readonly lane: number;
  readonly lanes: number;
}

export const STEP = 15;
const HOUR = 60;

/** The Monday of a day's week. */
export function mondayOf(day: Day): Day {
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

/** Minutes of the wall clock since midnight. */
export function minuteOf(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return part("hour") * HOUR + part("minute");
}

export function asTime(minutes: number): string {
  const within = ((minutes % 1440) + 1440) % 1440;
  return `${String(Math.floor(within / HOUR)).padStart(2, "0")}:${String(within % HOUR).padStart(2, "0")}`;
}

/** The hours that a week has to show: office hours at least. */
export function hoursOf(sessions: readonly Timed[], zone: string): readonly [number, number] {
  let [first, last] = [8, 18];
  for (const { starts, ends } of sessions) {
    const from = minuteOf(starts, zone);
    first = Math.min(first, Math.floor(from / HOUR));
    last = Math.max(last, Math.min(24, Math.ceil((from + (ends - starts) / 60_000) / HOUR)));
  }
  return [first, last];
}

/** The meetings of one day, side by side where they overlap. */
export function placed<T extends Timed>(sessions: readonly T[], day: Day, zone: string, firstHour: number): readonly Placed<T>[] {
  const today = sessions.filter((one) => dayOf(one.starts, zone) === day).sort((a, b) => a.starts - b.starts || b.ends - a.ends);
  const done: Placed<T>[] = [];
  let cluster: { what: T; lane: number }[] = [];
  let until = 0;
  const close = () => {
    const lanes = Math.max(0, ...cluster.map(({ lane }) => lane)) + 1;
    for (const { what, lane } of cluster) {
      const top = minuteOf(what.starts, zone) - firstHour * HOUR;
      done.push({ what, top, minutes: Math.max(30, (what.ends - what.starts) / 60_000), lane, lanes });
    }
    cluster = [];
  };
  for (const what of today) {
    if (what.starts >= until) close();
    const taken = new Set(cluster.filter((one) => one.what.ends > what.starts).map(({ lane }) => lane));
    let lane = 0;
    while (taken.has(lane)) lane++;
    cluster.push({ what, lane });
    until = Math.max(until, what.ends);
  }
  close();
  return done;
}
