/** A poll for those who answer: what runs now, and what is shown. */
import { useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { announce, Button, Notice } from "../../ui/index.ts";
import type { PollSeen, PollsSeen } from "../../wire.ts";
import { Bars } from "../Bars.tsx";
import { Choices } from "../Choices.tsx";
import type { ToolProps } from "../registry.ts";
import { t } from "./words/index.ts";

export function Answering({ session, now }: ToolProps & { now: PollsSeen | null }) {
  const polls = now?.open ? now.polls : [];
  if (polls.length === 0) return <p class="soft">{t("nothing")}</p>;
  return (
    <>
      {polls.map((one) => (
        <One key={one.id} session={session} poll={one} />
      ))}
    </>
  );
}

function One({ session, poll }: Pick<ToolProps, "session"> & { poll: PollSeen }) {
  const [picked, setPicked] = useState<readonly number[]>(poll.mine);
  const [busy, setBusy] = useState(false);
  const open = poll.running && !(poll.answered && poll.anonymous);
  const changed = [...picked].sort().join() !== [...poll.mine].sort().join();
  return (
    <section class="stack" aria-label={poll.question} data-testid="poll">
      {open ? (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (picked.length === 0 || busy) return;
            setBusy(true);
            void session.use({ do: "polls.answer", poll: poll.id, choices: picked }).then((answer) => {
              setBusy(false);
              report(answer);
              if (answer.ok) announce(t("sent"));
            });
          }}
        >
          <Choices legend={poll.question} hint={poll.several ? t("several_hint") : undefined} choices={poll.choices} several={poll.several} picked={picked} onPick={setPicked} />
          <p class="small soft">{poll.anonymous ? t("promise_anonymous") : t("promise_named")}</p>
          <Button type="submit" look="primary" busy={busy} aria-disabled={picked.length === 0 || !changed} data-testid="poll-send">
            {t("send")}
          </Button>
        </form>
      ) : (
        <h3>{poll.question}</h3>
      )}
      {poll.answered && (
        <Notice icon="check">
          {t("sent")} {poll.running && !poll.anonymous && t("change")} {!poll.shown && t("wait")}
        </Notice>
      )}
      {poll.counts && poll.total !== null && (
        <div data-testid="poll-results">
          <p class="small soft">{t("answered", { n: poll.total })}</p>
          <Bars choices={poll.choices} counts={poll.counts} total={poll.total} say={(share, n) => t("share", { share, n })} />
        </div>
      )}
    </section>
  );
}
