/**
 * One person's part in one session: signalling, devices and media (media.ts) put together around the state.
 *
 * Everything that happens becomes a message to the reducer, and everything that has to be done follows from the state:
 * an ended part closes the doors, the rest is media's. Asks carry operation ids, so after a reconnection the same ask is
 * simply made again. Media may come later than the session: one can wait to be let in without it.
 */
import { computed, effect, signal, untracked, type ReadonlySignal, type Signal } from "@preact/signals-core";
import type { Answers, IceServer, Move, Refused, ViewTile } from "../wire.ts";
import type { Devices } from "./devices.ts";
import { Clock } from "./clock.ts";
import type { Media, OpenMedia } from "./media.ts";
import { randomId } from "./random.ts";
import { NoAnswer, openSignal, type Body } from "./socket.ts";
import { initial, lookedAt, reduce, type Message, type State, type Wanted } from "./state.ts";

export type Answer = { readonly ok: true } | Refused;

/** What is asked of a room beside what has a method here. */
export type Commands = Exclude<keyof Answers, "beat" | "chat" | "join" | "leave" | "media" | "offer" | "use" | "view">;

export interface SessionOptions {
  session: string;
  csrf: () => string;
  /** Names this tab across reloads: the same tab gets its seat back without a question. */
  tab: string;
  devices: Devices;
  /** Of core/media.ts, or that on its way. */
  media: OpenMedia | Promise<OpenMedia>;
  wanted: Wanted;
  /** Get everything ready, but wait for `enter`. */
  waits?: boolean;
}

export interface AudioSlot {
  readonly mid: string;
  readonly member: number | null;
  readonly stream: MediaStream;
}

/**
 * Music: the microphone as it is, in stereo and without the browser's voice processing (`raw`), or a mixture that is
 * sent in place of the microphone (`mixed`). Either makes this page's sound stereo for all who hear it.
 */
export interface Music {
  readonly raw: Signal<boolean>;
  readonly mixed: Signal<MediaStreamTrack | null>;
}

export interface Session {
  readonly state: ReadonlySignal<State>;
  readonly devices: Devices;
  /** Every audio slot, to be played, whoever is in it. */
  readonly audio: ReadonlySignal<readonly AudioSlot[]>;
  /** The person asks for little data: small pictures both ways, and few. Remembered by this browser. */
  readonly saving: Signal<boolean>;
  readonly music: Music;
  /**
   * The host of whom the page has shown that they look in, while it waits: only then does anything leave it for them.
   * Set by what shows it.
   */
  readonly noticed: Signal<number | null>;
  /** The server's time in milliseconds, as well as this page knows it: what rings or breathes for all goes by it. */
  now(): number;
  /** Whose pictures arrive now: "MEMBER/camera", "MEMBER/screen". */
  readonly pictures: ReadonlySignal<ReadonlyMap<string, MediaStream>>;
  /** Go in, where `waits` was asked for. */
  enter(wanted: Partial<Wanted>): void;
  want(part: Partial<Wanted>): Promise<void>;
  chat(to: string, text: string): Promise<Answer>;
  /** Anything else that is asked of the room, by its name on the wire. */
  command<N extends Commands>(name: N, body: Omit<Body<N>, "op">): Promise<Refused | Answers[N]>;
  /** Make a move of one of the room's tools. */
  use(move: Move): Promise<Answer>;
  leave(): Promise<void>;
  /** Of the signed-in browser: for what a tool asks over HTTP. */
  csrf(): string;
  /** What the page shows, so that the server sends those pictures and no others. */
  view(tiles: readonly ViewTile[]): void;
  close(): void;
}

const BEAT_MS = 1000;
/** A connection whose beats go unanswered for so long is replaced: TCP alone would wait for minutes. */
const DEAD_MS = 4000;
/** Beats so far apart: the device was asleep. */
const SLEPT_MS = 8000;
const REPEAT_MS = 30_000;
const RETRY_JOIN_MS = 3000;
/** What somebody sees is told when it has stood still for so long: a face that comes into view waits for it. */
const VIEW_SETTLED_MS = 60;
/** While it goes on changing, as in a scroll, it is told all the same after so long. */
const VIEW_LATEST_MS = 200;
/**
 * The room is being drawn: a tile that is not there yet would send its picture away, and to ask for that again takes
 * half a second.
 */
