/** What a material is called, its topic, its language and its quiz. */
import { useId, useState } from "preact/hooks";

import { Editor, isWhole, tidy } from "../../tools/quiz/Editor.tsx";
import { Button, Dialog, Field, Notice } from "../../ui/index.ts";
import { save } from "./door.ts";
import type { Library, Material } from "./door.ts";
import { whyNot } from "./why.ts";
import { t } from "./words/index.ts";

export interface MaterialFacts {
  readonly title: string;
  readonly topic: string;
  readonly language: string;
}

interface FactsProps {
  readonly facts: MaterialFacts;
  readonly topics: Library["topics"];
  readonly onChange: (facts: MaterialFacts) => void;
}

export function Facts({ facts, topics, onChange }: FactsProps) {
  const id = useId();
  return (
    <>
      <Field label={t("name")} maxLength={120} value={facts.title} data-testid="material-title" onInput={(event) => onChange({ ...facts, title: event.currentTarget.value })} />
      <div class="field">
        <label for={`${id}-topic`}>{t("topic")}</label>
        <p class="hint" id={`${id}-topic-hint`}>
          {t("topic_hint")}
        </p>
        <input
          id={`${id}-topic`}
          class="input"
          type="text"
          maxLength={120}
          list={`${id}-topics`}
          aria-describedby={`${id}-topic-hint`}
          value={facts.topic}
          data-testid="material-topic"
          onInput={(event) => onChange({ ...facts, topic: event.currentTarget.value })}
        />
      </div>
      <datalist id={`${id}-topics`}>
        {(topics[facts.language] ?? []).map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Field kind="select" label={t("language")} value={facts.language} onChange={(event) => onChange({ ...facts, language: event.currentTarget.value })}>
        <option value="en">{t("language.en")}</option>
        <option value="es">{t("language.es")}</option>
      </Field>
    </>
  );
}

export function Edit({ one, library, onClose, onSaved }: { one: Material; library: Library; onClose: () => void; onSaved: () => void }) {
  const [facts, setFacts] = useState<MaterialFacts>(one);
  const [quiz, setQuiz] = useState(one.quiz);
  const [error, setError] = useState<string | null>(null);
  const ready = facts.title.trim() !== "" && quiz.every(isWhole);
  const send = () => {
    if (!ready) return;
    save(one, { title: facts.title, topic: facts.topic, language: facts.language, archived: one.archived, quiz: quiz.map(tidy) }).then(onSaved, (no: unknown) =>
      setError(whyNot(no)),
    );
  };
  return (
    <Dialog
      title={t("edit_title", { title: one.title || t("untitled") })}
      closeLabel={t("close")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" aria-disabled={!ready} onClick={send} data-testid="material-save">
            {t("save")}
          </Button>
        </>
      }
    >
      <div class="stack">
        <Facts facts={facts} topics={library.topics} onChange={setFacts} />
        <h3>{t("quiz")}</h3>
        <p class="small soft">{t("quiz_hint")}</p>
        <Editor questions={quiz} onChange={setQuiz} />
        {error !== null && (
          <Notice tone="bad" role="alert">
            {error}
          </Notice>
        )}
      </div>
    </Dialog>
  );
}
