/**
 * What may be done to a meeting and to a group, each in a dialog: what it would do and what speaks against it stands there
 * before anything is saved.
 */
import { useState } from "preact/hooks";

import { Button, Check, Dialog, Field, Notice } from "../../ui/index.ts";
import { dayOf } from "../days.ts";
import type { Day } from "../days.ts";
import { useLoad } from "../load.ts";
import { linkTo } from "../route.ts";
import { moment, sentence, t as staff } from "../words/index.ts";
import { cancelSingle, changeOf, groupOf, save, whyNot } from "./door.ts";
import type { Group, Member, Names, Person, PlannedSession, Scope } from "./door.ts";
import { asTime, minuteOf } from "./layout.ts";
import { ClientSearch, StaffFields, useStaff } from "./People.tsx";
import { Preview, said, Saving, usePreview } from "./Preview.tsx";
import { listed } from "./rule.ts";
import { known, t } from "./words/index.ts";

export const REASONS = ["staff_ill", "staff_away", "low_attendance", "weather", "technical", "clinic_closed", "other"] as const;
const SCOPES: readonly Scope[] = ["one", "following", "all"];

/** Where a meeting was dragged to. */
export interface Target {
  readonly day: Day;
  readonly at: string;
}

interface OfMeeting {
  readonly session: PlannedSession;
  readonly onClose: () => void;
  readonly onSaved: (group: Group) => void;
}

/** The group of a meeting, for its revision: a change is made to what somebody looked at. */
function WithGroup({ session, title, onClose, children }: { session: PlannedSession; title: string; onClose: () => void; children: (group: Group) => preact.ComponentChildren }) {
  const loaded = useLoad(`group ${session.series}`, () => groupOf(session.series ?? ""));
  return (
    <Dialog title={title} closeLabel={t("close")} onClose={onClose} data-testid="schedule-dialog">
      <div class="stack schedule-dialog">
        <p class="soft">
          {session.title}, {moment(session.starts, session.zone)}
        </p>
        {loaded.code !== null && <Notice tone="warn">{sentence(loaded.code)}</Notice>}
        {loaded.value === null ? loaded.code === null && <p class="soft">{staff("loading")}</p> : children(loaded.value)}
      </div>
    </Dialog>
  );
}

export function ChangeDialog({ session, target, onClose, onSaved }: OfMeeting & { target: Target | null }) {
  return (
    <WithGroup session={session} title={t("change.title")} onClose={onClose}>
      {(group) => <ChangeForm session={session} target={target} group={group} onSaved={onSaved} />}
    </WithGroup>
  );
}

function ChangeForm({ session, target, group, onSaved }: { session: PlannedSession; target: Target | null; group: Group; onSaved: (group: Group) => void }) {
  const was = {
    day: dayOf(session.starts, session.zone),
    at: asTime(minuteOf(session.starts, session.zone)),
    minutes: (session.ends - session.starts) / 60_000,
    facilitator: session.facilitators[0] ?? "",
    cofacilitator: session.cofacilitators[0] ?? "",
  };
  const [form, setForm] = useState({ ...was, day: target?.day ?? was.day, at: target?.at ?? was.at });
  const [scope, setScope] = useState<Scope>("one");
  const people = useStaff(group.staff);
  const body = {
    day: session.day,
    scope,
    ...(form.day === was.day ? {} : { to: form.day }),
    ...(form.at === was.at ? {} : { at: form.at }),
    ...(form.minutes === was.minutes ? {} : { minutes: form.minutes }),
    ...(form.facilitator === was.facilitator ? {} : { facilitators: [form.facilitator] }),
    ...(form.cofacilitator === was.cofacilitator ? {} : { cofacilitators: form.cofacilitator === "" ? [] : [form.cofacilitator] }),
  };
  const same = Object.keys(body).length === 2;
  const change = same || form.day === "" || form.at === "" || !(form.minutes > 0) ? null : changeOf(group, "change", body);
  const preview = usePreview(change);
  return (
    <>
      <div class="pair three">
        <Field label={t("change.day")} type="date" value={form.day} onInput={(event) => setForm({ ...form, day: event.currentTarget.value })} />
        <Field label={t("change.at")} type="time" step={300} value={form.at} onInput={(event) => setForm({ ...form, at: event.currentTarget.value })} />
        <Field label={t("change.minutes")} type="number" min={1} max={720} value={form.minutes} onInput={(event) => setForm({ ...form, minutes: event.currentTarget.valueAsNumber })} />
      </div>
      <StaffFields staff={people} facilitator={form.facilitator} cofacilitator={form.cofacilitator} onChange={(facilitator, cofacilitator) => setForm({ ...form, facilitator, cofacilitator })} />
      <fieldset class="choices">
        <legend>{t("change.scope")}</legend>
        {SCOPES.map((one) => (
          <label key={one} class="check">
            <input type="radio" name="scope" value={one} checked={scope === one} onChange={() => setScope(one)} />
            <span>{t(one === "one" ? "scope.single" : `scope.${one}`)}</span>
          </label>
        ))}
        {scope !== "one" && <p class="hint">{t("following.hint")}</p>}
      </fieldset>
      {change !== null && <Preview of={preview} zone={session.zone} />}
      <footer class="row">
        <Saving change={change} label={t("save")} preview={preview} onSaved={onSaved} />
      </footer>
    </>
  );
}

