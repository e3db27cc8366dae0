/** Goals of the treatment plan: what the work of a note is tied to. A goal is closed and never changed. */
import { useState } from "preact/hooks";

import { announce, Button, Field, Icon } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { shortDay } from "../words/index.ts";
import { Ask } from "./Ask.tsx";
import { addGoal, choices, closeGoal, goals } from "./door.ts";
import type { Goal } from "./door.ts";
import type { TabProps } from "./tabs.ts";
import { t } from "./words/index.ts";

export default function Plan({ client: id }: TabProps) {
  const loaded = useLoad(`goals ${id}`, () => goals(id));
  const offer = useLoad("choices", choices);
  const [asking, setAsking] = useState<Goal | "new" | null>(null);
  const today = offer.value?.today ?? new Date().toISOString().slice(0, 10);
  const open = loaded.value?.filter((goal) => goal.effective_to === null || goal.effective_to >= today) ?? [];
  const closed = loaded.value?.filter((goal) => !open.includes(goal)) ?? [];
  const done = (word: string) => {
    announce(word);
    setAsking(null);
    loaded.again();
  };
  return (
    <section class="card stack" aria-labelledby="goals">
      <div class="row between">
        <h2 id="goals">{t("plan.title")}</h2>
        <Button onClick={() => setAsking("new")} data-testid="add-goal">
          {t("plan.add")}
        </Button>
      </div>
      <Failed loaded={loaded} />
      {loaded.value === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
      {loaded.value !== null && open.length === 0 && (
        <div class="empty">
          <Icon name="note" />
          <p class="soft">{t("plan.none")}</p>
        </div>
      )}
      <ul class="lines">
        {open.map((goal) => (
          <li key={goal.id}>
            <span>
              {goal.text} <span class="soft small">{t("since", { day: shortDay(goal.effective_from) })}</span>
            </span>
            <Button look="plain" onClick={() => setAsking(goal)}>
              {t("plan.close")}
              <span class="unseen">: {goal.text}</span>
            </Button>
          </li>
        ))}
      </ul>
      {closed.length > 0 && (
        <details>
          <summary>{t("plan.closed", { n: closed.length })}</summary>
          <ul class="lines">
            {closed.map((goal) => (
              <li key={goal.id}>
                <span>
                  {goal.text} <span class="soft small">{t("between", { from: shortDay(goal.effective_from), to: shortDay(goal.effective_to ?? goal.effective_from) })}</span>
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
      {asking === "new" && <NewGoal client={id} today={today} close={() => setAsking(null)} done={() => done(t("plan.added"))} />}
      {asking !== null && asking !== "new" && <Close client={id} goal={asking} today={today} close={() => setAsking(null)} done={() => done(t("plan.was_closed"))} />}
    </section>
  );
}

interface Asking {
  readonly client: string;
  readonly today: string;
  readonly close: () => void;
  readonly done: () => void;
}

function NewGoal({ client: id, today, close, done }: Asking) {
  const [text, setText] = useState("");
  const [from, setFrom] = useState(today);
  const missing = [...(text.trim() === "" ? ["goal"] : []), ...(from === "" ? ["day"] : [])];
  return (
    <Ask title={t("plan.add")} action={t("plan.add")} close={close} missing={missing} send={() => addGoal(id, text.trim(), from).then(done)}>
      {(error) => (
        <>
          <Field kind="area" label={t("plan.goal")} hint={t("plan.goal_hint")} value={text} maxLength={500} error={error("goal")} onInput={(event) => setText(event.currentTarget.value.replaceAll("\n", " "))} data-testid="goal-text" />
          <Field type="date" label={t("field.from")} value={from} error={error("day")} onChange={(event) => setFrom(event.currentTarget.value)} />
        </>
      )}
    </Ask>
  );
}

function Close({ client: id, goal, today, close, done }: Asking & { readonly goal: Goal }) {
  const [last, setLast] = useState(today);
  return (
    <Ask title={t("plan.close")} action={t("plan.close")} close={close} missing={last === "" ? ["day"] : []} send={() => closeGoal(id, goal.id, last).then(done)}>
      {(error) => (
        <>
          <p>{goal.text}</p>
          <Field type="date" label={t("field.last")} value={last} min={goal.effective_from} error={error("day")} onChange={(event) => setLast(event.currentTarget.value)} />
        </>
      )}
    </Ask>
  );
}
