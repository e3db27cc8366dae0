/** Facts of the programme: what the server was started with, and those that are chosen here. */
import { useState } from "preact/hooks";

import { announce, Button, Field, Notice } from "../../ui/index.ts";
import { codeOf, fieldOf } from "../api.ts";
import { asHours, sentence } from "../words/index.ts";
import { choose } from "./door.ts";
import type { Settings } from "./door.ts";
import { t } from "./words/index.ts";

export function ProgrammeFacts({ settings: { programme, may_write: writes }, changed }: { settings: Settings; changed: () => void }) {
  const level = t("level.value", { code: programme.level.code, time: asHours(programme.level.week_minutes) });
  return (
    <>
      <section class="card stack" aria-labelledby="facts-title">
        <h2 id="facts-title">{t("facts")}</h2>
        <dl class="facts">
          <dt>{t("office")}</dt>
          <dd>{programme.office}</dd>
          <dt>{t("zone")}</dt>
          <dd>{programme.zone}</dd>
          <dt>{t("level")}</dt>
          <dd>{level}</dd>
          <dt>{t("payers")}</dt>
          <dd>{programme.payers.length === 0 ? t("payers.none") : programme.payers.join(", ")}</dd>
          <dt>{t("reminders")}</dt>
          <dd>
            {programme.reminders === "none" ? t("reminders.none") : programme.reminders}
            {programme.via === "log" && <span class="soft"> · {t("reminders.log")}</span>}
          </dd>
          <dt>{t("glass")}</dt>
          <dd>{t("glass.minutes", { n: programme.break_glass_minutes })}</dd>
        </dl>
        <p class="soft small">{t("facts.why")}</p>
      </section>
      {writes ? (
        <Chosen key={`${programme.caps} ${programme.facility_npi} ${programme.crisis_phone}`} programme={programme} changed={changed} />
      ) : (
        <section class="card stack" aria-labelledby="chosen-title">
          <h2 id="chosen-title">{t("chosen")}</h2>
          <dl class="facts">
            <dt>{t("npi")}</dt>
            <dd>{programme.facility_npi || t("npi.none")}</dd>
            <dt>{t("caps")}</dt>
            <dd>{programme.caps || t("caps.none")}</dd>
            <dt>{t("on_call")}</dt>
            <dd>{programme.crisis_phone || t("on_call.none")}</dd>
          </dl>
        </section>
      )}
    </>
  );
}

function Chosen({ programme, changed }: { programme: Settings["programme"]; changed: () => void }) {
  const [npi, setNpi] = useState(programme.facility_npi);
  const [caps, setCaps] = useState(programme.caps);
  const [phone, setPhone] = useState(programme.crisis_phone);
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const [field, setField] = useState<string | null>(null);
  const keep = async () => {
    setBusy(true);
    setCode(null);
    setField(null);
    try {
      await choose({ facility_npi: npi.trim(), caps, crisis_phone: phone.trim() });
      announce(t("kept"));
      changed();
    } catch (error) {
      setField(fieldOf(error));
      if (fieldOf(error) === null) setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="card stack"
      aria-labelledby="chosen-title"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <h2 id="chosen-title">{t("chosen")}</h2>
      <p class="soft small">{t("chosen.why")}</p>
      <Field
        label={t("npi")}
        hint={t("npi.hint")}
        inputMode="numeric"
        maxLength={10}
        value={npi}
        error={field === "facility_npi" ? t("npi.wrong") : undefined}
        onInput={(event) => setNpi(event.currentTarget.value)}
        data-testid="facility-npi"
      />
      <Field kind="select" label={t("caps")} hint={t("caps.hint")} value={caps} onChange={(event) => setCaps(event.currentTarget.value)} data-testid="caps">
        <option value="">{t("caps.none")}</option>
        {programme.caps_choices.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Field>
      <Field
        label={t("on_call")}
        hint={t("on_call.hint")}
        type="tel"
        autoComplete="off"
        maxLength={32}
        value={phone}
        error={field === "crisis_phone" ? t("on_call.wrong") : undefined}
        onInput={(event) => setPhone(event.currentTarget.value)}
        data-testid="crisis-phone"
      />
      {code !== null && (
        <Notice tone="bad" role="alert">
          {sentence(code)}
        </Notice>
      )}
      <div>
        <Button look="primary" type="submit" busy={busy} data-testid="keep-facts">
          {t("keep")}
        </Button>
      </div>
    </form>
  );
}
