/** The questions about today: filled in with what was said last time, each with its error, the first error focused. */
import { useRef, useState } from "preact/hooks";
import { Screen } from "../../call/Screen.tsx";
import { t as way } from "../../text/client.ts";
import { Button, Check, Field, Notice } from "../../ui/index.ts";
import type { RefusalCode } from "../../wire.ts";
import { missing, ready, type CheckIn, type Question } from "./answers.ts";
import type { Arrival, Facts } from "../arrival.ts";
import { Steps } from "../Steps.tsx";
import { STATES } from "./states.ts";
import { t } from "./words/index.ts";

const TEXTS: Record<Question, Parameters<typeof t>[0]> = {
  location: "missing_location",
  state: "missing_state",
  contact_name: "missing_contact_name",
  contact_phone: "missing_phone",
  callback_phone: "missing_phone",
  alone: "missing_alone",
  agreement: "missing_agree",
};

/** The server's refusals hardly ever come here: their words are fetched when one does. */
async function because(code: string): Promise<string> {
  const words = code === "offline" ? null : await import("../../call/why/why.ts").catch(() => null);
  return words ? words.why(code as RefusalCode) : way("hello_offline");
}

export function About({ arrival, facts }: { arrival: Arrival; facts: Facts }) {
  const form = useRef<HTMLFormElement>(null);
  const [answers, setAnswers] = useState<CheckIn>(() => ({
    location: "",
    state: "",
    contact_name: "",
    contact_phone: "",
    callback_phone: "",
    ...facts.check_in,
    // Both are about now, and are affirmed every time.
    alone: false,
    agreement: "",
  }));
  const [wrong, setWrong] = useState<readonly Question[]>([]);
  const [refused, setRefused] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const set = (part: Partial<CheckIn>) => {
    const next = { ...answers, ...part };
    setAnswers(next);
    // An error goes as soon as it is mended; new ones come only with the button.
    if (wrong.length) setWrong(wrong.filter((question) => missing(next).includes(question)));
  };
  const error = (question: Question) => (wrong.includes(question) ? t(TEXTS[question]) : undefined);
  const text = (question: "location" | "contact_name" | "contact_phone" | "callback_phone") => ({
    name: question,
    value: answers[question],
    error: error(question),
    onInput: (event: { currentTarget: { value: string } }) => set({ [question]: event.currentTarget.value }),
  });

  async function submit(): Promise<void> {
    const first = missing(answers);
    setWrong(first);
    setRefused(null);
    if (first[0]) {
      form.current?.querySelector<HTMLElement>(`[name=${first[0]}]`)?.focus();
      return;
    }
    setBusy(true);
    const code = await arrival.answered(ready(answers));
    setBusy(false);
    if (code) setRefused(await because(code));
  }

  return (
    <Screen title={t("title")} lead={t("lead")} progress={<Steps now={2} />} wide>
      <form
        class="stack"
        data-testid="about-form"
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
      >
        <p class="soft">{t("name", { name: facts.alias })}</p>
        <Field {...text("location")} label={t("location")} hint={t("location_hint")} autoComplete="street-address" maxLength={300} />
        <Field
          kind="select"
          name="state"
          label={t("state")}
          error={error("state")}
          value={answers.state}
          autoComplete="address-level1"
          onChange={(event) => set({ state: event.currentTarget.value })}
        >
          <option value="">{t("state_choose")}</option>
          {STATES.map(([code, name]) => (
            <option key={code} value={code}>
              {name}
            </option>
          ))}
        </Field>
        <fieldset class="stack pair">
          <legend class="legend">{t("contact")}</legend>
          <Field {...text("contact_name")} label={t("contact_name")} autoComplete="off" maxLength={120} />
          <Field {...text("contact_phone")} label={t("contact_phone")} type="tel" autoComplete="off" maxLength={32} />
        </fieldset>
        <Field {...text("callback_phone")} label={t("callback")} type="tel" autoComplete="tel" maxLength={32} />
        <Check
          name="alone"
          label={t("alone")}
          checked={answers.alone}
          error={error("alone")}
          onChange={(alone) => set({ alone })}
        />
        <section class="stack tight" aria-labelledby="agreement-title">
          <h2 id="agreement-title">{t("agreement_title")}</h2>
          <div class="agreement" tabIndex={0} role="group" aria-labelledby="agreement-title">
            {facts.agreement.text.split(/\n\s*\n/).map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </div>
          <Check
            name="agreement"
            label={t("agree")}
            checked={answers.agreement !== ""}
            error={error("agreement")}
            onChange={(agreed) => set({ agreement: agreed ? facts.agreement.version : "" })}
          />
        </section>
        {wrong.length > 0 && (
          <Notice tone="bad" role="alert">
            {t("errors", { n: wrong.length })}
          </Notice>
        )}
        {refused && (
          <Notice tone="bad" role="alert">
            {refused}
          </Notice>
        )}
        <Button look="primary" size="large" type="submit" data-testid="about-submit" busy={busy}>
          {t("submit")}
        </Button>
      </form>
    </Screen>
  );
}
