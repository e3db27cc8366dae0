/**
 * Days in a time zone. A day is an ISO date ("2026-11-24"); arithmetic on it never passes through local time, so a
 * day of 23 or 25 hours is still one day. Where a day begins and ends is the server's answer: it is asked in days.
 * Instants are UTC milliseconds, zones are IANA names.
 *
 * `Intl` is the only source of zone rules; formatters are kept because making one costs a tenth of a millisecond.
 */

export type Day = string;

const DAY = 86_400_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

function wallClock(zone: string): Intl.DateTimeFormat {
  let made = formatters.get(zone);
  if (made === undefined) {
    made = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    formatters.set(zone, made);
  }
  return made;
}

/** What a clock on the wall shows in `zone`, written as if it were UTC. */
function asIfUtc(at: number, zone: string): number {
  const part: Record<string, number> = {};
  for (const { type, value } of wallClock(zone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The zone of this browser. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The day on which an instant falls. */
export function dayOf(at: number, zone: string): Day {
  return new Date(asIfUtc(at, zone)).toISOString().slice(0, 10);
}

/** Whether this is a date that exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** Whether two zones show different clocks at an instant. */
export function clocksDiffer(at: number, zone: string, other: string): boolean {
  return asIfUtc(at, zone) !== asIfUtc(at, other);
}

/** "1:05:09" or "12:40": how long something has lasted. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60) % 60;
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
