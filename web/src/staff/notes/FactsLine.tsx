/** What the server knows of a section's session and client, so that nobody types it. Read-only. */
import { Icon } from "../../ui/index.ts";
import { clock } from "../words/index.ts";
import type { Facts } from "./door.ts";
import { known, t } from "./words/index.ts";

function span(start: number | null, end: number | null, zone: string): string {
  if (start === null) return "";
  return t("facts.span", { start: clock(start, zone), end: end === null ? t("facts.now") : clock(end, zone) });
}

export function FactsLine({ facts, whole, changed }: { facts: Facts; whole: boolean; changed: boolean }) {
  const { zone } = facts;
  const ran = span(facts.session_start, facts.session_end, zone);
  const here = span(facts.first_join, facts.last_leave, zone);
  const said: { text: string; tone?: "warn" | "good" }[] = [];
  if (whole) {
    if (ran !== "") said.push({ text: t("facts.session", { span: ran }) });
    if (facts.break_minutes > 0) said.push({ text: t("facts.break", { n: facts.break_minutes }) });
    said.push({ text: t("facts.size", { n: facts.group_size }) });
  } else {
    if (here !== "") said.push({ text: t("facts.here", { span: here }) });
    if (facts.minutes !== null) {
      const { minutes, minutes_corrected: corrected } = facts;
      said.push({ text: corrected === null ? t("facts.minutes", { n: minutes }) : t("facts.corrected", { n: corrected, recorded: minutes }) });
    }
    if (facts.modality !== "") said.push({ text: known("modality", facts.modality, "modality.unknown") });
    if (facts.late_minutes > 0) said.push({ text: t("facts.late", { n: facts.late_minutes }), tone: "warn" });
    if (facts.left_early_minutes > 0) said.push({ text: t("facts.early", { n: facts.left_early_minutes }), tone: "warn" });
    if (facts.location_verified) {
      said.push({ text: t(facts.location_state === "" ? "facts.location" : "facts.location_in", { state: facts.location_state.replace(/^US-/, "") }), tone: "good" });
    } else said.push({ text: t("facts.no_location"), tone: "warn" });
    if (!facts.emergency_contact) said.push({ text: t("facts.no_contact"), tone: "warn" });
  }
  return (
    <>
      <ul class="note-facts small" aria-label={t("facts.title")}>
        {said.map(({ text, tone }) => (
          <li key={text} data-tone={tone}>
            {tone !== undefined && <Icon name={tone === "good" ? "check" : "warn"} />}
            {text}
          </li>
        ))}
      </ul>
      {changed && <p class="small soft">{t("facts.changed")}</p>}
    </>
  );
}
