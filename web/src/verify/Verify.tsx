/** Whether a paper is genuine, asked by whoever holds it. Nothing is asked before a person presses the button. */
import { useRef, useState } from "preact/hooks";

import { HttpError, openHttp } from "../core/http.ts";
import { when } from "../text/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { Notice } from "../ui/Notice.tsx";
import { codeIn } from "./code.ts";
import { t } from "./words.ts";

interface Verified {
  readonly valid: boolean;
  readonly kind: "letter" | "sheet" | null;
  readonly issued: number | null;
  readonly zone: string | null;
  readonly days: readonly { readonly day: string; readonly minutes: number }[];
  readonly minutes: number;
  readonly clients: number;
  readonly name_fits: boolean | null;
}

const http = openHttp();

export function Verify() {
  const [code, setCode] = useState(codeIn(location.hash));
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [answer, setAnswer] = useState<Verified | null>(null);
  const result = useRef<HTMLDivElement>(null);

  const ask = async () => {
    setTried(true);
    if (code.trim() === "") return;
    setBusy(true);
    setFailed(null);
    setAnswer(null);
    try {
      setAnswer(await http.post<Verified>("/api/verify", { code: code.trim().slice(0, 100), name: name.trim().slice(0, 200) }));
      result.current?.focus();
    } catch (error) {
      setFailed(error instanceof HttpError && error.code === "too_many" ? t("too_many") : t("failed"));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="verify stack">
      <h1>{t("title")}</h1>
      <p>{t("intro")}</p>
      <form
        class="card stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void ask();
        }}
      >
        <Field
          label={t("code")}
          hint={t("code_hint")}
          error={tried && code.trim() === "" ? t("code_missing") : undefined}
          value={code}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          onInput={(event) => setCode(event.currentTarget.value)}
          data-testid="verify-code"
        />
        <Field label={t("name")} hint={t("name_hint")} value={name} autocomplete="off" onInput={(event) => setName(event.currentTarget.value)} data-testid="verify-name" />
        <div>
          <Button look="primary" type="submit" busy={busy} data-testid="verify-ask">
            {busy ? t("asking") : t("ask")}
          </Button>
        </div>
      </form>
      <div ref={result} tabIndex={-1} class="result" role="status">
        {failed !== null && <Notice tone="bad">{failed}</Notice>}
        {answer !== null && (answer.valid ? <Genuine answer={answer} /> : <NotGenuine />)}
      </div>
    </main>
  );
}

function NotGenuine() {
  return (
    <Notice tone="bad" data-testid="not-genuine">
      <p>
        <strong>{t("not_genuine")}</strong>
      </p>
      <p>{t("not_genuine_why")}</p>
    </Notice>
  );
}

function Genuine({ answer }: { answer: Verified }) {
  const issued = when(answer.issued ?? 0, { dateStyle: "long", timeZone: answer.zone ?? "UTC" });
  return (
    <section class="card stack" data-testid="genuine">
      <Notice icon="check">
        <p>
          <strong>{t("genuine")}</strong>
        </p>
        <p>{t("genuine_why", { day: issued })}</p>
      </Notice>
      {answer.name_fits !== null && (
        <Notice tone={answer.name_fits ? "good" : "bad"} data-testid="name-fits">
          {answer.name_fits ? t("name_fits") : t("name_no")}
        </Notice>
      )}
      {answer.kind === "sheet" && <p>{t("sheet", { n: answer.clients })}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{t("day")}</th>
            <th scope="col" class="number">
              {t("time")}
            </th>
          </tr>
        </thead>
        <tbody>
          {answer.days.map(({ day, minutes }) => (
            <tr key={day}>
              <th scope="row">{written(day)}</th>
              <td class="number">{time(minutes)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("total")}</th>
            <td class="number">{time(answer.minutes)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** A day has no zone. */
function written(day: string): string {
  return when(Date.parse(`${day}T12:00:00Z`), { dateStyle: "full", timeZone: "UTC" });
}

function time(minutes: number): string {
  return t("time.hm", { h: Math.floor(minutes / 60), m: String(minutes % 60).padStart(2, "0") });
}
