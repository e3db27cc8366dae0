/** A poll for whoever leads: to ask, to see answers come, to show them. */
import { useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { Button, Check, Field, IconButton } from "../../ui/index.ts";
import type { PollSeen, PollsSeen } from "../../wire.ts";
import { Bars } from "../Bars.tsx";
import { nameIn } from "../naming.ts";
import type { ToolProps } from "../registry.ts";
import { t } from "./words/index.ts";

const MOST_CHOICES = 6;
const EMPTY = ["", ""];

export function Leading({ session, room, now }: ToolProps & { now: PollsSeen | null }) {
  const polls = now ? [...now.polls].reverse() : [];
  const running = polls.find((one) => one.running);
  return (
    <>
      {polls.map((one) => (
        <One key={one.id} session={session} room={room} poll={one} />
      ))}
      {now?.open && (
        <Button onClick={() => void session.use({ do: "polls.close" }).then(report)} data-testid="polls-away">
          {t("away")}
        </Button>
      )}
      {!running && <Asking session={session} />}
    </>
  );
}

function One({ session, room, poll }: Pick<ToolProps, "session" | "room"> & { poll: PollSeen }) {
  return (
    <section class="stack tight" aria-label={poll.question} data-testid="poll">
      <h3>{poll.question}</h3>
      <p class="row small">
        <span class="chip" data-state={poll.running ? "open" : "ended"}>
          {poll.running ? t("running") : t("ended")}
        </span>
        <span data-testid="poll-answered">{t("answered", { n: poll.total ?? 0 })}</span>
      </p>
      <Bars choices={poll.choices} counts={poll.counts ?? []} total={poll.total ?? 0} say={(share, n) => t("share", { share, n })} />
      {poll.answers.length > 0 && (
        <details>
          <summary>{t("who")}</summary>
          <ul class="small">
            {poll.answers.map((one) => (
              <li key={one.member}>
                {nameIn(room, one.member, t("somebody"))}: {one.choices.map((place) => poll.choices[place]).join(", ")}
              </li>
            ))}
          </ul>
        </details>
      )}
      <div class="row">
        {poll.running && (
          <Button onClick={() => void session.use({ do: "polls.end", poll: poll.id }).then(report)} data-testid="poll-end">
            {t("end")}
          </Button>
        )}
        <Button
          look={poll.shown ? "quiet" : "primary"}
          onClick={() => void session.use({ do: "polls.show", poll: poll.id, shown: !poll.shown }).then(report)}
          data-testid="poll-show"
        >
          {poll.shown ? t("hide") : t("show")}
        </Button>
      </div>
    </section>
  );
}

function Asking({ session }: Pick<ToolProps, "session">) {
  const [question, setQuestion] = useState("");
  const [choices, setChoices] = useState<readonly string[]>(EMPTY);
  const [several, setSeveral] = useState(false);
  const [anonymous, setAnonymous] = useState(true);
  const written = choices.map((one) => one.trim()).filter((one) => one !== "");
  const ready = question.trim() !== "" && written.length > 1 && new Set(written).size === written.length;
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        void session.use({ do: "polls.start", question: question.trim(), choices: written, several, anonymous }).then((answer) => {
          report(answer);
          if (!answer.ok) return;
          setQuestion("");
          setChoices(EMPTY);
        });
      }}
    >
      <h3>{t("new")}</h3>
      <Field label={t("question")} value={question} maxLength={300} data-testid="poll-question" onInput={(event) => setQuestion(event.currentTarget.value)} />
      {choices.map((one, place) => (
        <div class="row choice-line" key={place}>
          <Field
            label={t("choice", { n: place + 1 })}
            value={one}
            maxLength={160}
            data-testid={`poll-choice-${place}`}
            onInput={(event) => setChoices(choices.map((other, at) => (at === place ? event.currentTarget.value : other)))}
          />
          {choices.length > 2 && <IconButton icon="close" label={t("drop", { n: place + 1 })} onClick={() => setChoices(choices.filter((_, at) => at !== place))} />}
        </div>
      ))}
      {choices.length < MOST_CHOICES && (
        <div>
          <Button look="plain" onClick={() => setChoices([...choices, ""])} data-testid="poll-more">
            {t("more")}
          </Button>
        </div>
      )}
      <Check label={t("several")} checked={several} onChange={setSeveral} />
      <Check label={t("anonymous")} checked={anonymous} onChange={setAnonymous} data-testid="poll-anonymous" />
      {!ready && <p class="small soft">{t("incomplete")}</p>}
      <Button type="submit" look="primary" aria-disabled={!ready} data-testid="poll-ask">
        {t("ask")}
      </Button>
    </form>
  );
}
