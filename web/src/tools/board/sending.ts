/**
 * Marks on their way to the shared sheet: drawn here at once, sent a few at a time, and given up if they are refused.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { report } from "../../call/refusal.ts";
import type { Session } from "../../core/session.ts";
import type { Mark } from "../../wire.ts";

export interface Sending {
  /** Drawn on this page and not yet known to be on the sheet. */
  readonly pending: ReadonlySignal<readonly Mark[]>;
  send(marks: readonly Mark[]): void;
}

/** Between two messages: nobody sees the difference, and a quick hand stays within what a page may send. */
const EVERY_MS = 250;
/** In one message. */
const MOST = 20;
/** Until what was acknowledged has surely come back as part of the sheet; drawn twice, it looks the same. */
const SETTLED_MS = 1500;

export function openSending(session: Session): Sending {
  const pending = signal<readonly Mark[]>([]);
  let queue: Mark[] = [];
  let under = false;

  async function run(): Promise<void> {
    if (under) return;
    under = true;
    while (queue.length > 0) {
      const marks = queue.slice(0, MOST);
      queue = queue.slice(MOST);
      const answer = await session.use({ do: "board.draw", marks });
      report(answer);
      const done = () => (pending.value = pending.peek().filter((one) => !marks.includes(one)));
      if (answer.ok) setTimeout(done, SETTLED_MS);
      else done();
      await new Promise((go) => setTimeout(go, EVERY_MS));
    }
    under = false;
  }

  return {
    pending,
    send(marks) {
      queue.push(...marks);
      pending.value = [...pending.peek(), ...marks];
      void run();
    },
  };
}
