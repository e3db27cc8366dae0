/**
 * The roster of an ended session: what counts for each client, what it was before somebody corrected it, and the
 * facilitator's word that it is right. Nothing is overwritten: a correction stands beside the recorded value.
 */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { announce, Button, Dialog, Field, Notice } from "../ui/index.ts";
import { attest, codeOf, correct, excuse } from "./api.ts";
import type { ClientPresence, Presence, SaidAbout } from "./api.ts";
import { SheetButton } from "./Papers.tsx";
import { spent } from "./room/people.ts";
import { StatusWord } from "./State.tsx";
import { clock, moment, sentence, t } from "./words/index.ts";
import "./attendance.css";

/** Statuses that an excuse is for: the rules say the same, and have the last word. */
const EXCUSABLE = ["no_show", "absent"];

export interface SheetProps {
  readonly session: string;
  readonly zone: string;
  readonly shown: Presence;
  readonly changed: () => void;
}

type Doing = { readonly what: "correct" | "excuse"; readonly client: ClientPresence };

export function Sheet({ session, zone, shown, changed }: SheetProps) {
  const [doing, setDoing] = useState<Doing | null>(null);
  if (shown.state !== "ended" || shown.began === null) return null;
  const done = () => {
    setDoing(null);
    changed();
  };
  return (
    <section class="stack" aria-labelledby="sheet-title" data-testid="sheet">
      <div class="row spread">
        <h3 id="sheet-title">{t("sheet.title")}</h3>
        <SheetButton session={session} />
      </div>
      <ul class="sheet">
        {shown.clients.map((client) => (
          <li key={client.person} data-testid={`sheet-${client.person}`}>
            <div>
              <strong class="clamp">{client.legal_name || client.alias}</strong>
              <When client={client} zone={zone} />
              <Remarks client={client} zone={zone} />
              {client.code_hint !== "" && <p class="small soft">{t("sheet.code", { code: client.code_hint })}</p>}
            </div>
            <div class="row">
              <strong class="number">{t("minutes", { n: client.minutes_counts })}</strong>
              {client.status_counts !== null && <StatusWord status={client.status_counts} />}
            </div>
            {shown.may_correct && (
              <div class="row do">
                <Button look="plain" onClick={() => setDoing({ what: "correct", client })} data-testid={`correct-${client.person}`}>
                  {t("sheet.correct")}
                  <span class="unseen">: {client.alias}</span>
                </Button>
                {client.status !== null && EXCUSABLE.includes(client.status) && (
                  <Button look="plain" onClick={() => setDoing({ what: "excuse", client })} data-testid={`excuse-${client.person}`}>
                    {client.excuse === null ? t("sheet.excuse") : t("sheet.excuse_back")}
                    <span class="unseen">: {client.alias}</span>
                  </Button>
                )}
              </div>
            )}
          </li>
        ))}
      </ul>
      <Confirm session={session} zone={zone} shown={shown} changed={changed} />
      {doing?.what === "correct" && <Correct session={session} client={doing.client} close={() => setDoing(null)} done={done} />}
      {doing?.what === "excuse" && <Excuse session={session} client={doing.client} close={() => setDoing(null)} done={done} />}
    </section>
  );
}

/** From when to when they were there, and what is missing between. */
function When({ client, zone }: { client: ClientPresence; zone: string }) {
  const first = client.stays[0];
  if (first === undefined) return <p class="small soft">{t("sheet.never")}</p>;
  const { gaps, away } = spent(client.stays, null);
  const end = client.stays.at(-1)?.end ?? null;
  return (
    <p class="small soft">
      {end === null ? clock(first.start, zone) : t("time.range", { from: clock(first.start, zone), to: clock(end, zone) })}
      {gaps > 0 && ` · ${t("sheet.gaps", { n: gaps, m: Math.ceil(away / 60_000) })}`}
    </p>
  );
}

/** What people said, with the recorded value that it stands beside. */
function Remarks({ client, zone }: { client: ClientPresence; zone: string }) {
  const by = (said: SaidAbout) => t("sheet.by", { name: said.by, time: moment(said.at, zone) });
  return (
    <>
      {client.correction !== null && (
        <p class="small soft">
          {t("sheet.recorded", { n: client.minutes_attended })} · {client.correction.reason} · {by(client.correction)}
        </p>
      )}
      {client.excuse !== null && (
        <p class="small soft">
          {client.excuse.reason} · {by(client.excuse)}
        </p>
      )}
    </>
  );
}

