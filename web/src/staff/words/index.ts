/** The words of the staff pages and of the API page. A client's phone never loads them. */
import { catalogue, when } from "../../text/catalogue.ts";
import type { Day } from "../days.ts";
import { hoursAndMinutes } from "../heat.ts";
import english from "./en.json";

export const { t, load } = catalogue(english, { es: () => import("./es.json") });

export type Key = Parameters<typeof t>[0];

/** A key made of a part that the server decides, or `fallback` for a word that we do not know yet. */
export function known(prefix: string, word: string, fallback: Key): string {
  const key = `${prefix}.${word}`;
  return t(key in english ? (key as Key) : fallback, { word });
}

/** What to tell a person about a refusal code. */
export function sentence(code: string): string {
  return known("code", code, "code.internal");
}

export function clock(at: number, zone?: string): string {
  return when(at, { hour: "numeric", minute: "2-digit", ...(zone === undefined ? {} : { timeZone: zone }) });
}

export function clockWithZone(at: number, zone: string): string {
  return when(at, { hour: "numeric", minute: "2-digit", timeZone: zone, timeZoneName: "short" });
}

/** Day and time. */
export function moment(at: number, zone: string): string {
  return when(at, { dateStyle: "medium", timeStyle: "short", timeZone: zone });
}

/** To the second, in this browser's zone: when a note was saved. */
export function clockToTheSecond(at: number): string {
  return when(at, { hour: "numeric", minute: "2-digit", second: "2-digit" });
}

/** A day has no zone: it is written at its own noon, UTC. */
function written(day: Day, options: Intl.DateTimeFormatOptions): string {
  return when(Date.parse(`${day}T12:00:00Z`), { ...options, timeZone: "UTC" });
}

export function longDay(day: Day): string {
  return written(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
}

export function shortDay(day: Day): string {
  return written(day, { day: "numeric", month: "short", year: "numeric" });
}

/** Without the year, where a column has no room for it. */
export function dayAndMonth(day: Day): string {
  return written(day, { day: "numeric", month: "short" });
}

/** "7 h 30 min", "9 h", "45 min". */
export function asHours(minutes: number): string {
  const { h, m } = hoursAndMinutes(minutes);
  if (h === 0) return t("time.m", { m });
  return m === 0 ? t("time.h", { h }) : t("time.hm", { h, m });
}
