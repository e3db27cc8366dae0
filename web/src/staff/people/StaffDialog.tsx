/** The record of a member of staff, and how they sign in. Whoever is set inactive is signed out at once. */
import { useState } from "preact/hooks";

import { announce, Check, Field } from "../../ui/index.ts";
import { me } from "../api.ts";
import { Ask } from "./Ask.tsx";
import { saveStaff } from "./door.ts";
import type { Choices, Staff, StaffFacts } from "./door.ts";
import { FactsFields } from "./FactsFields.tsx";
import { undoable } from "./Undo.tsx";
import { t } from "./words/index.ts";

const ROLES = ["counsellor", "facilitator", "intern", "observer", "peer_support", "case_manager", "biller", "supervisor", "director", "compliance", "admin"] as const;

export interface StaffDialogProps {
  readonly known: Staff | null;
  readonly lists: Choices;
  readonly close: () => void;
  readonly done: () => void;
}

function factsOf(known: Staff | null): StaffFacts {
  const contact = known?.contact ?? null;
  return {
    legal_name: known?.legal_name ?? "",
    alias: known?.alias ?? "",
    pronouns: known?.pronouns ?? "",
    email: contact?.email ?? "",
    phone: contact?.phone ?? "",
    language: contact?.language ?? "",
    zone: contact?.zone ?? "",
    reminders: contact?.reminders ?? true,
    credential: known?.credential ?? "",
    npi: known?.npi ?? "",
    licensed_states: known?.licensed_states ?? [],
    supervisor: known === null || known.supervisor === "" ? null : known.supervisor,
    active: known?.active ?? true,
    sign_in: null,
  };
}

export function StaffDialog({ known, lists, close, done }: StaffDialogProps) {
  const [facts, setFacts] = useState<StaffFacts>(factsOf(known));
  const [name, setName] = useState(known?.contact?.sign_in ?? "");
  const [role, setRole] = useState(known?.role ?? "");
  const [password, setPassword] = useState("");
  const [states, setStates] = useState(facts.licensed_states.join(" "));
  const put = (part: Partial<StaffFacts>) => setFacts({ ...facts, ...part });
  const signs = known?.contact?.sign_in !== undefined && known.contact.sign_in !== "";
  const wants = name.trim() !== "" && role !== "";
  const changes = wants && (!signs || role !== known?.role || password !== "");
  const missing = [
    ...(["legal_name", "alias"] as const).filter((field) => facts[field].trim() === ""),
    ...(name.trim() !== "" && role === "" ? ["role"] : []),
    ...(password !== "" && name.trim() === "" ? ["sign_in"] : []),
    ...(wants && !signs && [...password].length < 12 ? ["password"] : []),
  ];
  const send = async () => {
    const licensed_states = states.toUpperCase().split(/[\s,;]+/).filter((state) => state !== "");
    const kept = await saveStaff(known, { ...facts, licensed_states, sign_in: changes ? { name: name.trim(), role, password } : null });
    announce(t("form.kept"));
    if (known !== null && kept.revision !== known.revision) {
      undoable(t("form.kept"), async () => {
        await saveStaff(kept, factsOf(known));
        done();
      });
    }
    done();
  };
  return (
    <Ask title={known === null ? t("staff.new") : known.legal_name} action={t("form.save")} close={close} send={send} missing={missing}>
      {(error) => (
        <>
          <FactsFields facts={facts} put={put} error={error} zones={lists.zones} zone={lists.zone}>
            <Field label={t("field.credential")} hint={t("field.credential_hint")} value={facts.credential} maxLength={60} error={error("credential")} onInput={(event) => put({ credential: event.currentTarget.value })} data-testid="credential" />
            <Field label={t("field.npi")} inputMode="numeric" value={facts.npi} maxLength={10} autoComplete="off" error={error("npi")} onInput={(event) => put({ npi: event.currentTarget.value.trim() })} data-testid="npi" />
            <Field label={t("field.states")} hint={t("field.states_hint")} value={states} maxLength={200} error={error("licensed_states")} onInput={(event) => setStates(event.currentTarget.value)} data-testid="states" />
            <Field kind="select" label={t("field.supervisor")} value={facts.supervisor ?? ""} error={error("supervisor")} onChange={(event) => put({ supervisor: event.currentTarget.value || null })}>
              <option value="">{t("filter.nobody")}</option>
              {lists.staff
                .filter((one) => one.id !== known?.id)
                .map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
            </Field>
          </FactsFields>
          <fieldset class="contact">
            <legend class="legend">{t("staff.sign_in")}</legend>
            <p class="soft small">{signs ? t("staff.sign_in_kept") : t("staff.sign_in_hint")}</p>
            <div class="fields">
              <Field label={t("field.sign_in")} value={name} readOnly={signs} maxLength={200} autoComplete="off" error={error("sign_in")} onInput={(event) => setName(event.currentTarget.value)} data-testid="sign-in" />
              <Field kind="select" label={t("field.role")} value={role} error={error("role")} onChange={(event) => setRole(event.currentTarget.value)} data-testid="role">
                <option value="">{t("choose")}</option>
                {ROLES.map((one) => (
                  <option key={one} value={one}>
                    {t(`role.${one}`)}
                  </option>
                ))}
              </Field>
              <Field label={signs ? t("field.new_password") : t("field.password")} hint={t("field.password_hint")} type="password" value={password} maxLength={256} autoComplete="new-password" error={error("password")} onInput={(event) => setPassword(event.currentTarget.value)} data-testid="password" />
            </div>
          </fieldset>
          {known !== null && known.id !== me.value?.person && <Check label={t("staff.active")} checked={facts.active} onChange={(active) => put({ active })} data-testid="active" />}
        </>
      )}
    </Ask>
  );
}
