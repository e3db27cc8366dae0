/** How a client is reached, what they need, whom to call for them, and who supports them. */
import { useState } from "preact/hooks";

import { announce, Button, Check, Field, Icon } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { linkTo } from "../route.ts";
import { Failed } from "../State.tsx";
import { shortDay } from "../words/index.ts";
import { Ask } from "./Ask.tsx";
import { choices, client as read, saveSupporter } from "./door.ts";
import type { Choice, Client, Contact, Supporter, SupporterFacts } from "./door.ts";
import { FactsFields } from "./FactsFields.tsx";
import { changed, shown } from "./shown.ts";
import type { TabProps } from "./tabs.ts";
import { Undo } from "./Undo.tsx";
import { called, t, tongue } from "./words/index.ts";

export default function Contacts({ client: id }: TabProps) {
  const loaded = useLoad(`contacts ${id} ${shown.value}`, () => read(id));
  const offer = useLoad("choices", choices);
  const now = loaded.value;
  if (now === null) {
    return (
      <>
        <Failed loaded={loaded} />
        {loaded.code === null && <p class="soft">{t("loading")}</p>}
      </>
    );
  }
  return (
    <div class="stack">
      <Undo />
      <div class="columns">
        <Reached client={now} zone={offer.value?.zone ?? ""} />
        {now.needs !== null && <Needs client={now} offered={offer.value?.needs ?? []} />}
      </div>
      {now.emergency !== null && <Called client={now} />}
      <Supporters client={now} zones={offer.value?.zones ?? []} zone={offer.value?.zone ?? ""} />
    </div>
  );
}

function Reached({ client: { phone, email, language, zone: own, birth_date, reminders }, zone }: { client: Client; zone: string }) {
  const facts: [string, string][] = [
    [t("field.phone"), phone],
    [t("field.email"), email],
    [t("field.language"), language === "" ? t("field.language_none") : tongue(language)],
    [t("field.zone"), own === "" ? t("field.zone_none", { zone }) : own.replaceAll("_", " ")],
    [t("field.birth_date"), birth_date === null ? "" : shortDay(birth_date)],
    [t("field.reminders_short"), reminders ? t("yes") : t("no")],
  ];
  return (
    <section class="card stack" aria-labelledby="reached">
      <h2 id="reached">{t("contacts.reached")}</h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value === "" ? <span class="soft">{t("not_given")}</span> : value}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Needs({ client: { id, needs, may }, offered }: { client: Client; offered: readonly Choice[] }) {
  return (
    <section class="card stack" aria-labelledby="needs">
      <h2 id="needs">{t("form.needs")}</h2>
      {needs === null || needs.length === 0 ? (
        <p class="soft">
          {t("contacts.no_needs")} {may.includes("people.write") && <a href={linkTo("client", id, "edit")}>{t("contacts.add")}</a>}
        </p>
      ) : (
        <ul class="chips">
          {needs.map((code) => (
            <li key={code} class="chip">
              {called(offered, code)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Called({ client: { id, emergency, may } }: { client: Client }) {
  return (
    <section class="card stack" aria-labelledby="called">
      <h2 id="called">{t("form.emergency")}</h2>
      {emergency === null || emergency.length === 0 ? (
        <p class="soft">
          {t("contacts.no_emergency")} {may.includes("people.write") && <a href={linkTo("client", id, "edit")}>{t("contacts.add")}</a>}
        </p>
      ) : (
        <ul class="cards">
          {emergency.map((one, number) => (
            <Card key={number} contact={one} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Card({ contact: { place, address, name, relation, phone, local_emergency } }: { contact: Contact }) {
  return (
    <li class="sub">
      <h3>{place === "" ? t("contact.anywhere") : place}</h3>
      {address !== "" && <p class="soft small">{address}</p>}
      <p>
        {name}
        {relation !== "" && <span class="soft"> · {relation}</span>}
      </p>
      <p>
        <a class="tel" href={`tel:${phone.replace(/[^0-9+]/g, "")}`}>
          <Icon name="phone" /> {phone}
        </a>
      </p>
      {local_emergency !== "" && <p class="small">{t("contact.local_is", { phone: local_emergency })}</p>}
    </li>
  );
}

function Supporters({ client: { id, supporters, may }, zones, zone }: { client: Client; zones: readonly string[]; zone: string }) {
  const [asking, setAsking] = useState<Supporter | "new" | null>(null);
  const write = may.includes("people.write");
  return (
    <section class="card stack" aria-labelledby="supporters">
      <div class="row between">
        <div>
          <h2 id="supporters">{t("supporters.title")}</h2>
          <p class="soft small">{t("supporters.hint")}</p>
        </div>
        {write && (
          <Button onClick={() => setAsking("new")} data-testid="add-supporter">
            {t("supporters.add")}
          </Button>
        )}
      </div>
      {supporters.length === 0 ? (
        <p class="soft">{t("supporters.none")}</p>
      ) : (
        <ul class="cards">
          {supporters.map((one) => (
            <li key={one.id} class="sub" data-active={one.active}>
              <h3>
                {one.alias} <span class="soft legal">{one.legal_name}</span>
              </h3>
              <p class="soft small">{[one.relationship, one.active ? "" : t("supporters.inactive")].filter((word) => word !== "").join(" · ")}</p>
              {one.phone !== "" && <p>{one.phone}</p>}
              {one.email !== "" && <p>{one.email}</p>}
              {write && (
                <Button look="plain" onClick={() => setAsking(one)}>
                  {t("supporters.edit")}
                  <span class="unseen">: {one.alias}</span>
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {asking !== null && <SupporterDialog client={id} known={asking === "new" ? null : asking} zones={zones} zone={zone} close={() => setAsking(null)} />}
    </section>
  );
}

const NOBODY: SupporterFacts = { legal_name: "", alias: "", pronouns: "", email: "", phone: "", language: "", zone: "", reminders: true, relationship: "", active: true };

function factsOf({ legal_name, alias, pronouns, email, phone, language, zone, reminders, relationship, active }: Supporter): SupporterFacts {
  return { legal_name, alias, pronouns, email, phone, language, zone, reminders, relationship, active };
}

interface SupporterDialogProps {
  readonly client: string;
  readonly known: Supporter | null;
  readonly zones: readonly string[];
  readonly zone: string;
  readonly close: () => void;
}

function SupporterDialog({ client: id, known, zones, zone, close }: SupporterDialogProps) {
  const [facts, setFacts] = useState<SupporterFacts>(known === null ? NOBODY : factsOf(known));
  const put = (part: Partial<SupporterFacts>) => setFacts({ ...facts, ...part });
  const send = async () => {
    await saveSupporter(id, known, facts);
    announce(t("form.kept"));
    changed();
    close();
  };
  const missing = (["legal_name", "alias"] as const).filter((name) => facts[name].trim() === "");
  return (
    <Ask title={known === null ? t("supporters.add") : known.alias} action={t("form.save")} close={close} send={send} missing={missing}>
      {(error) => (
        <>
          <FactsFields facts={facts} put={put} error={error} zones={zones} zone={zone}>
            <Field label={t("supporters.relationship")} hint={t("supporters.relationship_hint")} value={facts.relationship} maxLength={60} error={error("relationship")} onInput={(event) => put({ relationship: event.currentTarget.value })} data-testid="relationship" />
          </FactsFields>
          {known !== null && <Check label={t("supporters.active")} checked={facts.active} onChange={(active) => put({ active })} />}
        </>
      )}
    </Ask>
  );
}
