/**
 * What has to be read and signed before a session: only what is missing or has changed, one text at a time. Whoever does
 * not want to sign now goes on to the waiting room, where somebody talks with them; nobody is sent away by a form.
 */
import { useEffect, useState } from "preact/hooks";
import { Screen } from "../../call/Screen.tsx";
import { why } from "../../call/why/why.ts";
import { HttpError } from "../../core/http.ts";
import { t as common } from "../../text/client.ts";
import { Button, Check, Field, Notice } from "../../ui/index.ts";
import type { RefusalCode } from "../../wire.ts";
import type { Arrival } from "../arrival.ts";
import { Steps } from "../Steps.tsx";
import { load, t } from "./words.ts";

await load();

interface Asked {
  readonly kind: string;
  readonly language: string;
  readonly title: string;
  readonly body: string;
  readonly hash: string;
  readonly why: "missing" | "revoked" | "stale";
}

interface ToSign {
  readonly asked: readonly Asked[];
}

const PATH = "/api/check-in/agreements";

export function Agree({ arrival }: { arrival: Arrival }) {
  const [asked, setAsked] = useState<readonly Asked[] | null>(null);
  const [of, setOf] = useState(0);
  const [name, setName] = useState("");
  const [agreed, setAgreed] = useState(false);
  const [tried, setTried] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const text = asked?.[0];

  function told({ asked: found }: ToSign): void {
    setAgreed(false);
    setTried(false);
    setAsked(found);
    setOf((before) => Math.max(before, found.length));
    if (found.length === 0) arrival.agreed();
  }

  const look = async () => told(await arrival.http.get<ToSign>(`${PATH}?language=${document.documentElement.lang}`));

  async function work(what: () => Promise<void>): Promise<void> {
    setBusy(true);
    setWrong(null);
    try {
      await what();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (error.status === 401) arrival.sendBack("hello");
      else if (error.code === "stale") {
        setWrong(t("changed"));
        await look().catch(() => setAsked(null));
      } else setWrong(error.code === "offline" ? common("hello_offline") : why(error.code as RefusalCode));
    }
    setBusy(false);
  }

  useEffect(() => void work(look), []);

  const sign = (one: Asked) =>
    work(async () => {
      const said = { kind: one.kind, language: one.language, hash: one.hash, typed_name: name.trim() };
      told(await arrival.http.post<ToSign>(PATH, said));
    });

  return (
    <Screen title={text?.title ?? t("title")} lead={t("lead")} progress={<Steps now={2} />} wide key={text?.kind} data-testid="agree">
      {text && (
        <form
          class="stack"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setTried(true);
            if (!busy && agreed && name.trim().length >= 2) void sign(text);
          }}
        >
          {of > 1 && asked && <p class="soft small">{t("n", { n: of - asked.length + 1, of })}</p>}
          {text.why === "stale" && <Notice>{t("stale")}</Notice>}
          <div class="agreement" lang={text.language} tabIndex={0} role="group" aria-label={text.title}>
            {text.body.split(/\n\s*\n/).map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </div>
          <Check name="agree" label={t("check")} checked={agreed} onChange={setAgreed} error={tried && !agreed ? t("check_missing") : undefined} />
          <Field
            name="typed_name"
            label={t("name")}
            hint={t("name_hint")}
            autoComplete="name"
            maxLength={120}
            value={name}
            error={tried && name.trim().length < 2 ? t("name_missing") : undefined}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          {wrong && (
            <Notice tone="bad" role="alert">
              {wrong}
            </Notice>
          )}
          <Button look="primary" size="large" type="submit" busy={busy} data-testid="agree-sign">
            {t("sign")}
          </Button>
          <div class="stack tight">
            <Button look="plain" onClick={() => arrival.agreed(true)} data-testid="agree-later">
              {t("later")}
            </Button>
            <p class="soft small">{t("later_hint")}</p>
          </div>
        </form>
      )}
      {!text && wrong && (
        <Notice tone="bad" role="alert" action={<Button onClick={() => void work(look)}>{common("hello_begin")}</Button>}>
          {wrong}
        </Notice>
      )}
    </Screen>
  );
}
