/** One text to read, and to sign by typing one's name: what is sent back is the hash of the words that stand here. */
import { useState } from "preact/hooks";

import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Check, Field } from "../ui/Field.tsx";
import { Notice } from "../ui/Notice.tsx";
import { codeOf, facts, http } from "./door.ts";
import type { TextShown } from "./door.ts";
import { t } from "./words.ts";
import type { Key } from "./words.ts";

export function TextOf({ text }: { text: TextShown }) {
  return (
    <div class="legal" lang={text.language} tabIndex={0} role="group" aria-label={text.title}>
      {text.body.split(/\n\s*\n/).map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </div>
  );
}

export interface SignSheetProps {
  text: TextShown;
  language: "en" | "es";
  close: () => void;
  done: () => Promise<void>;
}

export function SignSheet({ text: first, language, close, done }: SignSheetProps) {
  const [text, setText] = useState(first);
  const [name, setName] = useState("");
  const [agreed, setAgreed] = useState(false);
  const [tried, setTried] = useState(false);
  const [wrong, setWrong] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const other = text.language === "es" ? "en" : "es";

  /** The same text as the server has it now, in this language. */
  async function again(wanted: string): Promise<void> {
    const own = await facts(wanted);
    const found = [...own.to_sign, ...own.may_sign].find((one) => one.kind === text.kind && one.offer === text.offer);
    if (found) setText(found);
    else await done();
  }

  async function work(what: () => Promise<void>): Promise<void> {
    setBusy(true);
    setWrong(null);
    try {
      await what();
    } catch (error) {
      const code = codeOf(error);
      setWrong(code === "offline" ? "offline" : code === "stale" ? "sign_stale" : "failed");
      if (code === "stale") await again(text.language).catch(codeOf);
    }
    setBusy(false);
  }

  const sign = () =>
    work(async () => {
      await http.post("/api/me/agreements", { kind: text.kind, language: text.language, hash: text.hash, typed_name: name.trim(), offer: text.offer });
      await done();
    });
  const decline = () =>
    work(async () => {
      await http.delete(`/api/me/offers/${text.offer}`);
      await done();
    });

  return (
    <Dialog title={text.title} closeLabel={t("close")} onClose={close} data-testid="sign-sheet">
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!busy && agreed && name.trim().length >= 2) void sign();
        }}
      >
        {text.languages.includes(other) && text.language === language && (
          <div>
            <Button look="plain" busy={busy} onClick={() => void work(() => again(other))}>
              {t("sign_language")}
            </Button>
          </div>
        )}
        <TextOf text={text} />
        <Check label={t("sign_agree")} name="agree" checked={agreed} onChange={setAgreed} error={tried && !agreed ? t("sign_agree_missing") : undefined} />
        <Field label={t("sign_name")} hint={t("sign_name_hint")} name="typed-name" autoComplete="name" maxLength={120} value={name} onInput={(event) => setName(event.currentTarget.value)} error={tried && name.trim().length < 2 ? t("sign_name_missing") : undefined} />
        {wrong && <Notice tone="bad" role="alert">{t(wrong)}</Notice>}
        <div class="row">
          <Button look="primary" type="submit" busy={busy} data-testid="sign-do">
            {t("sign_do")}
          </Button>
          {text.offer && (
            <Button busy={busy} onClick={() => void decline()} data-testid="sign-decline">
              {t("sign_decline")}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
