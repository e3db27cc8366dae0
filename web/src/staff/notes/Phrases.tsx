/**
 * One's own quick phrases, at the caret: typing narrows the list, Enter takes the first, the selection becomes a new one.
 * Nobody else ever sees them. Owns the dialog; where the words go is its caller's.
 */
import { useEffect, useState } from "preact/hooks";

import { Button, Dialog, Field, Icon, IconButton, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { sentence } from "../words/index.ts";
import { dropPhrase, keepPhrase, phrasesFor } from "./door.ts";
import type { Phrase } from "./door.ts";
import { t } from "./words/index.ts";

const LABEL = 60;
const LONGEST = 2_000;

export interface PhrasesProps {
  /** null in the group's section. */
  readonly client: string | null;
  readonly name: string;
  readonly selection: string;
  readonly onInsert: (text: string) => void;
  readonly onClose: () => void;
}

export function Phrases({ client, name, selection, onInsert, onClose }: PhrasesProps) {
  const [all, setAll] = useState<readonly Phrase[] | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const [asked, setAsked] = useState("");
  const failed = (error: unknown) => setCode(codeOf(error));
  const load = () => void phrasesFor(client).then(setAll, failed);
  useEffect(load, []);

  const words = asked.trim().toLowerCase();
  const found = (all ?? []).filter(({ label, text }) => `${label} ${text}`.toLowerCase().includes(words));
  const remove = (id: string) => void dropPhrase(id).then(load, failed);
  return (
    <Dialog title={t("phrases.title")} closeLabel={t("close")} onClose={onClose} data-testid="phrases">
      <div class="stack">
        <p class="soft small">
          <Icon name="lock" /> {t("phrases.yours")}
        </p>
        {code !== null && (
          <Notice tone="bad" role="alert">
            {sentence(code)}
          </Notice>
        )}
        <Field
          label={t("phrases.find")}
          value={asked}
          autofocus
          data-testid="phrases-find"
          onInput={(event) => setAsked(event.currentTarget.value)}
          onKeyDown={(event) => {
            const first = found[0];
            if (event.key !== "Enter" || first === undefined) return;
            event.preventDefault();
            onInsert(first.text);
          }}
        />
        {all === null && code === null && <p class="soft">{t("loading")}</p>}
        {all !== null && found.length === 0 && <p class="soft">{words === "" ? t("phrases.none") : t("phrases.not_found")}</p>}
        {found.length > 0 && (
          <ul class="phrases">
            {found.map((one) => (
              <li key={one.id}>
                <button type="button" class="phrase" onClick={() => onInsert(one.text)} data-testid={`phrase-${one.id}`}>
                  <strong>{one.label}</strong>
                  {one.client !== null && <span class="soft small"> {t("phrases.for", { name })}</span>}
                  <span class="soft small phrase-text">{one.text}</span>
                </button>
                <IconButton icon="close" label={t("phrases.delete", { label: one.label })} onClick={() => remove(one.id)} />
              </li>
            ))}
          </ul>
        )}
        <NewPhrase selection={selection} client={client} name={name} onKept={load} onFailed={failed} />
      </div>
    </Dialog>
  );
}

interface NewPhraseProps {
  readonly selection: string;
  readonly client: string | null;
  readonly name: string;
  readonly onKept: () => void;
  readonly onFailed: (error: unknown) => void;
}

function NewPhrase({ selection, client, name, onKept, onFailed }: NewPhraseProps) {
  const [text, setText] = useState(selection.slice(0, LONGEST));
  const [label, setLabel] = useState(selection.trim().split(/\s+/).slice(0, 5).join(" ").slice(0, LABEL));
  const [only, setOnly] = useState(false);
  const keep = async () => {
    if (text.trim() === "" || label.trim() === "") return;
    try {
      await keepPhrase(label.trim(), text, only ? client : null);
      setText("");
      setLabel("");
      onKept();
    } catch (error) {
      onFailed(error);
    }
  };
  return (
    <details open={selection !== ""}>
      <summary>{selection === "" ? t("phrases.new") : t("phrases.from_selection")}</summary>
      <div class="stack more">
        <Field kind="area" rows={2} label={t("phrases.text")} value={text} maxLength={LONGEST} data-testid="phrase-text" onInput={(event) => setText(event.currentTarget.value)} />
        <Field label={t("phrases.label")} value={label} maxLength={LABEL} data-testid="phrase-label" onInput={(event) => setLabel(event.currentTarget.value)} />
        {client !== null && (
          <label class="check">
            <input type="checkbox" checked={only} onChange={(event) => setOnly(event.currentTarget.checked)} />
            <span>{t("phrases.only", { name })}</span>
          </label>
        )}
        <div class="row">
          <Button onClick={() => void keep()} data-testid="phrase-keep">
            {t("phrases.keep")}
          </Button>
        </div>
      </div>
    </details>
  );
}
