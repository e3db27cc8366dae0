/** A quiz for whoever leads: one that was prepared, or written now; how the group answers, and when it is shown. */
import { useEffect, useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { Button, Check, Field } from "../../ui/index.ts";
import type { QuizSeen } from "../../wire.ts";
import { library, type Material, type Question } from "../library.ts";
import { nameIn } from "../naming.ts";
import type { ToolProps } from "../registry.ts";
import { Group } from "./Answering.tsx";
import { BLANK, Editor, isWhole, tidy } from "./Editor.tsx";
import { t } from "./words/index.ts";

export function Leading({ session, room, now }: ToolProps & { now: QuizSeen | null }) {
  const on = now?.open ? now : null;
  return (
    <>
      {on && (
        <>
          {on.title !== "" && <h3>{on.title}</h3>}
          <Group now={on} />
          {on.scores.length > 0 && (
            <section class="stack tight" aria-label={t("scores")}>
              <h3>{t("scores")}</h3>
              <ul class="small">
                {on.scores.map((one) => (
                  <li key={one.member}>
                    {nameIn(room, one.member, t("somebody"))}: {t("score_of", { n: one.right, all: one.answered })}
                  </li>
                ))}
              </ul>
            </section>
          )}
          <div class="row">
            {on.running && (
              <Button onClick={() => void session.use({ do: "quiz.end" }).then(report)} data-testid="quiz-end">
                {t("end")}
              </Button>
            )}
            <Button look={on.shown ? "quiet" : "primary"} onClick={() => void session.use({ do: "quiz.show", shown: !on.shown }).then(report)} data-testid="quiz-show">
              {on.shown ? t("hide") : t("show")}
            </Button>
            <Button onClick={() => void session.use({ do: "quiz.close" }).then(report)} data-testid="quiz-away">
              {t("away")}
            </Button>
          </div>
        </>
      )}
      {!on && <Starting session={session} />}
    </>
  );
}

function Starting({ session }: Pick<ToolProps, "session">) {
  const [prepared, setPrepared] = useState<readonly Material[]>([]);
  const [named, setNamed] = useState(false);
  const [title, setTitle] = useState("");
  const [questions, setQuestions] = useState<readonly Question[]>([BLANK]);
  useEffect(() => {
    library().then(
      (found) => setPrepared(found.materials.filter((one) => !one.archived && one.quiz.length > 0)),
      () => undefined,
    );
  }, []);
  const start = (called: string, asked: readonly Question[]) =>
    void session.use({ do: "quiz.start", title: called, questions: asked.map(tidy), named }).then(report);
  const ready = questions.length > 0 && questions.every(isWhole);
  return (
    <>
      <Check label={t("named")} checked={named} onChange={setNamed} />
      <section class="stack tight" aria-label={t("prepared")}>
        <h3>{t("prepared")}</h3>
        {prepared.length === 0 && <p class="soft small">{t("none_prepared")}</p>}
        {prepared.map((one) => (
          <div class="row spread" key={one.id}>
            <span>
              {one.title} <span class="soft small">{t("questions", { n: one.quiz.length })}</span>
            </span>
            <Button onClick={() => start(one.title, one.quiz)} data-testid={`quiz-start-${one.id}`}>
              {t("go")}
              <span class="unseen">: {one.title}</span>
            </Button>
          </div>
        ))}
      </section>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) start(title.trim(), questions);
        }}
      >
        <h3>{t("in_place")}</h3>
        <Field label={t("title")} value={title} maxLength={120} onInput={(event) => setTitle(event.currentTarget.value)} />
        <Editor questions={questions} onChange={setQuestions} />
        <Button type="submit" look="primary" aria-disabled={!ready} data-testid="quiz-go">
          {t("go")}
        </Button>
      </form>
    </>
  );
}
