/** What belongs to a group as a whole: name, places, cohort, track, its end, and whether it minds the days on which the clinic is closed. */
import { useState } from "preact/hooks";

import { Check, Dialog, Field } from "../../ui/index.ts";
import { me } from "../api.ts";
import type { Day } from "../days.ts";
import { useLoad } from "../load.ts";
import { tracks } from "../settings/door.ts";
import { adjusting } from "./door.ts";
import type { Group } from "./door.ts";
import { Preview, Saving, usePreview } from "./Preview.tsx";
import { t } from "./words/index.ts";

const COHORTS = ["open", "closed"] as const;

export function EditGroup({ group, onClose, onSaved }: { group: Group; onClose: () => void; onSaved: (group: Group) => void }) {
  const [form, setForm] = useState({ title: group.title, capacity: group.capacity, cohort: group.cohort, track: group.track, holidays: group.holidays });
  const [until, setUntil] = useState<Day>(group.until ?? "");
  const set = (more: Partial<typeof form>) => setForm({ ...form, ...more });
  const said = {
    ...(form.title.trim() !== group.title && { title: form.title.trim() }),
    ...(form.capacity !== group.capacity && { capacity: form.capacity }),
    ...(form.cohort !== group.cohort && { cohort: form.cohort }),
    ...(form.track !== group.track && { track: form.track }),
    ...(form.holidays !== group.holidays && { holidays: form.holidays }),
    ...((until || null) !== group.until && { until: until || null }),
  };
  const whole = form.title.trim() !== "" && form.capacity >= 1 && form.capacity <= 200;
  const change = whole && Object.keys(said).length > 0 ? adjusting(group, said) : null;
  const preview = usePreview(change);
  return (
    <Dialog title={t("edit.title")} closeLabel={t("close")} onClose={onClose} data-testid="edit-group">
      <div class="stack schedule-dialog">
        <Field label={t("made.name")} hint={t("made.name_hint")} value={form.title} maxLength={120} required error={form.title.trim() === "" ? t("edit.nameless") : undefined} onInput={(event) => set({ title: event.currentTarget.value })} data-testid="edit-title" />
        <div class="pair">
          <Field label={t("capacity")} type="number" min={1} max={200} value={form.capacity} onInput={(event) => set({ capacity: event.currentTarget.valueAsNumber })} />
          <Field kind="select" label={t("cohort")} value={form.cohort} onChange={(event) => set({ cohort: event.currentTarget.value })}>
            {COHORTS.map((one) => (
              <option key={one} value={one} selected={one === form.cohort}>
                {t(`cohort.${one}`)}
              </option>
            ))}
          </Field>
        </div>
        {me.value?.may.includes("staff.read") === true && <OfTrack track={form.track} choose={(track) => set({ track })} />}
        <Field label={t("edit.until")} hint={t("edit.until_hint")} type="date" min={group.today} value={until} onInput={(event) => setUntil(event.currentTarget.value)} />
        <Check label={t("made.holidays")} checked={form.holidays} onChange={(holidays) => set({ holidays })} />
        {change !== null && <Preview of={preview} zone={group.zone} />}
        <footer class="row">
          <Saving change={change} label={t("save")} preview={preview} onSaved={onSaved} />
        </footer>
      </div>
    </Dialog>
  );
}

/** A track that takes nobody in any more stays the group's until another one is chosen. */
function OfTrack({ track, choose }: { track: string; choose: (track: string) => void }) {
  const known = useLoad("tracks", tracks).value ?? [];
  const shown = known.filter(({ code, open }) => open || code === track);
  return (
    <Field kind="select" label={t("edit.track")} value={track} onChange={(event) => choose(event.currentTarget.value)}>
      <option value="" selected={track === ""}>
        {t("edit.no_track")}
      </option>
      {shown.map(({ code, title }) => (
        <option key={code} value={code} selected={code === track}>
          {title}
        </option>
      ))}
    </Field>
  );
}
