/** A client's consents: how they stand, what was signed, what is prepared; recording what happened away from a screen. */
import { useState } from "preact/hooks";

import { HttpError } from "../../core/http.ts";
import { when } from "../../text/catalogue.ts";
import { Button, Check, Dialog, Field, Icon, Notice } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { consents, makeOffer, resetDoor, revoke, signedText, withdraw, witness } from "./door.ts";
import type { ClientConsents, NewOffer, Signed, Standing, TextShown } from "./door.ts";
import { known, load, t } from "./words/index.ts";
import "./agreements.css";

await load();

const day = (at: number) => when(at, { dateStyle: "medium" });
const kindName = (kind: string) => known("kind", kind, "kind.unknown");

type Open =
  | { readonly what: "record"; readonly standing: Standing; readonly text: TextShown }
  | { readonly what: "offer"; readonly standing: Standing }
  | { readonly what: "revoke"; readonly id: string }
  | { readonly what: "text"; readonly text: TextShown }
  | { readonly what: "reset" };

export default function Consents({ client }: { readonly client: string }) {
  const loaded = useLoad(`consents ${client}`, () => consents(client));
  const [open, setOpen] = useState<Open | null>(null);
  const [wrong, setWrong] = useState(false);
  const all = loaded.value;

  async function act(work: Promise<unknown>): Promise<void> {
    setWrong(false);
    setOpen(null);
    try {
      await work;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      setWrong(true);
    }
    loaded.again();
  }

  return (
    <div class="stack consents" data-testid="consents">
      <Failed loaded={loaded} />
      {all === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
      {wrong && (
        <Notice tone="bad" role="alert">
          {t("wrong_other")}
        </Notice>
      )}
      {all !== null && (
        <>
          <Kinds all={all} open={setOpen} />
          <SignedList all={all} open={setOpen} show={(id) => void signedText(client, id).then((text) => setOpen({ what: "text", text }), () => setWrong(true))} />
          <section class="card stack" aria-labelledby="door-title">
            <h2 id="door-title">{t("door")}</h2>
            <p>{!all.pin ? t("door_none") : all.passkeys > 0 ? t("door_passkeys", { n: all.passkeys }) : t("door_pin")}</p>
            {all.pin && (
              <div>
                <Button onClick={() => setOpen({ what: "reset" })} data-testid="door-reset">
                  {t("door_reset")}
                </Button>
              </div>
            )}
          </section>
          {all.offers.length > 0 && <Offers all={all} drop={(id) => void act(withdraw(client, id))} />}
        </>
      )}
      {open?.what === "text" && (
        <Dialog title={open.text.title} closeLabel={t("close")} onClose={() => setOpen(null)}>
          <div class="agreed-text" lang={open.text.language} tabIndex={0} role="group" aria-label={open.text.title}>
            {open.text.body.split(/\n\s*\n/).map((paragraph, index) => (
              <p key={index}>{paragraph}</p>
            ))}
          </div>
        </Dialog>
      )}
      {open?.what === "revoke" && (
        <Sure title={t("take_back_title")} what={t("take_back_what")} yes={t("take_back_do")} close={() => setOpen(null)} done={() => void act(revoke(client, open.id))} />
      )}
      {open?.what === "reset" && (
        <Sure title={t("door_reset_title")} what={t("door_reset_what")} yes={t("door_reset")} close={() => setOpen(null)} done={() => void act(resetDoor(client))} />
      )}
      {open?.what === "record" && (
        <Record
          standing={open.standing}
          close={() => setOpen(null)}
          done={(how, name) =>
            void act(witness(client, { kind: open.text.kind, language: open.text.language, hash: open.text.hash, typed_name: name, how }))
          }
        />
      )}
      {open?.what === "offer" && <Prepare standing={open.standing} close={() => setOpen(null)} done={(offer) => void act(makeOffer(client, offer))} />}
    </div>
  );
}

function Kinds({ all, open }: { all: ClientConsents; open: (what: Open) => void }) {
  return (
    <section class="card stack" aria-labelledby="standing-title">
      <h2 id="standing-title">{t("standing")}</h2>
      <ul class="lines">
        {all.kinds.map((one) => (
          <li key={one.kind} data-testid={`standing-${one.kind}`}>
            <strong>{kindName(one.kind)}</strong>
            <span class="chip" data-lack={one.published === 0 ? "unpublished" : one.lack || "none"}>
              {one.published === 0 ? t("lack.unpublished") : t(`lack.${one.lack}`)}
            </span>
            {one.published > 0 && one.needs_offer && (
              <Button onClick={() => open({ what: "offer", standing: one })} data-testid={`offer-${one.kind}`}>
                {t("offer")}
                <span class="unseen">: {kindName(one.kind)}</span>
              </Button>
            )}
            {one.text !== null && one.lack !== "" && (
              <Button onClick={() => one.text && open({ what: "record", standing: one, text: one.text })} data-testid={`record-${one.kind}`}>
                {t("record")}
                <span class="unseen">: {kindName(one.kind)}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function told(one: Signed, names: ClientConsents["names"]): string {
  return t(`how.${one.how}`, { day: day(one.at), name: one.typed_name, by: names[one.by] ?? "" });
}

function SignedList({ all, open, show }: { all: ClientConsents; open: (what: Open) => void; show: (id: string) => void }) {
  return (
    <section class="card stack" aria-labelledby="signed-title">
      <h2 id="signed-title">{t("signatures")}</h2>
      {all.signatures.length === 0 && all.consents.length === 0 && <p class="soft">{t("signatures_none")}</p>}
      <ul class="lines">
        {all.signatures.map((one) => (
          <li key={one.id} data-off={one.revoked !== null || undefined}>
            <div>
              <strong>
                {kindName(one.kind)} <span class="soft small">{t("version", { n: one.version })}</span>
              </strong>
              {one.recipient && <span class="small">{t("to", { recipient: one.recipient })}</span>}
              <span class="soft small">{told(one, all.names)}</span>
              {one.revoked !== null && <span class="small">{t("taken_back", { day: day(one.revoked) })}</span>}
            </div>
            <Button look="plain" onClick={() => show(one.id)}>
              {t("show")}
              <span class="unseen">: {kindName(one.kind)}</span>
            </Button>
            {one.revoked === null && <TakeBack kind={kindName(one.kind)} open={() => open({ what: "revoke", id: one.id })} />}
          </li>
        ))}
        {all.consents.map((one) => (
          <li key={one.id} data-off={one.revoked !== null || undefined}>
            <div>
              <strong>{one.recipient || kindName(one.kind)}</strong>
              <span class="soft small">
                {t("other")} · {day(one.signed)} · {one.purposes.map((purpose) => known("purpose", purpose, "purpose.unknown")).join(", ")}
              </span>
              {one.revoked !== null && <span class="small">{t("taken_back", { day: day(one.revoked) })}</span>}
            </div>
            {one.revoked === null && <TakeBack kind={one.recipient || kindName(one.kind)} open={() => open({ what: "revoke", id: one.id })} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function TakeBack({ kind, open }: { kind: string; open: () => void }) {
  return (
    <Button look="plain" onClick={open}>
      {t("take_back")}
      <span class="unseen">: {kind}</span>
    </Button>
  );
}

function Offers({ all, drop }: { all: ClientConsents; drop: (id: string) => void }) {
  return (
    <section class="card stack" aria-labelledby="offers-title" data-testid="offers">
      <h2 id="offers-title">{t("offers")}</h2>
      <ul class="lines">
        {all.offers.map((one) => (
          <li key={one.id}>
            <div>
              <strong>{kindName(one.kind)}</strong>
              <span class="small">{t("to", { recipient: one.recipient_name })}</span>
              <span class="soft small">
                {one.covers.map((matter) => known("matter", matter, "matter.unknown")).join(", ")} · {one.expires === null ? one.expires_event : t("offers_until", { day: day(one.expires - 1) })}
              </span>
            </div>
            <Button look="plain" onClick={() => drop(one.id)}>
              {t("offer_withdraw")}
              <span class="unseen">: {kindName(one.kind)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sure({ title, what, yes, close, done }: { title: string; what: string; yes: string; close: () => void; done: () => void }) {
  return (
    <Dialog
      title={title}
      closeLabel={t("close")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button look="danger" onClick={done} data-testid="sure">
            {yes}
          </Button>
        </>
      }
    >
      <p>{what}</p>
    </Dialog>
  );
}

function Record({ standing, close, done }: { standing: Standing; close: () => void; done: (how: "paper" | "spoken", name: string) => void }) {
  const [how, setHow] = useState<"paper" | "spoken">("paper");
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const send = () => {
    setTried(true);
    if (name.trim()) done(how, name.trim());
  };
  return (
    <Dialog
      title={`${t("record_title")}: ${kindName(standing.kind)}`}
      closeLabel={t("close")}
      onClose={close}
      data-testid="record-dialog"
      footer={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button look="primary" onClick={send} data-testid="record-do">
            {t("record_do")}
          </Button>
        </>
      }
    >
      <div class="stack">
        <fieldset class="stack tight">
          <legend class="legend">{t("record_how")}</legend>
          {(standing.spoken ? (["paper", "spoken"] as const) : (["paper"] as const)).map((one) => (
            <label key={one} class="check">
              <input type="radio" name="how" checked={how === one} onChange={() => setHow(one)} />
              <span>{t(`record_${one}`)}</span>
            </label>
          ))}
        </fieldset>
        <Field label={t("record_name")} name="typed-name" maxLength={120} autoComplete="off" value={name} error={tried && !name.trim() ? t("name_missing") : undefined} onInput={(event) => setName(event.currentTarget.value)} />
      </div>
    </Dialog>
  );
}

const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;
const PURPOSES = ["treatment", "payment", "operations", "audit"] as const;
const MATTERS = ["attendance", "notes"] as const;

function Prepare({ standing, close, done }: { standing: Standing; close: () => void; done: (offer: NewOffer) => void }) {
  const [offer, setOffer] = useState<NewOffer>({ kind: standing.kind, recipient: "", recipient_name: "", purposes: [], covers: ["attendance"], until: "", until_event: "" });
  const [tried, setTried] = useState(false);
  const notes = standing.kind === "counselling_notes";
  const ends = offer.until !== "" || offer.until_event.trim() !== "";
  const fits = CODE.test(offer.recipient) && offer.recipient_name.trim() !== "" && ends && (!notes || offer.purposes.length > 0) && offer.covers.length > 0;
  const toggle = (list: readonly string[], one: string, on: boolean) => (on ? [...list, one] : list.filter((other) => other !== one));
  const send = () => {
    setTried(true);
    if (fits) done({ ...offer, until_event: offer.until ? "" : offer.until_event });
  };
  return (
    <Dialog
      title={`${t("offer_title")}: ${kindName(standing.kind)}`}
      closeLabel={t("close")}
      onClose={close}
      data-testid="offer-dialog"
      footer={
        <>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button look="primary" onClick={send} data-testid="offer-do">
            {t("offer_do")}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p class="soft">
          <Icon name="info" /> {t("offer_lead")}
        </p>
        <Field label={t("offer_name")} name="recipient-name" maxLength={120} value={offer.recipient_name} error={tried && !offer.recipient_name.trim() ? t("name_missing") : undefined} onInput={(event) => setOffer({ ...offer, recipient_name: event.currentTarget.value })} />
        <Field label={t("offer_code")} hint={t("offer_code_hint")} name="recipient" maxLength={63} autoComplete="off" spellcheck={false} value={offer.recipient} error={tried && !CODE.test(offer.recipient) ? t("offer_code_wrong") : undefined} onInput={(event) => setOffer({ ...offer, recipient: event.currentTarget.value })} />
        {notes && (
          <fieldset class="stack tight">
            <legend class="legend">{t("offer_purposes")}</legend>
            {PURPOSES.map((one) => (
              <Check key={one} label={t(`purpose.${one}`)} checked={offer.purposes.includes(one)} onChange={(on) => setOffer({ ...offer, purposes: toggle(offer.purposes, one, on) })} />
            ))}
            {tried && offer.purposes.length === 0 && <p class="error">{t("offer_choose")}</p>}
          </fieldset>
        )}
        {!notes && (
          <fieldset class="stack tight">
            <legend class="legend">{t("offer_covers")}</legend>
            {MATTERS.map((one) => (
              <Check key={one} label={t(`matter.${one}`)} checked={offer.covers.includes(one)} onChange={(on) => setOffer({ ...offer, covers: toggle(offer.covers, one, on) })} />
            ))}
            {tried && offer.covers.length === 0 && <p class="error">{t("offer_choose")}</p>}
          </fieldset>
        )}
        <Field label={t("offer_until")} type="date" name="until" value={offer.until} error={tried && !ends ? t("offer_end_missing") : undefined} onInput={(event) => setOffer({ ...offer, until: event.currentTarget.value })} />
        {offer.until === "" && <Field label={t("offer_event")} hint={t("offer_event_hint")} name="until-event" maxLength={120} value={offer.until_event} onInput={(event) => setOffer({ ...offer, until_event: event.currentTarget.value })} />}
      </div>
    </Dialog>
  );
}
