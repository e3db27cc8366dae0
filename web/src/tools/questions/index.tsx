/** The question queue: ask by name or without one, say "me, too", and take one after the other. */
import { useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { Button, Check, Field } from "../../ui/index.ts";
import type { AskedSeen, QuestionsSeen } from "../../wire.ts";
import { nameIn } from "../naming.ts";
import type { ToolProps } from "../registry.ts";
import { t } from "./words/index.ts";
import "./questions.css";

function Panel(props: ToolProps) {
  const now = props.seen?.tool === "questions" ? props.seen : null;
  const { session, leads } = props;
  return (
    <>
      {!now?.open && <p class="soft">{t("closed")}</p>}
      {now?.open && !leads && <Ask session={session} hidden={now.hidden} />}
      {now && (now.open || leads) && <List {...props} now={now} />}
      {leads && <Gate session={session} now={now} />}
    </>
  );
}

function Gate({ session, now }: Pick<ToolProps, "session"> & { now: QuestionsSeen | null }) {
  const [hidden, setHidden] = useState(false);
  if (now?.open) {
    return (
      <Button onClick={() => void session.use({ do: "questions.close" }).then(report)} data-testid="questions-close">
        {t("close")}
      </Button>
    );
  }
  return (
    <div class="stack">
      <Check label={t("hidden")} checked={hidden} onChange={setHidden} />
      <Button look="primary" onClick={() => void session.use({ do: "questions.open", hidden }).then(report)} data-testid="questions-open">
        {t("open")}
      </Button>
    </div>
  );
}

function Ask({ session, hidden }: Pick<ToolProps, "session"> & { hidden: boolean }) {
  const [text, setText] = useState("");
  const [anonymous, setAnonymous] = useState(false);
  return (
    <form
      class="stack tight"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === "") return;
        void session.use({ do: "questions.ask", text: text.trim(), anonymous }).then((answer) => {
          report(answer);
          if (answer.ok) setText("");
        });
      }}
    >
      <Field label={t("ask")} maxLength={300} value={text} data-testid="question-text" onInput={(event) => setText(event.currentTarget.value)} />
      <Check label={t("anonymous")} checked={anonymous} onChange={setAnonymous} data-testid="question-anonymous" />
      {anonymous && <p class="small soft">{hidden ? t("promise_hidden") : t("promise_group")}</p>}
      <Button type="submit" look="primary" aria-disabled={text.trim() === ""} data-testid="question-send">
        {t("send")}
      </Button>
    </form>
  );
}

function List({ session, room, leads, now }: ToolProps & { now: QuestionsSeen }) {
  if (now.questions.length === 0) return <p class="soft">{t("none")}</p>;
  return (
    <ul class="questions" aria-label={t("list")} data-testid="questions">
      {now.questions.map((one) => (
        <li key={one.id} data-mark={one.mark} data-testid="question">
          <p class="small soft">{whose(one, room)}</p>
          <p>{one.text}</p>
          <div class="row">
            {one.mark !== "waiting" && <span class="chip">{one.mark === "now" ? t("now") : t("answered")}</span>}
            {one.votes > 0 && <span class="small soft">{t("votes", { n: one.votes })}</span>}
            {!leads && !one.mine && one.mark !== "answered" && (
              <Button look="plain" aria-pressed={one.voted} onClick={() => void session.use({ do: "questions.vote", question: one.id, up: !one.voted }).then(report)} data-testid="question-vote">
                {t("too")}
                <span class="unseen">: {one.text}</span>
              </Button>
            )}
            {leads && <Marks session={session} one={one} />}
            {(leads || one.mine) && (
              <Button look="plain" onClick={() => void session.use({ do: "questions.drop", question: one.id }).then(report)}>
                {leads ? t("drop") : t("withdraw")}
                <span class="unseen">: {one.text}</span>
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Marks({ session, one }: Pick<ToolProps, "session"> & { one: AskedSeen }) {
  const mark = (to: AskedSeen["mark"]) => void session.use({ do: "questions.mark", question: one.id, mark: to }).then(report);
  return (
    <>
      {one.mark === "waiting" && (
        <Button onClick={() => mark("now")} data-testid="question-now">
          {t("take")}
          <span class="unseen">: {one.text}</span>
        </Button>
      )}
      {one.mark === "now" && (
        <Button onClick={() => mark("answered")} data-testid="question-done">
          {t("done")}
          <span class="unseen">: {one.text}</span>
        </Button>
      )}
      {one.mark === "answered" && (
        <Button look="plain" onClick={() => mark("waiting")}>
          {t("back")}
          <span class="unseen">: {one.text}</span>
        </Button>
      )}
    </>
  );
}

function whose(one: AskedSeen, room: ToolProps["room"]): string {
  if (one.mine) return one.anonymous ? `${t("mine")} · ${t("no_name")}` : t("mine");
  if (one.by === null) return t("no_name");
  const name = nameIn(room, one.by, t("somebody"));
  return one.anonymous ? `${name} · ${t("no_name")}` : name;
}

export default { Panel };
