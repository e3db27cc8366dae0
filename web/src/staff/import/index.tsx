/** Bringing a clinic in from tables: choose the files, have every line checked, then import all of it or nothing. */
import { useState } from "preact/hooks";

import { announce, Button, Field, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { sentence } from "../words/index.ts";
import { bringIn, TABLES } from "./door.ts";
import type { Fault, Outcome, Table, Texts } from "./door.ts";
import { load, t } from "./words/index.ts";
import "./import.css";

await load();

const WHY = ["missing", "malformed", "unknown", "twice", "there", "too_long", "itself"] as const;

export default function ImportPage() {
  const [texts, setTexts] = useState<Texts>({});
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [busy, setBusy] = useState<"check" | "import" | null>(null);
  const [code, setCode] = useState<string | null>(null);

  const choose = async (table: Table, file: File | undefined) => {
    const text = await file?.text();
    setOutcome(null);
    setTexts((before) => {
      const others = Object.fromEntries(Object.entries(before).filter(([name]) => name !== table)) as Texts;
      return text === undefined ? others : { ...others, [table]: text };
    });
  };

  const ask = async (dry: boolean) => {
    setBusy(dry ? "check" : "import");
    setCode(null);
    announce(t(dry ? "busy" : "importing"));
    try {
      const found = await bringIn(texts, dry);
      setOutcome(found);
      announce(found.imported ? t("done") : found.all_faults > 0 ? t("faults", { n: found.all_faults }) : t("fine"));
    } catch (error) {
      setOutcome(null);
      setCode(codeOf(error));
    }
    setBusy(null);
  };

  const chosen = Object.keys(texts).length > 0;
  const fine = outcome !== null && outcome.all_faults === 0 && !outcome.imported;
  return (
    <div class="stack">
      <h1 tabIndex={-1}>{t("title")}</h1>
      <p class="soft">{t("why")}</p>
      <form
        class="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          void ask(true);
        }}
      >
        {TABLES.map((table) => (
          <Field
            key={table}
            label={t(table)}
            hint={t(`${table}.hint`)}
            type="file"
            accept=".csv,text/csv"
            disabled={busy !== null}
            onClick={(event) => {
              event.currentTarget.value = ""; // so that the same file, mended, can be chosen again
              void choose(table, undefined);
            }}
            onChange={(event) => void choose(table, event.currentTarget.files?.[0])}
            data-testid={`import-${table}`}
          />
        ))}
        <div class="row">
          <Button type="submit" look={fine ? "plain" : "primary"} busy={!chosen || busy !== null} data-testid="import-check">
            {t("check")}
          </Button>
          {fine && (
            <Button look="primary" busy={busy !== null} onClick={() => void ask(false)} data-testid="import-go">
              {t("import")}
            </Button>
          )}
        </div>
        {busy !== null && <progress aria-label={t(busy === "check" ? "busy" : "importing")} />}
      </form>
      {code !== null && <Notice tone="bad" role="alert">{sentence(code)}</Notice>}
      {outcome !== null && <Result outcome={outcome} />}
    </div>
  );
}

function Result({ outcome }: { outcome: Outcome }) {
  if (outcome.all_faults > 0) return <Faults outcome={outcome} />;
  return (
    <Notice tone="good" role="status" data-testid="import-fine">
      <p>{t(outcome.imported ? "done" : "fine")}</p>
      <ul>
        {TABLES.filter((table) => outcome.counts[table] !== undefined).map((table) => (
          <li key={table}>{t("counts", { n: outcome.counts[table] ?? 0, table: t(table) })}</li>
        ))}
      </ul>
      {outcome.imported && outcome.counts.staff !== undefined && <p>{t("done_hint")}</p>}
    </Notice>
  );
}

function Faults({ outcome }: { outcome: Outcome }) {
  return (
    <section class="card stack import-faults" data-testid="import-faults">
      <h2>{t("faults", { n: outcome.all_faults })}</h2>
      {outcome.faults.length < outcome.all_faults && <p class="soft">{t("first", { n: outcome.faults.length })}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{t("table")}</th>
            <th scope="col">{t("line")}</th>
            <th scope="col">{t("column")}</th>
            <th scope="col">{t("what")}</th>
          </tr>
        </thead>
        <tbody>
          {outcome.faults.map((fault) => (
            <tr key={`${fault.file} ${fault.line} ${fault.column} ${fault.why}`}>
              <td>{t(fault.file)}</td>
              <td class="number">{fault.line}</td>
              <td>{fault.column || t("whole_line")}</td>
              <td>{why(fault)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function why(fault: Fault): string {
  const known = WHY.find((one) => one === fault.why);
  return known === undefined ? fault.why : t(`why.${known}`);
}
