/**
 * My plan: the first thing on the page where there is one, because somebody may come here in a bad hour. It is read from
 * what came with the page; what it takes to write in it is fetched when it is needed.
 */
import { useEffect, useState } from "preact/hooks";

import type { Book } from "../plan/book.ts";
import type { DeskProps } from "../plan/Desk.tsx";
import { planDoor } from "../plan/door.ts";
import type { Plan } from "../plan/door.ts";
import { Reading } from "../plan/Reading.tsx";
import { when } from "../text/catalogue.ts";
import { Button } from "../ui/Button.tsx";
import { Notice } from "../ui/Notice.tsx";
import { codeOf, http, keep } from "./door.ts";
import { t } from "./words.ts";
import type { Key } from "./words.ts";

interface PlanProps {
  plan: Plan;
  zone: string;
  language: "en" | "es";
  /** Ask the server for everything again. */
  again: () => Promise<void>;
}

interface Writing {
  readonly Desk: (props: DeskProps) => preact.JSX.Element;
  readonly book: Book;
}

const door = planDoor(http, "/api/me/plan");

export const begun = (plan: Plan): boolean => plan.shown.length > 0;

export function MyPlan({ plan, zone, language, again }: PlanProps) {
  const [writing, setWriting] = useState<Writing | null>(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Key | null>(null);
  useEffect(() => () => writing?.book.close(), [writing]);
  const latest = plan.versions.find((one) => one.signed) ?? plan.versions[0];
  const note: Key | null = !begun(plan) ? null : !latest?.signed ? "plan_unsigned" : latest.digest === plan.digest ? null : "plan_changed";

  async function act(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setWrong(null);
    try {
      await work();
    } catch (error) {
      setWrong(codeOf(error) === "offline" ? "offline" : "failed");
    }
    setBusy(false);
  }

  const write = () =>
    act(async () => {
      const [desk, { Book }] = await Promise.all([import("../plan/Desk.tsx"), import("../plan/book.ts")]);
      await desk.speak(language);
      setWriting({ Desk: desk.Desk, book: await Book.open(planDoor(http, "/api/me/plan", language), "own") });
    });
  const done = () =>
    act(async () => {
      if (writing && !(await writing.book.settle())) return setWrong("plan_unsent");
      setWriting(null);
      return again();
    });

  return (
    <section class="card stack my-plan" aria-labelledby="plan-title" data-testid="my-plan">
      <div class="row spread">
        <h2 id="plan-title">{t("plan_title")}</h2>
        {latest?.signed && !writing && <span class="soft small">{t("plan_signed", { day: when(latest.signed.at, { dateStyle: "medium", timeZone: zone }) })}</span>}
      </div>
      {writing ? (
        <>
          <writing.Desk book={writing.book} door={door} />
          <div>
            <Button look="primary" busy={busy} onClick={() => void done()} data-testid="plan-done">
              {t("plan_done")}
            </Button>
          </div>
        </>
      ) : (
        <>
          {begun(plan) ? <Reading plan={plan} lines={plan.shown} call={(name) => t("plan_call", { name })} /> : <p class="soft">{t("plan_none")}</p>}
          {note && <Notice tone="plain">{t(note)}</Notice>}
          <div class="row no-print">
            <Button icon="note" busy={busy} onClick={() => void write()} data-testid="plan-write">
              {t(begun(plan) ? "plan_write" : "plan_begin")}
            </Button>
            {begun(plan) && (
              <>
                <Button icon="download" busy={busy} onClick={() => void act(() => keep(`/api/me/plan/card.pdf?language=${language}`, "application/pdf", "card.pdf"))} data-testid="plan-card">
                  {t("plan_card")}
                </Button>
                <Button onClick={() => window.print()}>{t("plan_print")}</Button>
              </>
            )}
          </div>
        </>
      )}
      {wrong && <Notice tone="bad" role="alert">{t(wrong)}</Notice>}
    </section>
  );
}
