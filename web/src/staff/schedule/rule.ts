/** Recurrence rules as a form has them, and as a sentence. Weekly rules are what people choose; others are shown as they are. */
import { when } from "../../text/catalogue.ts";
import type { Day } from "../days.ts";
import { shortDay } from "../words/index.ts";
import type { Plan } from "./door.ts";
import { t } from "./words/index.ts";

export const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const DAY_MS = 86_400_000;
/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1, 12);

export function weekdayName(day: Weekday, style: "long" | "short" = "long"): string {
  return when(MONDAY + WEEKDAYS.indexOf(day) * DAY_MS, { weekday: style, timeZone: "UTC" });
}

export function weekdayOf(day: Day): Weekday {
  return WEEKDAYS[(new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7] ?? "MO";
}

export function ruleOf(days: readonly Weekday[], every: number): string {
  const inOrder = WEEKDAYS.filter((day) => days.includes(day));
  return `FREQ=WEEKLY${every > 1 ? `;INTERVAL=${every}` : ""};BYDAY=${inOrder.join(",")}`;
}

/** "and" in the reader's language. */
export function listed(words: readonly string[]): string {
  return new Intl.ListFormat(document.documentElement.lang || "en", { type: "conjunction" }).format(words);
}

function days(rrule: string, first: Day): string {
  if (rrule === "") return `${t("rule.once")}, ${shortDay(first)}`;
  const parts = new Map(rrule.split(";").map((part) => part.split("=") as [string, string]));
  const every = Number(parts.get("INTERVAL") ?? "1");
  const names = (parts.get("BYDAY") ?? weekdayOf(first)).split(",").filter((day): day is Weekday => WEEKDAYS.includes(day as Weekday));
  if (parts.get("FREQ") === "WEEKLY" && names.length > 0) {
    const said = listed(names.map((day) => weekdayName(day)));
    return every > 1 ? t("rule.each_n", { n: every, days: said }) : t("rule.each", { days: said });
  }
  if (parts.get("FREQ") === "DAILY" && every === 1 && !parts.has("BYDAY")) return t("rule.daily");
  return t("rule.any", { rule: rrule });
}

/** "10:00" and so many minutes later, as clocks say it. */
function hours(at: string, minutes: number): { from: string; to: string } {
  const [hour = 0, minute = 0] = at.split(":").map(Number);
  const start = MONDAY - 12 * 3_600_000 + (hour * 60 + minute) * 60_000;
  const said = (moment: number) => when(moment, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
  return { from: said(start), to: said(start + minutes * 60_000) };
}

/** The whole rule as one sentence: "Every Monday and Wednesday, 10:00 AM to 1:00 PM, until Dec 18, 2026." */
export function described(plan: Pick<Plan, "rrule" | "at" | "minutes" | "start">, until: Day | null): string {
  const values = { days: days(plan.rrule, plan.start), ...hours(plan.at, plan.minutes) };
  return until === null ? t("rule.full", values) : t("rule.full_until", { ...values, until: shortDay(until) });
}
