/** Goals of the treatment plan, picked and not typed. They are read when the section comes into sight: each reading is an entry in the audit log. */
import { useEffect, useRef, useState } from "preact/hooks";

import { announce, Button, Check, Field, Notice } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { sentence } from "../words/index.ts";
import { addGoal, goalsOf, may } from "./door.ts";
import type { Goal } from "./door.ts";
import { t } from "./words/index.ts";

export interface GoalsProps {
  readonly client: string;
  readonly name: string;
  readonly picked: readonly string[];
  readonly onPick: (goals: readonly string[]) => void;
  /** What the server already said about those that are picked. */
  readonly known: readonly (readonly [string, string])[];
}

/** By client: the panel may come and go. */
const read = new Map<string, readonly Goal[]>();

export function Goals({ client, name, picked, onPick, known }: GoalsProps) {
  const [goals, setGoals] = useState<readonly Goal[] | null>(read.get(client) ?? null);
  const [code, setCode] = useState<string | null>(null);
  const root = useRef<HTMLFieldSetElement>(null);
  const keep = (found: readonly Goal[]) => {
    read.set(client, found);
    setGoals(found);
    setCode(null);
  };
  const load = () => void goalsOf(client).then(keep, (error: unknown) => setCode(codeOf(error)));
  useEffect(() => {
    if (goals !== null || root.current === null || !may("plan")) return undefined;
    if (typeof IntersectionObserver === "undefined") return load();
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting)) return;
      watch.disconnect();
      load();
    });
    watch.observe(root.current);
    return () => watch.disconnect();
  }, [client]);

  const texts = new Map<string, string>(known.map(([id, text]) => [id, text]));
  for (const goal of goals ?? []) texts.set(goal.id, goal.text);
  const offered = (goals ?? []).filter((goal) => goal.effective_to === null || picked.includes(goal.id)).map((goal) => goal.id);
  const shown = [...new Set([...offered, ...picked])];
  const pick = (id: string, on: boolean) => onPick(on ? [...picked, id] : picked.filter((one) => one !== id));
  return (
    <fieldset class="goals" ref={root} data-field="goals" tabIndex={-1}>
      <legend class="small">
        {t("goals.title")}
        <span class="unseen">: {name}</span>
      </legend>
      {goals === null && code === null && may("plan") && <p class="soft small">{t("goals.loading")}</p>}
      {code !== null && (
        <Notice tone="warn" role="status">
          <p>{sentence(code)}</p>
          <Button look="plain" onClick={load}>
            {t("again")}
          </Button>
        </Notice>
      )}
      {goals !== null && shown.length === 0 && <p class="soft small">{t("goals.none")}</p>}
      {shown.map((id) => (
        <Check key={id} label={texts.get(id) ?? t("goals.unknown")} checked={picked.includes(id)} onChange={(on) => pick(id, on)} data-testid={`goal-${id}`} />
      ))}
      {goals !== null && <AddGoal client={client} onAdded={keep} onPick={(id) => onPick([...picked, id])} before={goals} />}
    </fieldset>
  );
}

function AddGoal({ client, before, onAdded, onPick }: { client: string; before: readonly Goal[]; onAdded: (goals: readonly Goal[]) => void; onPick: (id: string) => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [code, setCode] = useState<string | null>(null);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) root.current?.querySelector("input")?.focus();
  }, [open]);
  const add = async () => {
    if (text.trim() === "" || busy) return;
    setBusy(true);
    try {
      const all = await addGoal(client, text.trim());
      const ids = new Set(before.map((goal) => goal.id));
      const made = all.find((goal) => !ids.has(goal.id));
      onAdded(all);
      if (made !== undefined) onPick(made.id);
      announce(t("goals.added"));
      setText("");
      setCode(null);
      setOpen(false);
    } catch (error) {
      setCode(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  if (!open) {
    return (
      <Button look="plain" onClick={() => setOpen(true)} data-testid={`add-goal-${client}`}>
        {t("goals.add")}
      </Button>
    );
  }
  return (
    <div class="add-goal" ref={root}>
      <Field
        label={t("goals.new")}
        hint={t("goals.new_hint")}
        error={code === null ? undefined : sentence(code)}
        value={text}
        maxLength={500}
        data-testid={`new-goal-${client}`}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
            event.preventDefault();
            void add();
          } else if (event.key === "Escape") setOpen(false);
        }}
      />
      <div class="row">
        <Button busy={busy} onClick={() => void add()}>
          {t("goals.add_do")}
        </Button>
        <Button look="plain" onClick={() => setOpen(false)}>
          {t("cancel")}
        </Button>
      </div>
    </div>
  );
}
