/** Writing a quiz: in a session, or on the page of materials. The words come with the tool. */
import { Button, Check, Field, IconButton } from "../../ui/index.ts";
import type { Question } from "../library.ts";
import { t } from "./words/index.ts";
import "./quiz.css";

export const MOST_QUESTIONS = 10;
const MOST_CHOICES = 6;
export const BLANK: Question = { text: "", choices: ["", ""], right: [], explanation: "" };

/** As it is sent: without the choices that nobody wrote. */
export function tidy(question: Question): Question {
  const kept = question.choices.map((text, place) => ({ text: text.trim(), right: question.right.includes(place) })).filter((one) => one.text !== "");
  return {
    text: question.text.trim(),
    choices: kept.map((one) => one.text),
    right: kept.flatMap((one, place) => (one.right ? [place] : [])),
    explanation: question.explanation.trim(),
  };
}

export function isWhole(question: Question): boolean {
  const { text, choices, right } = tidy(question);
  return text !== "" && choices.length > 1 && new Set(choices).size === choices.length && right.length > 0;
}

export function Editor({ questions, onChange }: { questions: readonly Question[]; onChange: (questions: readonly Question[]) => void }) {
  const set = (place: number, question: Question) => onChange(questions.map((one, at) => (at === place ? question : one)));
  return (
    <>
      {questions.map((one, place) => (
        <One key={place} number={place} question={one} onChange={(question) => set(place, question)} onDrop={() => onChange(questions.filter((_, at) => at !== place))} />
      ))}
      {questions.length < MOST_QUESTIONS && (
        <div>
          <Button look="plain" onClick={() => onChange([...questions, BLANK])} data-testid="quiz-more">
            {t("more")}
          </Button>
        </div>
      )}
      {!questions.every(isWhole) && <p class="small soft">{t("incomplete")}</p>}
    </>
  );
}

function One({ number, question, onChange, onDrop }: { number: number; question: Question; onChange: (question: Question) => void; onDrop: () => void }) {
  const { choices, right } = question;
  return (
    <fieldset class="quiz-question stack">
      <legend class="row spread">{t("question_n", { n: number + 1 })}</legend>
      <Field label={t("question")} value={question.text} maxLength={300} data-testid={`quiz-text-${number}`} onInput={(event) => onChange({ ...question, text: event.currentTarget.value })} />
      {choices.map((choice, place) => (
        <div class="quiz-choice" key={place}>
          <Field
            label={t("choice", { n: place + 1 })}
            value={choice}
            maxLength={160}
            data-testid={`quiz-choice-${number}-${place}`}
            onInput={(event) => onChange({ ...question, choices: choices.map((one, at) => (at === place ? event.currentTarget.value : one)) })}
          />
          <Check
            label={t("right")}
            checked={right.includes(place)}
            data-testid={`quiz-right-${number}-${place}`}
            onChange={(on) => onChange({ ...question, right: on ? [...right, place].sort() : right.filter((one) => one !== place) })}
          />
          {choices.length > 2 && (
            <IconButton
              icon="close"
              label={t("drop_choice", { n: place + 1 })}
              onClick={() =>
                onChange({
                  ...question,
                  choices: choices.filter((_, at) => at !== place),
                  right: right.filter((one) => one !== place).map((one) => (one > place ? one - 1 : one)),
                })
              }
            />
          )}
        </div>
      ))}
      {choices.length < MOST_CHOICES && (
        <div>
          <Button look="plain" onClick={() => onChange({ ...question, choices: [...choices, ""] })}>
            {t("more_choice")}
          </Button>
        </div>
      )}
      <Field kind="area" rows={2} label={t("explanation")} value={question.explanation} maxLength={600} onInput={(event) => onChange({ ...question, explanation: event.currentTarget.value })} />
      <div>
        <Button look="plain" onClick={onDrop}>
          {t("drop", { n: number + 1 })}
        </Button>
      </div>
    </fieldset>
  );
}
