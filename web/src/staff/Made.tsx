/** What a session was about: its topic, what was shown, how polls and quizzes came out. Nothing where it left nothing. */
import type { SessionDetail } from "./api.ts";
import { useLoad } from "./load.ts";
import { made } from "./made.ts";
import { t } from "./words/index.ts";

export function MadeHere({ session }: { session: SessionDetail }) {
  const { value } = useLoad(`made ${session.id} ${session.state}`, () => made(session.id));
  if (value === null || (value.topic === "" && value.materials.length + value.polls.length + value.quizzes.length === 0)) return null;
  return (
    <section class="card stack tight" aria-labelledby="made-title" data-testid="made">
      <h2 id="made-title">{t("made.title")}</h2>
      {value.topic !== "" && (
        <p>
          <span class="soft">{t("made.topic")}: </span>
          <span data-testid="made-topic">{value.topic}</span>
        </p>
      )}
      {value.materials.length > 0 && (
        <p>
          <span class="soft">{t("made.shown")}: </span>
          {value.materials.map((one) => one.title).join(", ")}
        </p>
      )}
      {value.polls.map((one, place) => (
        <details key={place}>
          <summary>{t("made.poll", { question: one.question })}</summary>
          <ul>
            {one.choices.map((choice, at) => (
              <li key={choice}>{t("made.counts", { choice, n: one.counts[at] ?? 0 })}</li>
            ))}
          </ul>
        </details>
      ))}
      {value.quizzes.map((one, place) => (
        <details key={place}>
          <summary>{one.title === "" ? t("made.quiz_plain") : t("made.quiz", { title: one.title })}</summary>
          <ul>
            {one.questions.map((question, at) => (
              <li key={question}>{t("made.right", { question, n: one.right[at] ?? 0, all: one.answered[at] ?? 0 })}</li>
            ))}
          </ul>
        </details>
      ))}
    </section>
  );
}
