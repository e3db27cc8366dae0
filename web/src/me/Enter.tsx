/**
 * The door: PIN or passkey; the first time a question and a PIN of one's choice. Nothing is asked of the server before
 * a person presses the button, and nothing here says what kind of page it is.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

import { HttpError } from "../core/http.ts";
import { Button } from "../ui/Button.tsx";
import { Field } from "../ui/Field.tsx";
import { Notice } from "../ui/Notice.tsx";
import { http } from "./door.ts";
import type { Door } from "./door.ts";
import * as passkeys from "./passkeys.ts";
import { t } from "./words.ts";
import type { Key } from "./words.ts";

const PIN = /^\d{6,12}$/;
const COMMON: Record<string, Key> = { offline: "offline", too_many: "busy" };

export function Card({ title, lead, children, ...rest }: { title: string; lead?: string; children?: ComponentChildren; "data-testid"?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main class="narrow" {...rest}>
      <div class="card stack">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead && <p class="soft">{lead}</p>}
        {children}
      </div>
    </main>
  );
}

export function BadLink() {
  return (
    <Card title={t("bad_title")} data-testid="bad-link">
      <p>{t("bad_what")}</p>
      <p>{t("bad_next")}</p>
    </Card>
  );
}

export function Enter({ token, entered, bad }: { token: string; entered: () => Promise<void>; bad: () => void }) {
  const [door, setDoor] = useState<Door | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  /** One question of the server; what goes wrong becomes a sentence, `refused` is the one for "no". */
  async function ask(work: () => Promise<void>, refused: Key): Promise<void> {
    setBusy(true);
    setWrong(null);
    try {
      await work();
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (error.code === "link_not_valid") bad();
      else if (error.code === "malformed") setWrong(t("pin_easy"));
      else setWrong(t(error.code === "not_allowed" ? refused : (COMMON[error.code] ?? "failed")));
    } finally {
      setBusy(false);
    }
  }

  if (door === null) {
    return (
      <Card title={t("begin_title")} lead={t("begin_lead")}>
        {wrong && <Notice tone="bad" role="alert">{wrong}</Notice>}
        <Button look="primary" size="large" busy={busy} data-testid="begin" onClick={() => void ask(async () => setDoor(await http.post<Door>("/api/me/enter", { token })), "failed")}>
          {t("begin")}
        </Button>
      </Card>
    );
  }
  if (door.step === "first") {
    if (door.question === "none") return <Card title={t("none_title")} lead={t("none_lead")} data-testid="first-none" />;
    return (
      <First
        question={door.question}
        busy={busy}
        wrong={wrong}
        send={(answer, pin) =>
          void ask(async () => {
            await http.post("/api/me/first", { token, answer, pin });
            await entered();
          }, "answer_wrong")
        }
      />
    );
  }
  return (
    <WithPin
      busy={busy}
      wrong={wrong}
      passkey={door.passkey && passkeys.possible()}
      send={(pin) =>
        void ask(async () => {
          await http.post("/api/me/pin", { token, pin });
          await entered();
        }, "pin_wrong")
      }
      withPasskey={() =>
        void ask(async () => {
          const said = await passkeys.use(await http.post("/api/me/passkey/begin", { token }));
          if (!said) return setWrong(t("passkey_failed"));
          await http.post("/api/me/passkey", { token, ...said });
          await entered();
        }, "passkey_failed")
      }
    />
  );
}

interface WithPinProps {
  busy: boolean;
  wrong: string | null;
  passkey: boolean;
  send: (pin: string) => void;
  withPasskey: () => void;
}

function WithPin({ busy, wrong, passkey, send, withPasskey }: WithPinProps) {
  const [pin, setPin] = useState("");
  return (
    <Card title={t("pin_title")}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && pin) send(pin);
        }}
      >
        <PinField label={t("pin")} name="pin" value={pin} onPin={setPin} />
        {wrong && <Notice tone="bad" role="alert">{wrong}</Notice>}
        <Button look="primary" size="large" type="submit" busy={busy} data-testid="pin-enter">
          {t("pin_enter")}
        </Button>
        {passkey && (
          <Button icon="key" busy={busy} onClick={withPasskey} data-testid="passkey-use">
            {t("passkey_use")}
          </Button>
        )}
        <p class="soft small">{t("pin_forgotten")}</p>
      </form>
    </Card>
  );
}

interface FirstProps {
  question: "birth_date" | "phone_end";
  busy: boolean;
  wrong: string | null;
  send: (answer: string, pin: string) => void;
}

function First({ question, busy, wrong, send }: FirstProps) {
  const [answer, setAnswer] = useState("");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const short = !PIN.test(pin);
  return (
    <Card title={t("first_title")} lead={t("first_lead")}>
      <form
        class="stack"
        noValidate
        data-testid="first"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!busy && answer && !short && pin === again) send(answer, pin);
        }}
      >
        <Field
          label={t(`question_${question}`)}
          hint={t("question_why")}
          name="answer"
          type={question === "birth_date" ? "date" : "text"}
          inputMode={question === "birth_date" ? undefined : "numeric"}
          autoComplete={question === "birth_date" ? "bday" : "off"}
          value={answer}
          error={tried && !answer ? t("question_why") : undefined}
          onInput={(event) => setAnswer(event.currentTarget.value)}
        />
        <PinField label={t("pin_new")} hint={t("pin_new_hint")} name="pin" value={pin} onPin={setPin} fresh error={tried && short ? t("pin_short") : undefined} />
        <PinField label={t("pin_again")} name="again" value={again} onPin={setAgain} fresh error={tried && !short && pin !== again ? t("pin_differs") : undefined} />
        {wrong && <Notice tone="bad" role="alert">{wrong}</Notice>}
        <Button look="primary" size="large" type="submit" busy={busy} data-testid="first-done">
          {t("first_done")}
        </Button>
      </form>
    </Card>
  );
}

interface PinFieldProps {
  label: string;
  hint?: string;
  name: string;
  value: string;
  error?: string | undefined;
  fresh?: boolean;
  onPin: (pin: string) => void;
}

export function PinField({ onPin, fresh, ...rest }: PinFieldProps) {
  return (
    <Field
      {...rest}
      type="password"
      inputMode="numeric"
      autoComplete={fresh ? "new-password" : "current-password"}
      maxLength={12}
      onInput={(event) => onPin(event.currentTarget.value.replace(/\D/g, ""))}
    />
  );
}
