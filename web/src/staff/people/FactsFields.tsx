/** The fields that a record of anybody has: names, contacts, language, time zone. */
import type { ComponentChildren } from "preact";

import { Field } from "../../ui/index.ts";
import type { Facts } from "./door.ts";
import { t, tongue } from "./words/index.ts";

/** Languages that messages are written in, and those of the interpreters that are asked for most. */
export const LANGUAGES = ["en", "es", "zh", "vi", "ko", "tl", "ru", "ar", "fr", "ht", "pt", "so"] as const;

export interface FactsFieldsProps {
  readonly facts: Facts;
  readonly put: (part: Partial<Facts>) => void;
  readonly error: (field: string) => string | undefined;
  readonly zones: readonly string[];
  /** The facility's. */
  readonly zone: string;
  readonly children?: ComponentChildren;
}

export function FactsFields({ facts, put, error, zones, zone, children }: FactsFieldsProps) {
  const typed = (name: "legal_name" | "alias" | "pronouns" | "email" | "phone") => ({
    value: facts[name],
    error: error(name),
    onInput: (event: { currentTarget: { value: string } }) => put({ [name]: event.currentTarget.value }),
    "data-testid": name,
  });
  return (
    <div class="fields">
      <Field label={t("field.legal_name")} required maxLength={120} autoComplete="off" {...typed("legal_name")} />
      <Field label={t("field.alias")} hint={t("field.alias_hint")} required maxLength={120} autoComplete="off" {...typed("alias")} />
      <Field label={t("field.pronouns")} maxLength={60} autoComplete="off" {...typed("pronouns")} />
      {children}
      <Field label={t("field.phone")} type="tel" maxLength={32} autoComplete="off" {...typed("phone")} />
      <Field label={t("field.email")} type="email" maxLength={254} autoComplete="off" {...typed("email")} />
      <Field kind="select" label={t("field.language")} value={facts.language} error={error("language")} onChange={(event) => put({ language: event.currentTarget.value })}>
        <option value="">{t("field.language_none")}</option>
        {[...new Set([...LANGUAGES, facts.language])]
          .filter((code) => code !== "")
          .map((code) => (
            <option key={code} value={code}>
              {tongue(code)}
            </option>
          ))}
      </Field>
      <Field kind="select" label={t("field.zone")} value={facts.zone} error={error("zone")} onChange={(event) => put({ zone: event.currentTarget.value })}>
        <option value="">{t("field.zone_none", { zone })}</option>
        {[...new Set([...zones, facts.zone])]
          .filter((name) => name !== "")
          .map((name) => (
            <option key={name} value={name}>
              {name.replaceAll("_", " ")}
            </option>
          ))}
      </Field>
    </div>
  );
}
