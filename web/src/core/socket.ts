/**
 * The signalling door: the only file that names socket.io.
 *
 * It connects, asks and hands on what it is told; it knows nothing of rooms. An ask that is not answered within 5 s, or
 * whose connection breaks, rejects with `NoAnswer`: nobody knows then whether it was done, so whoever repeats it sends
 * the same operation id. After "bye" the server has the last word: only "restart" leads back.
 */
import { io, type Socket } from "socket.io-client";
import type { Answers, ClientToServerEvents, RefusalCode, Refused, ServerToClientEvents } from "../wire.ts";
import { isRefusal, isTell, type Tell } from "./guards.ts";

const ANSWER_MS = 5000;
const RETRY_MS = 2000;

export class NoAnswer extends Error {
  constructor() {
    super("no answer");
    this.name = "NoAnswer";
  }
}

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
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io({
    path: "/signal",
    transports: ["websocket"],
    auth: (give) => give({ csrf: on.csrf() }),
    reconnectionDelay: 300,
    reconnectionDelayMax: 3000,
    randomizationFactor: 0.5,
    timeout: ANSWER_MS,
    autoConnect: false,
  });
  let closed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function again(delay: number): void {
    clearTimeout(retry);
    retry = setTimeout(() => {
      if (!closed && !socket.active) socket.connect();
    }, delay);
  }

  socket.on("connect", on.connected);
  socket.on("disconnect", (reason) => {
    if (closed) return;
    on.lost();
    // Neither of these reconnects by itself.
    if (reason === "io server disconnect" || reason === "io client disconnect") again(RETRY_MS * (0.5 + Math.random()));
  });
  socket.on("connect_error", (error) => {
    if (closed) return;
    if (isRefusal(error.message) && error.message === "not_signed_in") on.refused(error.message);
    else if (!socket.active) again(RETRY_MS * (0.5 + Math.random()));
  });
  socket.onAny((name: string, body: unknown) => {
    const tell = isTell(name, body);
    if (!tell) return;
    if (tell.type === "bye" && (tell).why !== "restart") closed = true;
    on.told(tell);
    if (closed) socket.disconnect();
  });
  socket.connect();

  return {
    async ask<N extends keyof Answers>(name: N, body: Body<N>): Promise<Answers[N] | Refused> {
      if (!socket.connected) throw new NoAnswer();
      const ask = socket.timeout(ANSWER_MS) as unknown as {
        emitWithAck(name: string, body: unknown): Promise<Answers[N] | Refused>;
      };
      try {
        return await ask.emitWithAck(name, body);
      } catch {
        throw new NoAnswer();
      }
    },
    bounce() {
      if (closed) return;
      if (socket.connected) socket.io.engine.close();
      else if (!socket.active) socket.connect();
    },
    close() {
      closed = true;
      clearTimeout(retry);
      socket.disconnect();
    },
  };
}
