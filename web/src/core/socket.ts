/**
 * The signalling door: keeps one channel to the server open, asks, and hands on what it is told.
 *
 * It knows nothing of rooms. An ask that is not answered within 5 s, or whose connection breaks, rejects with `NoAnswer`:
 * nobody knows then whether it was done, so whoever repeats it sends the same operation id. A lost connection is made
 * again, more and more patiently; after "bye" the server has the last word: only "restart" leads back.
 */
import type { Answers, ClientToServerEvents, RefusalCode, Refused } from "../wire.ts";
import { NoAnswer, openChannel, type Channel, type End } from "./channel.ts";
import { isTell, type Tell } from "./guards.ts";

export { NoAnswer } from "./channel.ts";

/** After a loss, doubled with each attempt in vain. */
const RETRY_MS = 300;
const RETRY_MAX_MS = 3000;
/** After a refusal. */
const REFUSED_MS = 2000;

export type Body<N extends keyof ClientToServerEvents> = Parameters<ClientToServerEvents[N]>[0];

export interface SignalDoor {
  ask<N extends keyof Answers>(name: N, body: Body<N>): Promise<Answers[N] | Refused>;
  /** Give up a connection that seems dead, and make a new one at once. */
  bounce(): void;
  close(): void;
}

export interface SignalHandlers {
  csrf: () => string;
  connected: () => void;
  lost: () => void;
  /** The server does not take this browser: its cookie is not valid. */
  refused: (code: RefusalCode) => void;
  told: (tell: Tell) => void;
}

export function openSignal(on: SignalHandlers): SignalDoor {
  let channel: Channel | null = null;
  let connected = false;
  let closed = false;
  let attempts = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function connect(): void {
    clearTimeout(retry);
    channel = openChannel({
      auth: () => ({ csrf: on.csrf() }),
      open() {
        connected = true;
        attempts = 0;
        on.connected();
      },
      told,
      ended,
    });
  }

  function ended(why: End): void {
    const was = connected;
    channel = null;
    connected = false;
    if (closed) return;
    if (was) on.lost();
    if (typeof why === "object" && why.refused === "not_signed_in") return on.refused(why.refused);
    // Not all at the same moment: all pages of a server that restarts come back to it.
    const jitter = 0.5 + Math.random();
    retry = setTimeout(connect, why === "lost" ? Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** attempts++ * jitter) : REFUSED_MS * jitter);
  }

  function told(name: string, body: unknown): void {
    const tell = isTell(name, body);
    if (!tell) return;
    if (tell.type === "bye" && tell.why !== "restart") closed = true;
    on.told(tell);
    if (closed) channel?.close();
  }

  connect();

  return {
    async ask<N extends keyof Answers>(name: N, body: Body<N>): Promise<Answers[N] | Refused> {
      if (!channel) throw new NoAnswer();
      return (await channel.ask(name, body)) as Answers[N] | Refused;
    },
    bounce() {
      if (closed) return;
      if (connected) channel?.drop();
      else if (channel === null) connect();
    },
    close() {
      closed = true;
      clearTimeout(retry);
      channel?.close();
    },
  };
}
