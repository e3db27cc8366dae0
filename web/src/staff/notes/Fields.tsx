/** The fields of one section, to write in. Used for drafts, addenda and corrections; saving is not its business. */
import { useId } from "preact/hooks";
import type { ComponentChildren } from "preact";

import type { Content, Template } from "./content.ts";
import { t } from "./words/index.ts";

/** The server refuses longer sections. */
export const LONGEST = 20_000;

export interface FieldsProps {
  readonly content: Content;
  readonly template: Template;
  /** Whose section: read out before the field's own name. */
  readonly whose: string;
  readonly hint: string;
  readonly describedBy?: string;
  /** What a test finds: the first field has this name alone. */
  readonly testid: string;
  readonly onWrite: (content: Content) => void;
  readonly onLeave?: () => void;
  /** What stands under a field. */
  readonly under?: (field: string) => ComponentChildren;
}

export function Fields({ content, template, whose, hint, describedBy, testid, onWrite, onLeave, under }: FieldsProps) {
  const id = useId();
  return (
    <div class="note-fields">
      {template.fields.map((field, place) => {
        const lone = template.fields.length === 1;
        const label = lone ? "" : field.title;
        return (
          <div key={field.name} class="note-field">
            {label !== "" && (
              <label class="small" for={`${id}-${field.name}`}>
                <span class="unseen">{whose}: </span>
                {label}
                {!field.required && <span class="soft"> {t("optional")}</span>}
              </label>
            )}
            <textarea
              id={`${id}-${field.name}`}
              class="input note-text"
              rows={lone ? 3 : 2}
              maxLength={LONGEST}
              value={content.fields[field.name] ?? ""}
              placeholder={lone ? hint : field.hint}
              aria-label={lone ? whose : undefined}
              aria-describedby={describedBy}
              data-field={field.name}
              data-testid={place === 0 ? testid : `${testid}-${field.name}`}
              onInput={(event) => onWrite({ ...content, template: template.id, fields: { ...content.fields, [field.name]: event.currentTarget.value } })}
              onBlur={onLeave}
            />
            {under?.(field.name)}
          </div>
        );
      })}
    </div>
  );
}
