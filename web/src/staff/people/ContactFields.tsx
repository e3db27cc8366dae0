/** One person to call, and the place for which that is right. */
import { Button, Field } from "../../ui/index.ts";
import type { Contact } from "./door.ts";
import { t } from "./words/index.ts";

export const NO_CONTACT: Contact = { place: "", address: "", name: "", relation: "", phone: "", local_emergency: "" };

export interface ContactFieldsProps {
  readonly number: number;
  readonly contact: Contact;
  readonly put: (contact: Contact) => void;
  readonly remove: () => void;
}

export function ContactFields({ number, contact, put, remove }: ContactFieldsProps) {
  const typed = (name: keyof Contact) => ({
    value: contact[name],
    autoComplete: "off",
    onInput: (event: { currentTarget: { value: string } }) => put({ ...contact, [name]: event.currentTarget.value }),
    "data-testid": `${name}-${number}`,
  });
  return (
    <fieldset class="contact">
      <legend class="legend">{contact.place === "" ? t("contact.number", { n: number }) : contact.place}</legend>
      <div class="fields">
        <Field label={t("contact.place")} hint={t("contact.place_hint")} maxLength={60} {...typed("place")} />
        <Field label={t("contact.address")} maxLength={300} {...typed("address")} />
        <Field label={t("contact.name")} required maxLength={120} {...typed("name")} />
        <Field label={t("contact.relation")} maxLength={60} {...typed("relation")} />
        <Field label={t("contact.phone")} required type="tel" maxLength={32} {...typed("phone")} />
        <Field label={t("contact.local")} hint={t("contact.local_hint")} type="tel" maxLength={32} {...typed("local_emergency")} />
      </div>
      <div>
        <Button look="plain" onClick={remove}>
          {t("contact.remove")}
          <span class="unseen">: {contact.name}</span>
        </Button>
      </div>
    </fieldset>
  );
}
