/**
 * The record of a client: taken in, or changed. A name and an alias are enough. What the server refuses is pointed at in
 * the form; if somebody else was faster, nothing typed is lost, and saving again takes theirs as the one that is changed.
 */
import { useRef, useState } from "preact/hooks";

import { announce, Button, Check, Field, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { useLoad } from "../load.ts";
import { linkTo } from "../route.ts";
import { sentence } from "../words/index.ts";
import { ContactFields, NO_CONTACT } from "./ContactFields.tsx";
import { choices, client, saveClient, takeIn, wrongFields } from "./door.ts";
import type { Client, ClientFacts, Contact } from "./door.ts";
import { FactsFields } from "./FactsFields.tsx";
import { NeedsFields } from "./NeedsFields.tsx";
import { changed } from "./shown.ts";
import { undoable } from "./Undo.tsx";
import { fault, t } from "./words/index.ts";

export const NEW: ClientFacts = {
  legal_name: "",
  alias: "",
  pronouns: "",
  email: "",
  phone: "",
  language: "",
  zone: "",
  reminders: true,
  birth_date: null,
  mrn: "",
  needs: [],
  emergency: [],
};

/** What of a client a form sends. */
export function factsOf(known: Client): ClientFacts {
  const { legal_name, alias, pronouns, email, phone, language, zone, reminders, birth_date, mrn, needs, emergency } = known;
  return { legal_name, alias, pronouns, email, phone, language, zone, reminders, birth_date, mrn, needs, emergency };
}

export function ClientForm({ known }: { known: Client | null }) {
  const offer = useLoad("choices", choices);
  const [facts, setFacts] = useState<ClientFacts>(known === null ? NEW : factsOf(known));
  const [revision, setRevision] = useState(known?.revision ?? 0);
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const put = (part: Partial<ClientFacts>) => setFacts({ ...facts, ...part });
  const error = (field: string) => (wrong.includes(field) ? fault(field) : undefined);
  const back = known === null ? linkTo("clients") : linkTo("client", known.id);

  const send = async () => {
    const missing = (["legal_name", "alias"] as const).filter((name) => facts[name].trim() === "");
    setWrong(missing);
    setCode(null);
    if (missing.length > 0) return pointAt(form.current);
    setBusy(true);
    try {
      const kept = known === null ? await takeIn(facts) : await saveClient(known.id, revision, facts);
      announce(t("form.kept"));
      if (known !== null && kept.revision !== known.revision) {
        undoable(t("form.kept"), async () => {
          await saveClient(kept.id, kept.revision, factsOf(known));
          changed();
        });
      }
      changed();
      location.hash = linkTo("client", kept.id);
    } catch (failure) {
      setBusy(false);
      const fields = wrongFields(failure);
      setWrong(fields);
      setCode(codeOf(failure));
      if (codeOf(failure) === "stale" && known !== null) await client(known.id).then((now) => setRevision(now.revision), () => undefined);
      pointAt(form.current);
    }
    return undefined;
  };

  return (
    <form
      class="stack form"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h1 tabIndex={-1}>{known === null ? t("form.new") : t("form.change", { alias: known.alias })}</h1>
      {code !== null && (
        <Notice tone="bad" role="alert">
          <p>{wrong.length > 0 ? t("form.refused") : code === "stale" ? t("form.stale") : sentence(code)}</p>
        </Notice>
      )}
      <section class="card stack" aria-labelledby="form-who">
        <h2 id="form-who">{t("form.who")}</h2>
        <FactsFields facts={facts} put={put} error={error} zones={offer.value?.zones ?? []} zone={offer.value?.zone ?? ""}>
          <Field label={t("field.birth_date")} type="date" value={facts.birth_date ?? ""} error={error("birth_date")} onChange={(event) => put({ birth_date: event.currentTarget.value || null })} data-testid="birth-date" />
          <Field label={t("field.mrn")} hint={t("field.mrn_hint")} value={facts.mrn} maxLength={60} autoComplete="off" error={error("mrn")} onInput={(event) => put({ mrn: event.currentTarget.value })} data-testid="mrn" />
        </FactsFields>
        <Check label={t("field.reminders")} checked={facts.reminders} onChange={(reminders) => put({ reminders })} />
      </section>
      {facts.needs !== null && (
        <section class="card stack" aria-labelledby="form-needs">
          <h2 id="form-needs">{t("form.needs")}</h2>
          <NeedsFields needs={facts.needs} offered={offer.value?.needs ?? []} put={(needs) => put({ needs })} error={error("needs")} />
        </section>
      )}
      {facts.emergency !== null && <Emergency contacts={facts.emergency} put={(emergency) => put({ emergency })} error={error("emergency")} />}
      <div class="row">
        <Button look="primary" type="submit" busy={busy} data-testid="save-client">
          {known === null ? t("form.take_in") : t("form.save")}
        </Button>
        <a class="button" data-look="plain" href={back}>
          {t("form.cancel")}
        </a>
      </div>
    </form>
  );
}

function Emergency({ contacts, put, error }: { contacts: readonly Contact[]; put: (contacts: readonly Contact[]) => void; error: string | undefined }) {
  return (
    <section class="card stack" aria-labelledby="form-emergency" data-field="emergency">
      <div>
        <h2 id="form-emergency">{t("form.emergency")}</h2>
        <p class="soft small">{t("form.emergency_hint")}</p>
      </div>
      {error !== undefined && (
        <Notice tone="bad" role="alert">
          <p>{error}</p>
        </Notice>
      )}
      {contacts.map((contact, number) => (
        <ContactFields
          key={number}
          number={number + 1}
          contact={contact}
          put={(now) => put(contacts.map((one, place) => (place === number ? now : one)))}
          remove={() => put(contacts.filter((_, place) => place !== number))}
        />
      ))}
      {contacts.length < 10 && (
        <div>
          <Button onClick={() => put([...contacts, NO_CONTACT])} data-testid="add-contact">
            {t("form.add_contact")}
          </Button>
        </div>
      )}
    </section>
  );
}

/** The first thing that is wrong gets the focus once it is drawn. */
export function pointAt(form: HTMLElement | null): void {
  requestAnimationFrame(() => {
    const first = form?.querySelector<HTMLElement>('[aria-invalid="true"]') ?? form?.querySelector<HTMLElement>('[role="alert"]');
    first?.focus();
    first?.scrollIntoView({ block: "center" });
  });
}
