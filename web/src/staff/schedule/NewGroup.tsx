/** A new group in plain choices: days of the week, hour, weeks; the rule stands below as a sentence while one chooses. */
import { useState } from "preact/hooks";

import { Check, Dialog, Field } from "../../ui/index.ts";
import { addDays, dayOf, ownZone } from "../days.ts";
import { me } from "../api.ts";
import { kindRules } from "../kinds.ts";
import { useLoad } from "../load.ts";
import { known as word } from "../words/index.ts";
import { making } from "./door.ts";
import type { Group } from "./door.ts";
import { StaffFields, useStaff } from "./People.tsx";
import { Preview, Saving, usePreview } from "./Preview.tsx";
import { described, ruleOf, weekdayName, weekdayOf, WEEKDAYS } from "./rule.ts";
import type { Weekday } from "./rule.ts";
import { t } from "./words/index.ts";

const KINDS = ["group_therapy", "relapse_prevention", "workshop", "holistic", "family", "multi_family", "individual", "aftercare", "alumni", "mutual_help", "case_management"];
const EVERY = [1, 2, 3, 4];
const WEEKS = [4, 6, 8, 10, 12, 16, 24];

export function NewGroup({ zone, onClose, onSaved }: { zone: string; onClose: () => void; onSaved: (group: Group) => void }) {
  const people = useStaff();
  const tomorrow = addDays(dayOf(Date.now(), zone || ownZone()), 1);
  const [form, setForm] = useState({ title: "", kind: "group_therapy", first: tomorrow, at: "10:00", minutes: 180, every: 1, weeks: 0, capacity: 0, cohort: "open", holidays: true });
  const [days, setDays] = useState<readonly Weekday[]>([weekdayOf(tomorrow)]);
  const [lead, setLead] = useState({ facilitator: "", cofacilitator: "" });
  const rules = useLoad("kinds", kindRules).value;
  // Until somebody says another number, the places are those of the kind.
  const capacity = form.capacity || (rules?.kinds.find((one) => one.kind === form.kind)?.capacity ?? 12);
  const mine = me.value?.person ?? "";
  const facilitator = lead.facilitator || (people.some(({ id }) => id === mine) ? mine : (people[0]?.id ?? ""));
  const until = form.weeks === 0 || form.first === "" ? null : addDays(form.first, form.weeks * 7 - 1);
  const rrule = ruleOf(days, form.every);
  const whole = form.first !== "" && form.at !== "" && form.minutes > 0 && capacity > 0 && days.length > 0 && facilitator !== "";
  const change = whole
    ? making({
        title: form.title.trim() || "-",
        kind: form.kind,
        first: form.first,
        at: form.at,
        minutes: form.minutes,
        rrule,
        until,
        capacity,
        cohort: form.cohort,
        holidays: form.holidays,
        facilitators: [facilitator],
        cofacilitators: lead.cofacilitator === "" ? [] : [lead.cofacilitator],
      })
    : null;
  const preview = usePreview(change);
  const set = (more: Partial<typeof form>) => setForm({ ...form, ...more });
  return (
    <Dialog title={t("made.title")} closeLabel={t("close")} onClose={onClose} data-testid="new-group">
      <div class="stack schedule-dialog">
        <Field label={t("made.name")} hint={t("made.name_hint")} value={form.title} maxLength={120} required onInput={(event) => set({ title: event.currentTarget.value })} data-testid="group-title" />
        <Field kind="select" label={t("made.kind")} value={form.kind} onChange={(event) => set({ kind: event.currentTarget.value })}>
          {KINDS.map((kind) => (
            <option key={kind} value={kind} selected={kind === form.kind}>
              {word("kind", kind, "kind.unknown")}
            </option>
          ))}
        </Field>
        <fieldset class="choices weekdays">
          <legend>{t("made.days")}</legend>
          {WEEKDAYS.map((day) => (
            <label key={day} class="weekday" title={weekdayName(day)}>
              <input
                type="checkbox"
                checked={days.includes(day)}
                aria-label={weekdayName(day)}
                onChange={(event) => setDays(event.currentTarget.checked ? [...days, day] : days.filter((one) => one !== day))}
              />
              <span aria-hidden="true">{weekdayName(day, "short")}</span>
            </label>
          ))}
        </fieldset>
        {days.length === 0 && <p class="error">{t("made.days_missing")}</p>}
        <div class="pair three">
          <Field label={t("made.first")} type="date" min={tomorrow} value={form.first} onInput={(event) => set({ first: event.currentTarget.value })} />
          <Field label={t("change.at")} type="time" step={300} value={form.at} onInput={(event) => set({ at: event.currentTarget.value })} />
          <Field label={t("change.minutes")} type="number" min={1} max={720} value={form.minutes} onInput={(event) => set({ minutes: event.currentTarget.valueAsNumber })} />
        </div>
        <div class="pair">
          <Field kind="select" label={t("made.every")} value={form.every} onChange={(event) => set({ every: Number(event.currentTarget.value) })}>
            {EVERY.map((n) => (
              <option key={n} value={n}>
                {t("made.every_n", { n })}
              </option>
            ))}
          </Field>
          <Field kind="select" label={t("made.how_long")} value={form.weeks} onChange={(event) => set({ weeks: Number(event.currentTarget.value) })}>
            <option value={0}>{t("made.no_end")}</option>
            {WEEKS.map((n) => (
              <option key={n} value={n}>
                {t("made.weeks", { n })}
              </option>
            ))}
          </Field>
        </div>
        <div class="pair">
          <Field label={t("capacity")} type="number" min={1} max={200} value={capacity} onInput={(event) => set({ capacity: event.currentTarget.valueAsNumber })} />
          <Field kind="select" label={t("cohort")} value={form.cohort} onChange={(event) => set({ cohort: event.currentTarget.value })}>
            <option value="open">{t("cohort.open")}</option>
            <option value="closed">{t("cohort.closed")}</option>
          </Field>
        </div>
        <StaffFields staff={people} facilitator={facilitator} cofacilitator={lead.cofacilitator} onChange={(one, other) => setLead({ facilitator: one, cofacilitator: other })} />
        <Check label={t("made.holidays")} checked={form.holidays} onChange={(holidays) => set({ holidays })} />
        {whole && (
          <p class="sentence" data-testid="rule-sentence">
            {described({ rrule, at: form.at, minutes: form.minutes, start: form.first }, until)}
          </p>
        )}
        {change !== null && <Preview of={preview} zone={zone || ownZone()} fresh />}
        <footer class="row">
          <Saving change={form.title.trim() === "" ? null : change} label={t("made.save")} preview={preview} onSaved={onSaved} />
        </footer>
      </div>
    </Dialog>
  );
}
