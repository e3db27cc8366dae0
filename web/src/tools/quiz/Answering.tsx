/** A quiz for those who answer: a question at a time, what was right and why at once, and in the end one's own score. */
import { useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { Button, Notice } from "../../ui/index.ts";
import type { QuestionSeen, QuizSeen } from "../../wire.ts";
import { Bars } from "../Bars.tsx";
import { Choices } from "../Choices.tsx";
import type { ToolProps } from "../registry.ts";
import { t } from "./words/index.ts";

const same = (a: readonly number[] | null, b: readonly number[] | null) => a !== null && b !== null && a.join() === b.join();

export function Answering({ session, now }: ToolProps & { now: QuizSeen | null }) {
  const [at, setAt] = useState<number | null>(null);
  if (now === null || !now.open) return <p class="soft">{t("nothing")}</p>;
  const first = now.questions.findIndex((one) => one.mine === null);
  const place = at ?? (first === -1 ? now.questions.length : first);
  const question = now.questions[place];
  const right = now.questions.filter((one) => same(one.mine, one.right)).length;
  const done = first === -1 || !now.running;
  return (
    <>
      {now.title !== "" && <h3>{now.title}</h3>}
      {!now.running && <Notice>{t("over")}</Notice>}
      {now.running && question && (
        <One key={place} session={session} now={now} question={question} place={place} onNext={() => setAt(place + 1)} />
      )}
      {(done || question === undefined) && (
        <>
          <Notice icon="check" role="status">
            <span data-testid="quiz-score">{t("score", { n: right, all: now.questions.length })}</span>
          </Notice>
          {now.questions.map((one, number) => (
            <section class="stack tight" key={number} aria-label={t("of", { n: number + 1, all: now.questions.length })}>
              <h4>{one.text}</h4>
              <Told question={one} />
            </section>
          ))}
        </>
      )}
      {now.shown && <Group now={now} />}
    </>
  );
}

interface OneProps {
  readonly session: ToolProps["session"];
  readonly now: QuizSeen;
  readonly question: QuestionSeen;
  readonly place: number;
  readonly onNext: () => void;
}

function One({ session, now, question, place, onNext }: OneProps) {
  const [picked, setPicked] = useState<readonly number[]>([]);
  const [busy, setBusy] = useState(false);
  if (question.mine !== null) {
    return (
      <section class="stack">
        <p class="small soft">{t("of", { n: place + 1, all: now.questions.length })}</p>
        <h4>{question.text}</h4>
        <Told question={question} />
        {place + 1 < now.questions.length && (
          <Button look="primary" onClick={onNext} data-testid="quiz-next">
            {t("next")}
          </Button>
        )}
      </section>
    );
  }
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (picked.length === 0 || busy) return;
        setBusy(true);
        void session.use({ do: "quiz.answer", question: place, choices: picked }).then((answer) => {
          setBusy(false);
          report(answer);
        });
      }}
    >
      <p class="small soft">{t("of", { n: place + 1, all: now.questions.length })}</p>
      <Choices legend={question.text} hint={question.several ? t("several_hint") : undefined} choices={question.choices} several={question.several} picked={picked} onPick={setPicked} />
      {place === 0 && <p class="small soft">{now.named ? t("promise_named") : t("promise_private")}</p>}
      <Button type="submit" look="primary" busy={busy} aria-disabled={picked.length === 0} data-testid="quiz-check">
        {t("check")}
      </Button>
    </form>
  );
}

/** What was right, for whoever may know by now. */
function Told({ question }: { question: QuestionSeen }) {
  if (question.right === null) return null;
  const good = same(question.mine, question.right);
  return (
    <div class="stack tight" role="status" data-testid="quiz-told" data-right={good || undefined}>
      {question.mine !== null && <Notice icon={good ? "check" : "info"}>{good ? t("was_right") : t("was_wrong")}</Notice>}
      {!good && <p>{t("right_is", { text: question.right.map((place) => question.choices[place]).join(", ") })}</p>}
      {question.explanation !== "" && <p>{question.explanation}</p>}
    </div>
  );
}

export function Group({ now }: { now: QuizSeen }) {
  return (
    <section class="stack" aria-label={t("group")} data-testid="quiz-group">
      <h3>{t("group")}</h3>
      {now.questions.map((one, number) => (
        <div class="stack tight" key={number}>
          <h4>{one.text}</h4>
          <p class="small soft">{t("correct", { n: one.correct ?? 0, all: one.answered ?? 0 })}</p>
          <Bars choices={one.choices} counts={one.counts ?? []} total={one.answered ?? 0} right={one.right ?? []} say={(share, n) => t("share", { share, n })} />
        </div>
      ))}
    </section>
  );
}
