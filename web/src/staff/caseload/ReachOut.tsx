/**
 * One click says how somebody was tried; it is recorded at once, and can be taken back. Nothing is deleted by that: a
 * withdrawn attempt stays in the client's record.
 */
import { useEffect, useState } from "preact/hooks";

import { announce, Button, Menu, Notice } from "../../ui/index.ts";
import type { IconName } from "../../ui/index.ts";
import { codeOf } from "../api.ts";
import { sentence } from "../words/index.ts";
import { reachedOut, withdraw } from "./door.ts";
import type { Attempt } from "./door.ts";
import { known, t } from "./words/index.ts";

/** What is tried most, in the order in which it is chosen most. */
const USUAL: readonly Attempt[] = [
  { how: "call", outcome: "no_answer" },
  { how: "call", outcome: "left_message" },
  { how: "call", outcome: "reached" },
  { how: "call", outcome: "coming_back" },
  { how: "text", outcome: "sent" },
  { how: "email", outcome: "sent" },
];

const ICONS: Partial<Record<Attempt["how"], IconName>> = { text: "chat", email: "send" };

export function attemptWords(how: string, outcome: string): string {
  return t("attempt", { how: known("how", how, "how.unknown"), outcome: known("outcome", outcome, "outcome.unknown") });
}

interface Done {
  readonly id: string;
  readonly words: string;
}

const UNDO_FOR = 60_000;

export function ReachOut({ client, name, changed }: { client: string; name: string; changed: () => void }) {
  const [done, setDone] = useState<Done | null>(null);
  const [code, setCode] = useState<string | null>(null);
  useEffect(() => {
    if (done === null) return undefined;
    const timer = setTimeout(() => setDone(null), UNDO_FOR);
    return () => clearTimeout(timer);
  }, [done]);
  const act = async (work: () => Promise<Done | null>) => {
    try {
      const now = await work();
      setCode(null);
      setDone(now);
      announce(now === null ? t("reach.undone") : t("reach.done", { what: now.words }));
      changed();
    } catch (error) {
      setCode(codeOf(error));
    }
  };
  const log = (attempt: Attempt) =>
    act(async () => ({ id: await reachedOut(client, attempt), words: attemptWords(attempt.how, attempt.outcome) }));
  const undo = (one: Done) =>
    act(async () => {
      await withdraw(client, "outreach", one.id);
      return null;
    });
  return (
    <div class="stack tight">
      <Menu
        icon="phone"
        label={name === "" ? t("reach.log") : t("reach.label", { name })}
        caption={t("reach.log")}
        items={USUAL.map((one) => ({ icon: ICONS[one.how] ?? "phone", label: attemptWords(one.how, one.outcome), act: () => void log(one) }))}
        data-testid={`reach-${client}`}
      />
      {done !== null && (
        <p class="row small" role="status" data-testid="reached">
          {t("reach.done", { what: done.words })}
          <Button look="plain" onClick={() => void undo(done)}>
            {t("reach.undo")}
          </Button>
        </p>
      )}
      {code !== null && (
        <Notice tone="warn" role="status">
          <p>{sentence(code)}</p>
        </Notice>
      )}
    </div>
  );
}
