/**
 * One WebSocket to the server's signalling, from its opening to its end: what is spoken there of socket.io 5 over
 * engine.io 4 (the protocols' numbers, which their authors have published). The only file that names `WebSocket`.
 *
 * Our server speaks one namespace in text over this one transport and refuses the rest, so this is all there is to it:
 * a handshake, pings, events, and answers by number. socket.io-client is 12 kB of a phone's first load, most of it for
 * what is never used here. A channel that has ended stays so; socket.ts opens the next one.
 */

/** Engine.io: the packet's first character. What belongs to socket.io comes within MESSAGE. */
const OPEN = "0";
const PING = "2";
const PONG = "3";
const MESSAGE = "4";
/** Socket.io: the second one, then perhaps the number of a question, then JSON. */
const CONNECT = "0";
const DISCONNECT = "1";
const EVENT = "2";
const ACK = "3";
const CONNECT_ERROR = "4";
const PACKET = /^4([0-4])(\d*)(.*)$/s;

const PATH = "/signal/?EIO=4&transport=websocket";
/** For each step of the handshake, and for each answer. */
const ANSWER_MS = 5000;

export class NoAnswer extends Error {}

/** Why it has ended. lost: the connection broke, or seems dead. sent_away: by the server, or else its refusal's message. */
export type End = "closed" | "lost" | "sent_away" | { readonly refused: string };

export interface ChannelHandlers {
  /** What goes with the first packet. */
  auth: () => object;
  open: () => void;
  told: (name: string, body: unknown) => void;
  /** Exactly once, also where it never opened. */
  ended: (why: End) => void;
}

export interface Channel {
  /** Rejects with `NoAnswer` after 5 s, or when the channel ends. */
  ask(name: string, body: unknown): Promise<unknown>;
  /** Say good-bye and end. */
  close(): void;
  /** End without a word to anybody: the connection seems dead. */
  drop(): void;
}

export function openChannel(on: ChannelHandlers): Channel {
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + PATH);
  const asked = new Map<number, { answer: (value: unknown) => void; fail: () => void }>();
  let asks = 0;
  let ended = false;
  let open = false;
  /** How long nothing may come: the server pings. */
  let silence = ANSWER_MS;
  let patience: ReturnType<typeof setTimeout> | undefined;
  /** By the clock on the wall: timers stand still while a device sleeps. */
  let deadline = 0;

  const send = (kind: string, json = "") => socket.send(MESSAGE + kind + json);
  const lost = () => end("lost");

  function wait(): void {
    const left = open ? silence : ANSWER_MS;
    deadline = Date.now() + left;
    clearTimeout(patience);
    patience = setTimeout(lost, left);
  }

  /** The device has slept, or the timer is late: what is said or heard now would prove somebody present all the time. */
  const overdue = () => Date.now() > deadline;

  function end(why: End): void {
    if (ended) return;
    ended = true;
    clearTimeout(patience);
    window.removeEventListener("offline", lost);
    socket.close();
    for (const { fail } of asked.values()) fail();
    on.ended(why);
  }

  function heard(packet: string): void {
    if (overdue()) return lost();
    wait();
    if (packet.startsWith(OPEN)) {
      const { pingInterval, pingTimeout } = JSON.parse(packet.slice(1)) as { pingInterval: number; pingTimeout: number };
      silence = pingInterval + pingTimeout;
      send(CONNECT, JSON.stringify(on.auth()));
      return;
    }
    if (packet === PING) return socket.send(PONG);
    const [, kind, number, json] = PACKET.exec(packet) ?? [];
    switch (kind) {
      case undefined:
        // Engine.io's own good-bye: the socket closes next.
        return;
      case CONNECT:
        open = true;
        wait();
        return on.open();
      case CONNECT_ERROR:
        return end({ refused: (JSON.parse(json ?? "") as { message: string }).message });
      case DISCONNECT:
        return end("sent_away");
      case EVENT: {
        const [name, body] = JSON.parse(json ?? "") as [string, unknown];
        return on.told(name, body);
      }
      case ACK:
        return asked.get(Number(number))?.answer((JSON.parse(json ?? "") as [unknown])[0]);
    }
  }

  socket.addEventListener("message", ({ data }) => {
    if (!ended && typeof data === "string") heard(data);
  });
  socket.addEventListener("close", lost);
  // TCP would notice much later.
  window.addEventListener("offline", lost);
  wait();

  return {
    ask(name, body) {
      return new Promise((answer, reject) => {
        if (open && overdue()) lost();
        if (!open || ended) return reject(new NoAnswer());
        const number = asks++;
        const fail = () => {
          clearTimeout(timer);
          asked.delete(number);
          reject(new NoAnswer());
        };
        const timer = setTimeout(fail, ANSWER_MS);
        asked.set(number, {
          answer(value) {
            clearTimeout(timer);
            asked.delete(number);
            answer(value);
          },
          fail,
        });
        send(EVENT + number, JSON.stringify([name, body]));
      });
    },
    close() {
      if (open && !ended) send(DISCONNECT);
      end("closed");
    },
    drop: lost,
  };
}