export function CancelDialog({ session, tells, onClose, onSaved }: OfMeeting & { tells?: preact.ComponentChildren }) {
  return (
    <WithGroup session={session} title={t("cancel.title")} onClose={onClose}>
      {(group) => <CancelForm session={session} group={group} tells={tells} onSaved={onSaved} />}
    </WithGroup>
  );
}

function Reason({ reason, onChange }: { reason: string; onChange: (reason: string) => void }) {
  return (
    <Field kind="select" label={t("cancel.reason")} value={reason} onChange={(event) => onChange(event.currentTarget.value)} data-testid="cancel-reason">
      {REASONS.map((one) => (
        <option key={one} value={one} selected={one === reason}>
          {known("reason", one, "reason.some")}
        </option>
      ))}
    </Field>
  );
}

/** Of a session that follows no group. `tells`: who will be told. */
export function CancelSingle({ session, tells, onClose, onSaved }: { session: PlannedSession; tells: preact.ComponentChildren; onClose: () => void; onSaved: () => void }) {
  const [reason, setReason] = useState<string>(REASONS[0]);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    try {
      await cancelSingle(session.id, reason);
      onSaved();
    } catch (error) {
      setWrong(whyNot(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("cancel.title_single")}
      closeLabel={t("close")}
      onClose={onClose}
      data-testid="schedule-dialog"
      footer={
        <>
          <Button onClick={onClose}>{t("cancel.not")}</Button>
          <Button look="danger" busy={busy} onClick={() => void cancel()} data-testid="cancel-do">
            {t("cancel.save_single")}
          </Button>
        </>
      }
    >
      <div class="stack schedule-dialog">
        <p class="soft">
          {session.title}, {moment(session.starts, session.zone)}
        </p>
        <p>{t("cancel.hint_single")}</p>
        {tells}
        <Reason reason={reason} onChange={setReason} />
        {wrong !== null && <p class="error" role="alert">{said(wrong)}</p>}
      </div>
    </Dialog>
  );
}

function CancelForm({ session, group, tells, onSaved }: { session: PlannedSession; group: Group; tells: preact.ComponentChildren; onSaved: (group: Group) => void }) {
  const [reason, setReason] = useState<string>(REASONS[0]);
  const [following, setFollowing] = useState(false);
  const change = changeOf(group, "cancel", { day: session.day, reason, following });
  const preview = usePreview(change);
  return (
    <>
      <p>{t("cancel.hint")}</p>
      {following || tells === undefined ? (
        <p class="soft">{group.told_days > 0 && !following ? t("cancel.told", { n: group.told_days }) : t("cancel.untold")}</p>
      ) : (
        tells
      )}
      <Reason reason={reason} onChange={setReason} />
      <Check label={t("cancel.following")} checked={following} onChange={setFollowing} />
      {preview.wrong !== null && <p class="error">{said(preview.wrong)}</p>}
      <footer class="row">
        <Saving change={change} label={t(following ? "cancel.end" : "cancel.save")} look="danger" preview={preview} onSaved={onSaved} />
      </footer>
    </>
  );
}

/** A meeting that somebody pressed: what it is, and what may be done with it. */
export function MeetingDialog({ session, names, onClose, onChange, onCancel, onSaved }: OfMeeting & { names: Names; onChange: () => void; onCancel: () => void }) {
  const [wrong, setWrong] = useState<string | null>(null);
  const leads = [...session.facilitators, ...session.cofacilitators].map((who) => names[who] ?? "").filter((name) => name !== "");
  const hold = async () => {
    try {
      const group = await groupOf(session.series ?? "");
      onSaved(await save(changeOf(group, "hold", { day: session.day })));
    } catch (error) {
      setWrong(whyNot(error));
    }
  };
  const changing = session.may_change && session.series !== null && session.day !== null;
  return (
    <Dialog title={session.title} closeLabel={t("close")} onClose={onClose} data-testid="meeting">
      <div class="stack schedule-dialog">
        <p>{moment(session.starts, session.zone)}</p>
        <p class="soft">{t("expected", { n: session.expected, of: session.capacity })}</p>
        {leads.length > 0 && <p class="soft">{t("staff_of", { names: listed(leads) })}</p>}
        {session.cancelled !== "" && <Notice tone="plain">{t("cancelled", { why: known("reason", session.cancelled, "reason.some") })}</Notice>}
        {wrong !== null && <p class="error" role="alert">{said(wrong)}</p>}
        <div class="actions">
          <a class="button" data-look="quiet" href={linkTo("session", session.id)}>
            {t("open_session")}
          </a>
          {session.series !== null && (
            <a class="button" data-look="quiet" href={linkTo("group", session.series)}>
              {t("group.open")}
            </a>
          )}
          {changing && session.cancelled === "" && <Button onClick={onChange}>{t("change")}</Button>}
          {changing && session.cancelled === "" && <Button onClick={onCancel}>{t("cancel")}</Button>}
          {changing && session.cancelled !== "" && <Button onClick={hold}>{t("hold")}</Button>}
        </div>
      </div>
    </Dialog>
  );
}

export function JoinDialog({ group, onClose, onSaved }: { group: Group; onClose: () => void; onSaved: (group: Group) => void }) {
  const [chosen, setChosen] = useState<Person | null>(null);
  const [joins, setJoins] = useState<Day>(group.today > group.first ? group.today : group.first);
  const change = chosen === null || joins === "" ? null : changeOf(group, "join", { client: chosen.id, joins });
  const preview = usePreview(change);
  return (
    <Dialog title={t("add.title")} closeLabel={t("close")} onClose={onClose} data-testid="schedule-dialog">
      <div class="stack schedule-dialog">
        <ClientSearch chosen={chosen} onChoose={setChosen} />
        <Field label={t("add.since")} type="date" min={group.today} value={joins} onInput={(event) => setJoins(event.currentTarget.value)} />
        {change !== null && <Preview of={preview} zone={group.zone} />}
        <footer class="row">
          <Saving change={change} label={t("save")} preview={preview} onSaved={onSaved} />
        </footer>
      </div>
    </Dialog>
  );
}

export function LeaveDialog({ group, member, onClose, onSaved }: { group: Group; member: Member; onClose: () => void; onSaved: (group: Group) => void }) {
  const [leaves, setLeaves] = useState<Day>(group.today);
  const change = leaves === "" ? null : changeOf(group, "leave", { client: member.client, leaves });
  const preview = usePreview(change);
  return (
    <Dialog title={t("leave.title", { who: member.legal_name || member.alias })} closeLabel={t("close")} onClose={onClose} data-testid="schedule-dialog">
      <div class="stack schedule-dialog">
        <Field label={t("leave.from")} hint={t("following.hint")} type="date" min={group.today} value={leaves} onInput={(event) => setLeaves(event.currentTarget.value)} />
        {change !== null && <Preview of={preview} zone={group.zone} />}
        <footer class="row">
          <Saving change={change} label={t("save")} preview={preview} onSaved={onSaved} />
        </footer>
      </div>
    </Dialog>
  );
}
