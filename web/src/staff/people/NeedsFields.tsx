/** What a client needs so that a session works for them; of an interpreter also the language. */
import { Check, Field, Notice } from "../../ui/index.ts";
import type { Choice } from "./door.ts";
import { LANGUAGES } from "./FactsFields.tsx";
import { called, t, tongue } from "./words/index.ts";

export interface NeedsFieldsProps {
  readonly needs: readonly string[];
  readonly offered: readonly Choice[];
  readonly put: (needs: readonly string[]) => void;
  readonly error: string | undefined;
}

export function NeedsFields({ needs, offered, put, error }: NeedsFieldsProps) {
  const of = (code: string) => needs.find((one) => one === code || one.startsWith(`${code}:`));
  const without = (code: string) => needs.filter((one) => one !== of(code));
  return (
    <div class="needs">
      {error !== undefined && (
        <Notice tone="bad" role="alert">
          <p>{error}</p>
        </Notice>
      )}
      {offered.map(({ code, language }) => {
        const now = of(code);
        const tongueOf = now?.split(":")[1] ?? "";
        return (
          <div key={code} class="need">
            <Check
              label={called(offered, code)}
              checked={now !== undefined}
              onChange={(on) => put(on ? [...needs, language ? `${code}:es` : code] : without(code))}
              data-testid={`need-${code}`}
            />
            {language && now !== undefined && (
              <Field kind="select" label={t("field.need_language", { need: called(offered, code) })} value={tongueOf} onChange={(event) => put([...without(code), `${code}:${event.currentTarget.value}`])}>
                {[...new Set([...LANGUAGES, tongueOf])].map((one) => (
                  <option key={one} value={one}>
                    {tongue(one)}
                  </option>
                ))}
              </Field>
            )}
          </div>
        );
      })}
    </div>
  );
}