const VIEW_FIRST_MS = 120;
const SAVING = "saving";
const SILENCE: readonly AudioSlot[] = [];
const NOBODY: ReadonlyMap<string, MediaStream> = new Map();

export function openSession(options: SessionOptions): Session {
  const { devices } = options;
  const state = signal(initial(options.wanted));
  const media = signal<Media | null>(null);
  const audio = computed(() => media.value?.audio.value ?? SILENCE);
  const pictures = computed(() => media.value?.pictures.value ?? NOBODY);
  const saving = signal(localStorage.getItem(SAVING) === "yes");
  const noticed = signal<number | null>(null);
  const music: Music = { raw: signal(false), mixed: signal<MediaStreamTrack | null>(null) };
  let iceServers: readonly IceServer[] = [];
  let entered = !options.waits;
  let connected = false;
  let closed = false;
  const waiters: (() => void)[] = [];

  function dispatch(message: Message): void {
    if (!closed) state.value = reduce(state.peek(), message);
  }

  // --- Signalling -----------------------------------------------------------------------------------------------

  let joining = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const door = openSignal({
    csrf: options.csrf,
    connected: () => {
      connected = true;
      void join();
    },
    lost: () => {
      connected = false;
      dispatch({ type: "link", link: state.peek().room ? "down" : "connecting" });
    },
    refused: (code) => dispatch({ type: "refused", code }),
    told: (tell) => {
      if (tell.type === "slots") media.peek()?.slots(tell.slots);
      dispatch(tell);
    },
  });

  async function join(): Promise<void> {
    if (joining || closed || !entered || !connected) return;
    joining = true;
    clearTimeout(retry);
    const { wanted, chat } = state.peek();
    try {
      const offer = (await media.peek()?.offer()) ?? "";
      const answer = await door.ask("join", {
        session: options.session,
        tab: options.tab,
        op: randomId(),
        microphone: wanted.microphone && devices.microphone.peek() !== null,
        camera: wanted.camera && devices.camera.peek() !== null,
        chat_after: chat.at(-1)?.id ?? "",
        offer,
      });
      if (answer.ok) {
        iceServers = answer.ice_servers;
        shown = "";
        // First of all, so that the browser connects while this page draws the room.
        const through = media.peek();
        if (through) await through.joined(answer.media, iceServers);
        dispatch({ type: "joined", answer });
        waiters.splice(0).forEach((go) => go());
        showTiles();
      } else {
        dispatch({ type: "refused", code: answer.code });
        retry = setTimeout(() => void join(), RETRY_JOIN_MS * (0.7 + 0.6 * Math.random()));
      }
    } catch {
      // The connection broke, or the server is too busy to answer. Either way a new one begins with `join`.
      door.bounce();
    } finally {
      joining = false;
    }
  }

  /** Ask until there is an answer. The operation id stays the same, so being asked twice does no harm. */
  async function ask<N extends keyof Answers>(name: N, body: Body<N>): Promise<Answers[N] | Refused> {
    const until = performance.now() + REPEAT_MS;
    while (!closed && performance.now() < until) {
      if (state.peek().link !== "up") {
        await new Promise<void>((go) => {
          waiters.push(go);
          setTimeout(go, BEAT_MS);
        });
        continue;
      }
      try {
        return await door.ask(name, body);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
      }
    }
    return { ok: false, code: "not_now" };
  }

  const clock = new Clock();
  /** By the clock on the wall: the other one may stand still with the device. */
  let beaten = Date.now();
  let beatsOut = 0;
  const beats = setInterval(() => {
    const slept = Date.now() - beaten > SLEPT_MS;
    beaten = Date.now();
    if (slept) {
      // The lid was closed. Nobody at the other end of this connection has waited, whatever it seems.
      beatsOut = 0;
      dispatch({ type: "link", link: state.peek().room ? "down" : "connecting" });
      door.bounce();
      return;
    }
    if (state.peek().link !== "up") {
      beatsOut = 0;
      return;
    }
    if (beatsOut * BEAT_MS >= DEAD_MS) {
      beatsOut = 0;
      dispatch({ type: "link", link: "down" });
      door.bounce();
      return;
    }
    beatsOut += 1;
    const sent = performance.now();
    door.ask("beat", {}).then(
      (answer) => {
        beatsOut = 0;
        if (answer.ok) clock.heard(sent, performance.now(), answer.at);
        // The room has given this page up (its proofs came too late, or at another node): enter again.
        if (!answer.ok && answer.code === "not_in_room") void join();
      },
      () => undefined,
    );
  }, BEAT_MS);

  const online = () => door.bounce();
  window.addEventListener("online", online);

  // --- Media ----------------------------------------------------------------------------------------------------

  function attach(open: OpenMedia): void {
    if (closed) return;
    const opened = open({
      state,
      devices,
      saving,
      music,
      noticed,
      dispatch,
      async offer(sdp, epoch) {
        if (!connected) throw new NoAnswer();
        return door.ask("offer", { sdp, epoch });
      },
      tell: (sends) => ask("media", { op: randomId(), ...sends }),
    });
    media.value = opened;
    // Whoever has come in without it, or comes in just now, offers by itself.
    if (state.peek().link === "up") void opened.joined(null, iceServers);
  }
  // Who fetches it knows what to say if it cannot be fetched.
  Promise.resolve(options.media).then(attach, () => undefined);

  // --- What follows from the state --------------------------------------------------------------------------------

  let tiles: readonly ViewTile[] = [];
  let shown = "";
  let viewTimer: ReturnType<typeof setTimeout> | undefined;
  let unsaid: number | undefined;

  const rules = [
    effect(() => {
      localStorage.setItem(SAVING, saving.value ? "yes" : "no");
      untracked(showTiles);
    }),
    effect(() => devices.process(!music.raw.value)),
    // The browser's own "stop sharing" is the person's wish.
    effect(() => {
      if (devices.screen.value === null && state.value.wanted.screen) dispatch({ type: "want", wanted: { screen: false } });
    }),
    effect(() => {
      if (state.value.over) untracked(() => shut());
    }),
  ];

  function showTiles(): void {
    clearTimeout(viewTimer);
    unsaid ??= performance.now();
    const latest = unsaid + VIEW_LATEST_MS - performance.now();
    viewTimer = setTimeout(() => {
      unsaid = undefined;
      const { link, room } = state.peek();
      const view = { tiles, saving: saving.peek() };
      const now = JSON.stringify(view);
      if (link !== "up" || now === shown || !(room?.you.standing === "seated" || lookedAt(room, noticed.peek()))) return;
      shown = now;
      door.ask("view", view).catch(() => (shown = ""));
    }, shown === "" ? VIEW_FIRST_MS : Math.max(0, Math.min(VIEW_SETTLED_MS, latest)));
  }

  function shut(): void {
    if (closed) return;
    closed = true;
    clearInterval(beats);
    clearTimeout(retry);
    clearTimeout(viewTimer);
    window.removeEventListener("online", online);
    door.close();
    media.peek()?.close();
    devices.stopScreen();
    rules.forEach((end) => end());
    waiters.splice(0).forEach((go) => go());
  }

  return {
    state,
    devices,
    audio,
    pictures,
    saving,
    music,
    noticed,
    now: () => clock.at(performance.now()),
    enter(wanted) {
      dispatch({ type: "want", wanted });
      entered = true;
      void join();
    },
    async want(part) {
      if (part.screen && !(await devices.shareScreen())) return;
      dispatch({ type: "want", wanted: part });
      if (part.screen === false) devices.stopScreen();
      if (part.camera !== undefined || part.microphone) {
        await devices.want({ ...(part.camera !== undefined && { camera: part.camera }), ...(part.microphone && { microphone: true }) });
      }
    },
    chat: (to, text) => ask("chat", { op: randomId(), to, text }),
    command: (name, body) => ask(name, { op: randomId(), ...body }),
    use: (move) => ask("use", { op: randomId(), move }),
    csrf: options.csrf,
    async leave() {
      await ask("leave", { op: randomId() });
      dispatch({ type: "left" });
    },
    view(now) {
      tiles = [...now].sort((a, b) => b.width - a.width);
      showTiles();
    },
    close: shut,
  };
}
