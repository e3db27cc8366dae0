/** Hours of a week as a ring: what was attended, what is still to come, what is needed. In words beside it. */
import { when } from "../../text/catalogue.ts";
import type { Day } from "../days.ts";
import { asHours } from "../words/index.ts";
import type { Week } from "./door.ts";
import { t } from "./words/index.ts";

const ROUND = 2 * Math.PI * 15;

export function Ring({ week }: { week: Week }) {
  const part = (minutes: number) => Math.min(1, minutes / Math.max(1, week.needed));
  const came = part(week.minutes);
  const coming = Math.min(1 - came, part(week.minutes_to_come));
  return (
    <svg class="ring" viewBox="0 0 36 36" aria-hidden="true" data-outlook={week.outlook}>
      <circle cx="18" cy="18" r="15" class="ring-all" />
      <circle cx="18" cy="18" r="15" class="ring-coming" stroke-dasharray={`${(came + coming) * ROUND} ${ROUND}`} />
      <circle cx="18" cy="18" r="15" class="ring-came" stroke-dasharray={`${came * ROUND} ${ROUND}`} />
    </svg>
  );
}

export function hoursWords(week: Week): string {
  return t("hours.of", { done: asHours(week.minutes), needed: asHours(week.needed) });
}

/** What can still be met, and until when. */
export function forecast(week: Week, today: Day): string {
  const left = { time: asHours(week.minutes_to_come) };
  if (week.outlook === "met") return t("forecast.met");
  if (week.outlook === "short") return t("forecast.short", { time: asHours(week.minutes_short) });
  if (!week.enough_scheduled) return t("forecast.not_scheduled", left);
  if (week.lost_after === null) return t("forecast.to_come", left);
  // Within a week its name says which day it is. A day has no zone: it is written at its own noon, UTC.
  const day = { day: when(Date.parse(`${week.lost_after}T12:00:00Z`), { weekday: "long", timeZone: "UTC" }) };
  if (week.outlook === "out_of_reach") return t("forecast.lost", day);
  return week.lost_after === today ? t("forecast.today", left) : t("forecast.until", { ...day, ...left });
}
