/** The entry of the API page: the server's own OpenAPI document, made readable. Anyone may see it; nothing is secret. */
import { render } from "preact";
import { useState } from "preact/hooks";

import { openHttp } from "../core/http.ts";
import { addDays, dayOf } from "../staff/days.ts";
import type { Day } from "../staff/days.ts";
import { useLoad } from "../staff/load.ts";
import { Failed } from "../staff/State.tsx";
import { load, t } from "../staff/words/index.ts";
import { announce, Button, Icon, LiveRegion } from "../ui/index.ts";
import { curl, read } from "./openapi.ts";
import type { Api, Operation } from "./openapi.ts";
import "../staff/staff.css";
import "./docs.css";

const DOCUMENT = "/api/v1/openapi.json";
const http = openHttp();

/** What the examples ask for, by form: this month up to today, and one day by its instants. */
function examples(today: Day): readonly (readonly [form: string, query: Readonly<Record<string, string>>])[] {
  const from = `${today.slice(0, 8)}01`;
  return [
    ["JSON", { from, to: today }],
    ["CSV", { from, to: today, format: "csv" }],
    ["NDJSON", { from: `${today}T00:00:00Z`, to: `${addDays(today, 1)}T00:00:00Z`, format: "ndjson" }],
  ];
}

/** A description's `code` as code. */
function Prose({ text }: { text: string }) {
  return <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>;
}

function Docs() {
  const loaded = useLoad<Api>("api", async () => read(await http.get<unknown>(DOCUMENT)));
  const api = loaded.value;
  return (
    <div class="staff docs">
      <header class="top">
        <nav aria-label={t("nav")}>
          <a href="/">
            <Icon name="back" />
            {t("docs.back")}
          </a>
        </nav>
      </header>
      <main>
        <div class="stack">
          <h1 tabIndex={-1}>{api?.title || t("docs.title")}</h1>
          {api === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
          <Failed loaded={loaded} />
          {api !== null && (
            <>
              <div class="stack prose">
                <p>
                  <Prose text={api.description} />
                </p>
                <p>{t("docs.intro")}</p>
                <p class="row">
                  <span class="chip">{t("docs.version", { version: api.version })}</span>
                  <a href={DOCUMENT}>{t("docs.json")}</a>
                </p>
              </div>
              {api.operations.map((operation) => (
                <Route key={operation.id} operation={operation} />
              ))}
            </>
          )}
        </div>
      </main>
      <LiveRegion />
    </div>
  );
}

function Route({ operation }: { operation: Operation }) {
  const { id, method, path, parameters, answers, columns } = operation;
  const shown = parameters.length > 0 ? examples(dayOf(Date.now(), "UTC")) : ([["JSON", {}]] as const);
  return (
    <section class="card stack operation" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} class="path">
        <span class="chip">{method}</span> <code>{path}</code>
      </h2>
      {operation.summary !== "" && <p>{operation.summary}</p>}
      {operation.description !== "" && <p>{operation.description}</p>}
      <p class="row soft">
        <Icon name="key" />
        {operation.secured ? t("docs.needs_key") : t("docs.no_key")}
      </p>
      {shown.map(([form, query]) => (
        <Example key={form} form={form} of={`${method} ${path}`} command={curl(location.origin, operation, query)} />
      ))}
      {parameters.length > 0 && (
        <Facts
          title={t("docs.parameters")}
          heads={[t("docs.parameter"), t("docs.type"), t("docs.meaning")]}
          rows={parameters.map((one) => ({
            name: one.name,
            mark: one.required ? t("docs.required") : "",
            type: one.type,
            text: one.description,
          }))}
        />
      )}
      {columns.length > 0 && (
        <Facts
          title={t("docs.columns")}
          hint={t("docs.columns_hint")}
          heads={[t("docs.column"), t("docs.type"), t("docs.meaning")]}
          rows={columns.map((one) => ({ name: one.name, mark: "", type: one.type, text: one.description }))}
        />
      )}
      <Facts
        title={t("docs.answers")}
        heads={[t("docs.status"), t("docs.type"), t("docs.meaning")]}
        rows={answers.map((one) => ({ name: one.status, mark: "", type: one.types.join("\n"), text: one.description }))}
      />
    </section>
  );
}

interface Fact {
  readonly name: string;
  readonly mark: string;
  readonly type: string;
  readonly text: string;
}

function Facts({ title, hint, heads, rows }: { title: string; hint?: string; heads: readonly string[]; rows: readonly Fact[] }) {
  return (
    <div class="stack tight">
      <h3>{title}</h3>
      {hint !== undefined && <p class="soft small">{hint}</p>}
      {/* The roles are said, because a narrow screen lays the rows out as blocks, and that takes them away. */}
      <table class="facts-table" role="table" aria-label={title}>
        <thead role="rowgroup">
          <tr role="row">
            {heads.map((head) => (
              <th scope="col" role="columnheader" key={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={row.name} role="row">
              <th scope="row" role="rowheader">
                <code>{row.name}</code>
                {row.mark !== "" && <span class="small required">{row.mark}</span>}
              </th>
              <td role="cell">
                <code class="small type">{row.type}</code>
              </td>
              <td role="cell">
                <Prose text={row.text} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Example({ form, of, command }: { form: string; of: string; command: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(command);
    } catch {
      // Not allowed here: the text stands on the page to be selected.
      return;
    }
    setCopied(true);
    announce(t("docs.copied"));
  };
  const title = t("docs.example", { format: form });
  return (
    <figure class="example">
      <figcaption class="row spread">
        <span class="small">{title}</span>
        <Button look="plain" icon={copied ? "check" : "copy"} onClick={() => void copy()}>
          {copied ? t("docs.copied") : t("docs.copy")}
          <span class="unseen">: {title}</span>
        </Button>
      </figcaption>
      <pre role="region" aria-label={`${title}, ${of}`} tabIndex={0}>
        <code>{command}</code>
      </pre>
    </figure>
  );
}

await load();
const root = document.getElementById("app");
if (root !== null) render(<Docs />, root);
