/**
 * The heat map's arithmetic: how warm a cell is, how a week is written, where an arrow key leads. Drawing and words are
 * `Heat.tsx`.
 */
import type { ClientHours, Hours, WeekOfClient } from "./api.ts";
import { addDays } from "./days.ts";
import type { Day } from "./days.ts";

/** 0 (nothing) to 4 (the level's hours are met): a step a third. */
export function warmth(minutes: number, needed: number): 0 | 1 | 2 | 3 | 4 {
  if (minutes >= needed) return 4;
  if (minutes <= 0) return 0;
  const share = minutes / needed;
  return share < 1 / 3 ? 1 : share < 2 / 3 ? 2 : 3;
}

/** Whether any client's week is judged by another level than the clinic's. */
export function ownLevels({ clients, level }: Pick<Hours, "clients" | "level">): boolean {
  return clients.some((client) => client.weeks.some((week) => week !== null && week.level !== level.id));
}

/** What all these weeks ask for; null if not all ask for the same. */
export function asked(weeks: readonly Pick<WeekOfClient, "week_minutes">[]): number | null {
  const [first, ...others] = new Set(weeks.map((week) => week.week_minutes));
  return first === undefined || others.length > 0 ? null : first;
}

export function hoursAndMinutes(minutes: number): { readonly h: number; readonly m: number } {
  return { h: Math.floor(minutes / 60), m: minutes % 60 };
}

export function lastDayOf(week: Day): Day {
  return addDays(week, 6);
}

/** Whoever has this group (all if empty) and a name in which every word of `text` occurs, by legal name. */
export function chosen(clients: readonly ClientHours[], group: string, text: string): ClientHours[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  return clients
    .filter((one) => group === "" || one.groups.includes(group))
    .filter((one) => {
      const name = plain(`${one.legal_name} ${one.alias}`);
      return words.every((word) => name.includes(word));
    })
    .sort((a, b) => a.legal_name.localeCompare(b.legal_name) || a.person.localeCompare(b.person));
}

/** Without case and accents, so that "lukasz" finds Łukasz. */
function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("ł", "l")
    .replaceAll("ø", "o");
}

export interface Place {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads in a grid; null if it is no key of a grid. */
export function stepped({ row, column }: Place, key: string, rows: number, columns: number): Place | null {
  const within = (n: number, count: number) => Math.min(Math.max(n, 0), count - 1);
  switch (key) {
    case "ArrowUp":
      return { row: within(row - 1, rows), column };
    case "ArrowDown":
      return { row: within(row + 1, rows), column };
    case "ArrowLeft":
      return { row, column: within(column - 1, columns) };
    case "ArrowRight":
      return { row, column: within(column + 1, columns) };
    case "Home":
      return { row, column: 0 };
    case "End":
      return { row, column: columns - 1 };
    default:
      return null;
  }
}
