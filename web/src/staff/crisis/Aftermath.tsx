/**
 * How a crisis ends: the note about an incident, read and completed before it is kept, and what medical personnel were
 * told. Both are proposed by the server from the steps that were taken; nothing is written without a press.
 */
import { useState } from "preact/hooks";

import { announce, Button, Field, Notice } from "../../ui/index.ts";
import { codeOf, me } from "../api.ts";
import { moment, sentence } from "../words/index.ts";
import { ownZone } from "../days.ts";
import { fieldsOf } from "./fields.ts";
import { tell, writeNote } from "./incidents.ts";
import type { Emergency, Incident, Incidents } from "./incidents.ts";
import { load, t } from "./words/index.ts";
import "./crisis.css";

await load();

const token = () => crypto.randomUUID().replaceAll("-", "");

export interface NoteFormProps {
  readonly session: string;
  readonly incident: Incident;
  readonly done: () => void;
}

/** The incident note of one alarm. */
export function NoteForm({ session, incident, done }: NoteFormProps) {
  const [text, setText] = useState(incident.draft);
  const [op] = useState(token);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const keep = async () => {
    setBusy(true);
    setCode(null);
    try {
      await writeNote(session, incident, text.trim(), op);
      announce(t("note_kept", { name: incident.alias }));
      done();
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="stack aftermath"
      aria-labelledby="incident-note-title"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <h3 id="incident-note-title">{t("note_title")}</h3>
      <p class="soft small">{t("note_why", { name: incident.alias })}</p>
      <Field kind="area" label={t("note_text")} rows={11} maxLength={10_000} value={text} onInput={(event) => setText(event.currentTarget.value)} data-testid="incident-text" />
      {code !== null && (
        <Notice tone="bad" role="alert">
          {code === "already_signed" ? t("note_signed") : sentence(code)}
        </Notice>
      )}
      <div class="row">
        <Button look="primary" type="submit" busy={busy} disabled={text.trim() === ""} data-testid="incident-keep">
          {t("note_keep")}
        </Button>
      </div>
    </form>
  );
}

/** A moment as an input of the browser has it, in its own zone. */
function localOf(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export interface TellFormProps {
  readonly session: string;
  readonly client: string;
  readonly alias: string;
  readonly all: Incidents;
  /** From which the form is filled in; null without an alarm. */
  readonly incident: Incident | null;
  readonly done: (kept: Emergency) => void;
}

/** The record of 42 CFR 2.51(c): one screen. */
export function TellForm({ session, client, alias, all, incident, done }: TellFormProps) {
  const proposed = incident?.telling ?? null;
  const mine = me.value?.person ?? "";
  const [id] = useState(token);
  const [recipient, setRecipient] = useState("");
  const [affiliation, setAffiliation] = useState("");
  const [discloser, setDiscloser] = useState(proposed?.by || mine);
  const [when, setWhen] = useState(localOf(proposed?.at ?? all.now));
  const [nature, setNature] = useState(proposed?.nature ?? "");
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const error = (field: "recipient" | "affiliation" | "discloser" | "at" | "nature") => (wrong.includes(field) ? t(`wrong.${field}`) : undefined);
  const lacking = () => {
    const given = { recipient, affiliation, discloser, at: when, nature };
    return Object.entries(given).flatMap(([field, value]) => (value.trim() === "" ? [field] : []));
  };
  const keep = async () => {
    const lacks = lacking();
    setWrong(lacks);
    setCode(null);
    if (lacks.length > 0) return;
    setBusy(true);
    try {
      const told = { id, recipient: recipient.trim(), affiliation: affiliation.trim(), discloser, at: new Date(when).getTime(), nature: nature.replaceAll(/\s+/g, " ").trim() };
      const kept = await tell(session, client, told);
      announce(t("told_kept"));
      done(kept);
    } catch (failure) {
      const fields = fieldsOf(failure);
      setWrong(fields);
      if (fields.length === 0) setCode(codeOf(failure));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="stack aftermath"
      aria-labelledby="told-title"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <h3 id="told-title">{t("told_title")}</h3>
      <p class="soft small">{t("told_why", { name: alias })}</p>
      <Field label={t("told_recipient")} hint={t("told_recipient_hint")} value={recipient} maxLength={120} autoComplete="off" error={error("recipient")} onInput={(event) => setRecipient(event.currentTarget.value)} data-testid="told-recipient" />
      <Field label={t("told_affiliation")} hint={t("told_affiliation_hint")} value={affiliation} maxLength={120} autoComplete="off" error={error("affiliation")} onInput={(event) => setAffiliation(event.currentTarget.value)} data-testid="told-affiliation" />
      <Field kind="select" label={t("told_discloser")} value={discloser} error={error("discloser")} onChange={(event) => setDiscloser(event.currentTarget.value)} data-testid="told-discloser">
        {all.staff.map((one) => (
          <option key={one.person} value={one.person}>
            {one.name}
          </option>
        ))}
      </Field>
      <Field label={t("told_at")} hint={t("told_at_hint", { zone: ownZone() })} type="datetime-local" value={when} error={error("at")} onInput={(event) => setWhen(event.currentTarget.value)} data-testid="told-at" />
      <Field kind="area" label={t("told_nature")} hint={t("told_nature_hint")} rows={3} maxLength={1000} value={nature} error={error("nature")} onInput={(event) => setNature(event.currentTarget.value)} data-testid="told-nature" />
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
      <div class="row">
        <Button look="primary" type="submit" busy={busy} data-testid="told-keep">
          {t("told_keep")}
        </Button>
      </div>
    </form>
  );
}

/** What was recorded so far of one client in this session. */
export function Recorded({ emergencies, staff }: { emergencies: readonly Emergency[]; staff: Incidents["staff"] }) {
  const name = (person: string) => staff.find((one) => one.person === person)?.name ?? "";
  return (
    <ul class="recorded">
      {emergencies.map((one) => (
        <li key={one.id} data-testid="told">
          <strong>{`${one.recipient}, ${one.affiliation}`}</strong>
          <span class="soft small">{[moment(one.at, ownZone()), name(one.discloser)].filter(Boolean).join(" · ")}</span>
          <span class="small">{one.nature}</span>
        </li>
      ))}
    </ul>
  );
}
