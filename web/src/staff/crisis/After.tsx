/**
 * What there is to write about one client's crisis, one form at a time: the incidents of the session with their notes, and
 * what medical personnel were told. In the crisis card, and on the session's page for as long as anybody looks there.
 */
import { useState } from "preact/hooks";

import { Button, Notice } from "../../ui/index.ts";
import { clock, sentence } from "../words/index.ts";
import { NoteForm, Recorded, TellForm } from "./Aftermath.tsx";
import type { Incident, Incidents } from "./incidents.ts";
import { load, t } from "./words/index.ts";
import "./crisis.css";

await load();

/** Which form is open: the note of the incident that was raised then, or the record. */
export type Form = { readonly what: "note"; readonly raised: number } | { readonly what: "tell"; readonly raised: number | null };

export interface AfterProps {
  readonly session: string;
  readonly client: string;
  readonly alias: string;
  readonly all: Incidents | null;
  readonly code: string | null;
  readonly form: Form | null;
  readonly onForm: (form: Form | null) => void;
  /** Something was written. */
  readonly changed: () => void;
}

export function After({ session, client, alias, all, code, form, onForm, changed }: AfterProps) {
  const [kept, setKept] = useState<"note" | "told" | null>(null);
  if (all === null) return code === null ? null : <Notice tone="bad">{sentence(code)}</Notice>;
  const mine = all.incidents.filter((one) => one.client === client);
  const told = all.emergencies.filter((one) => one.client === client);
  const open = (next: Form | null) => {
    setKept(null);
    onForm(next);
  };
  const close = (what: "note" | "told") => {
    onForm(null);
    setKept(what);
    changed();
  };
  const meant = form === null ? null : (mine.find((one) => one.raised === form.raised) ?? null);
  return (
    <section class="stack after" aria-label={t("after")} data-testid="after">
      {kept !== null && (
        <Notice role="status" data-testid="after-kept">
          {kept === "note" ? t("note_kept", { name: alias }) : t("told_kept")}
        </Notice>
      )}
      {form?.what === "note" && meant !== null ? (
        <>
          {meant.closed === null ? <p class="soft">{t("loading_incident")}</p> : <NoteForm session={session} incident={meant} done={() => close("note")} />}
          <Back onBack={() => open(null)} />
        </>
      ) : form?.what === "tell" ? (
        <>
          <TellForm session={session} client={client} alias={alias} all={all} incident={meant} done={() => close("told")} />
          <Back onBack={() => open(null)} />
        </>
      ) : (
        <>
          {mine.map((one) => (
            <OneIncident key={one.raised} incident={one} mayNote={all.may_note} onNote={() => open({ what: "note", raised: one.raised })} />
          ))}
          {told.length > 0 && <Recorded emergencies={told} staff={all.staff} />}
          <div>
            <Button onClick={() => open({ what: "tell", raised: mine.at(-1)?.raised ?? null })} data-testid="tell-open">
              {t("told_open")}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

function Back({ onBack }: { onBack: () => void }) {
  return (
    <div>
      <Button look="plain" onClick={onBack} data-testid="after-back">
        {t("later")}
      </Button>
    </div>
  );
}

function OneIncident({ incident, mayNote, onNote }: { incident: Incident; mayNote: boolean; onNote: () => void }) {
  const { why, alias, raised, closed, note } = incident;
  return (
    <div class="incident" data-testid={`incident-${raised}`}>
      <p>
        <strong>{t("incident_of", { time: clock(raised) })}</strong> <span class="soft small">{t(`alarm.${why}`, { name: alias })}</span>
      </p>
      {note === "written" && <p class="small">{t("note_written")}</p>}
      {note === "signed" && <p class="small">{t("note_signed")}</p>}
      {note === "open" && closed === null && <p class="soft small">{t("incident_open")}</p>}
      {note === "open" && closed !== null && mayNote && (
        <Button look="primary" onClick={onNote} data-testid={`incident-note-${raised}`}>
          {t("note_open")}
        </Button>
      )}
    </div>
  );
}
