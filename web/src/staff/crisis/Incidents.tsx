/** The incidents of a session on its page, client by client, for as long as there is something to write or to read. */
import { useState } from "preact/hooks";

import { useLoad } from "../load.ts";
import { After } from "./After.tsx";
import type { Form } from "./After.tsx";
import { incidents } from "./incidents.ts";
import { load, t } from "./words/index.ts";
import "./crisis.css";

await load();

export interface IncidentsProps {
  readonly session: string;
  /** Something stands in a note now. */
  readonly onNoted: () => void;
}

export default function SessionIncidents({ session, onNoted }: IncidentsProps) {
  const loaded = useLoad(`incidents ${session}`, () => incidents(session));
  const [open, setOpen] = useState<{ readonly client: string; readonly form: Form } | null>(null);
  const all = loaded.value;
  const clients = [...new Map([...(all?.incidents ?? [])].map((one) => [one.client, one])).values()];
  if (all === null || clients.length === 0) return null;
  return (
    <section class="card stack" aria-labelledby="incidents-title" data-testid="incidents">
      <h2 id="incidents-title">{t("incidents")}</h2>
      <p class="soft small">{t("incidents_why")}</p>
      {clients.map(({ client, alias, legal_name: name }) => (
        <div key={client} class="stack">
          <h3>
            {alias} <span class="soft legal">{name}</span>
          </h3>
          <After
            session={session}
            client={client}
            alias={alias}
            all={all}
            code={loaded.code}
            form={open?.client === client ? open.form : null}
            onForm={(form) => setOpen(form === null ? null : { client, form })}
            changed={() => {
              loaded.again();
              onNoted();
            }}
          />
        </div>
      ))}
    </section>
  );
}
