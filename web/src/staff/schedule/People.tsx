/** Choosing who: a member of staff from all of them, a client by the first letters of a name. */
import { useEffect, useState } from "preact/hooks";

import { Field } from "../../ui/index.ts";
import { peopleFor } from "./door.ts";
import type { Names, Person } from "./door.ts";
import { t } from "./words/index.ts";

const PAUSE_MS = 250;

export function useStaff(known: Names = {}): readonly Person[] {
  const [staff, setStaff] = useState<readonly Person[]>(Object.entries(known).map(([id, name]) => ({ id, name, alias: "" })));
  useEffect(() => {
    peopleFor("staff").then(setStaff, () => undefined);
  }, []);
  return staff;
}

interface Leading {
  staff: readonly Person[];
  facilitator: string;
  cofacilitator: string;
  onChange: (facilitator: string, cofacilitator: string) => void;
}

export function StaffFields({ staff, facilitator, cofacilitator, onChange }: Leading) {
  return (
    <div class="pair">
      <Field kind="select" label={t("change.facilitator")} name="facilitator" value={facilitator} onChange={(event) => onChange(event.currentTarget.value, cofacilitator)}>
        {staff.map(({ id, name }) => (
          <option key={id} value={id} selected={id === facilitator}>
            {name}
          </option>
        ))}
      </Field>
      <Field kind="select" label={t("change.co")} name="cofacilitator" value={cofacilitator} onChange={(event) => onChange(facilitator, event.currentTarget.value)}>
        <option value="">{t("change.nobody")}</option>
        {staff
          .filter(({ id }) => id !== facilitator)
          .map(({ id, name }) => (
            <option key={id} value={id} selected={id === cofacilitator}>
              {name}
            </option>
          ))}
      </Field>
    </div>
  );
}

export function ClientSearch({ chosen, onChoose }: { chosen: Person | null; onChoose: (person: Person | null) => void }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly Person[] | null>(null);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted.length < 2) {
      setFound(null);
      return undefined;
    }
    let mine = true;
    const timer = setTimeout(() => {
      peopleFor("clients", wanted).then(
        (people) => mine && setFound(people),
        () => mine && setFound([]),
      );
    }, PAUSE_MS);
    return () => {
      mine = false;
      clearTimeout(timer);
    };
  }, [text]);
  return (
    <div class="stack">
      <Field
        label={t("search.clients")}
        hint={t("search.hint")}
        type="search"
        autoComplete="off"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          onChoose(null);
        }}
        data-testid="find-client"
      />
      {found !== null && found.length === 0 && <p class="soft" role="status">{t("none_found")}</p>}
      {found !== null && found.length > 0 && (
        <ul class="found" aria-label={t("search.clients")}>
          {found.map((person) => (
            <li key={person.id}>
              <button type="button" aria-pressed={chosen?.id === person.id} onClick={() => onChoose(person)}>
                {person.name} <span class="soft">{person.alias}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