/** The facilitator's signature under what stands above. */
function Confirm({ session, zone, shown, changed }: SheetProps) {
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const confirm = async () => {
    setBusy(true);
    setCode(null);
    try {
      await attest(session);
      announce(t("sheet.confirmed_said"));
      changed();
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  const signed = shown.attested_by !== null && shown.attested_at !== null ? { name: shown.attested_by, time: moment(shown.attested_at, zone) } : null;
  return (
    <div class="stack tight sheet-sign">
      {shown.attested && signed !== null ? (
        <Notice data-testid="attested">
          <p>{t("sheet.confirmed", signed)}</p>
        </Notice>
      ) : (
        <Notice tone="warn">
          <p>{signed === null ? t("sheet.not_confirmed") : t("sheet.changed_since", signed)}</p>
        </Notice>
      )}
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
      {!shown.attested && shown.may_attest && (
        <div>
          <Button look="primary" icon="check" busy={busy} onClick={() => void confirm()} data-testid="attest">
            {t("sheet.confirm", { n: shown.clients.length })}
          </Button>
        </div>
      )}
    </div>
  );
}

interface SayProps {
  readonly session: string;
  readonly client: ClientPresence;
  readonly close: () => void;
  readonly done: () => void;
}

function Correct({ session, client, close, done }: SayProps) {
  const [minutes, setMinutes] = useState(String(client.minutes_counts));
  const whole = /^\d{1,4}$/.test(minutes.trim()) ? Number(minutes) : null;
  return (
    <Say
      title={t("sheet.correct_title", { name: client.legal_name || client.alias })}
      close={close}
      done={done}
      error={whole === null ? t("sheet.minutes_wrong") : null}
      send={(reason) => correct(session, client.person, whole, reason)}
      back={client.correction === null ? null : (reason) => correct(session, client.person, null, reason)}
    >
      {(error) => (
        <>
          <p>{t("sheet.correct_why", { n: client.minutes_attended })}</p>
          <Field
            label={t("sheet.minutes")}
            inputMode="numeric"
            value={minutes}
            error={error ?? undefined}
            onInput={(event) => setMinutes(event.currentTarget.value)}
            data-testid="correct-minutes"
          />
        </>
      )}
    </Say>
  );
}

function Excuse({ session, client, close, done }: SayProps) {
  const name = client.legal_name || client.alias;
  const back = client.excuse !== null;
  return (
    <Say
      title={back ? t("sheet.excuse_back_title", { name }) : t("sheet.excuse_title", { name })}
      close={close}
      done={done}
      error={null}
      send={(reason) => excuse(session, client.person, !back, reason)}
      back={null}
    >
      {() => <p>{t("sheet.excuse_why")}</p>}
    </Say>
  );
}

interface DialogOfReason {
  readonly title: string;
  readonly close: () => void;
  readonly done: () => void;
  /** What is wrong beside the reason. */
  readonly error: string | null;
  readonly send: (reason: string) => Promise<void>;
  /** Takes an earlier one back. */
  readonly back: ((reason: string) => Promise<void>) | null;
  readonly children: (error: string | null) => ComponentChildren;
}

/** Whatever is said about a row needs a reason. */
function Say({ title, close, done, error, send, back, children }: DialogOfReason) {
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const lacking = reason.trim() === "" ? t("sheet.reason_missing") : null;

  const attempt = async (say: (reason: string) => Promise<void>, wrong: string | null) => {
    setTried(true);
    if (lacking !== null || wrong !== null) return;
    setBusy(true);
    setCode(null);
    try {
      await say(reason.trim());
      announce(t("sheet.kept"));
      done();
    } catch (failure) {
      setCode(codeOf(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      closeLabel={t("close")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          {back !== null && (
            <Button busy={busy} onClick={() => void attempt(back, null)} data-testid="say-back">
              {t("sheet.take_back")}
            </Button>
          )}
          <Button look="primary" busy={busy} onClick={() => void attempt(send, error)} data-testid="say-do">
            {t("sheet.keep")}
          </Button>
        </>
      }
    >
      <div class="stack">
        {code !== null && (
          <Notice tone="bad" role="alert">
            {code === "malformed" ? t("sheet.too_many_minutes") : sentence(code)}
          </Notice>
        )}
        {children(tried ? error : null)}
        <Field
          kind="area"
          label={t("sheet.reason")}
          hint={t("sheet.reason_hint")}
          rows={2}
          maxLength={500}
          value={reason}
          error={(tried && lacking) || undefined}
          onInput={(event) => setReason(event.currentTarget.value)}
          data-testid="say-reason"
        />
      </div>
    </Dialog>
  );
}
