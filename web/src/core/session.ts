/**
 * One person's part in one session: signalling, media and devices put together around the state.
 *
 * Everything that happens becomes a message to the reducer; everything that has to be done follows from the state by
 * one of three rules (`effect`s below): what is sent follows `wanted`, the peer follows the room's media epoch, and an
 * ended part closes the doors. Asks carry operation ids, so after a reconnection the same ask is simply made again.
 */
import { computed, effect, signal, untracked, type ReadonlySignal, type Signal } from "@preact/signals-core";
import type { Answers, IceServer, Move, OfferAnswer, Refused, RoomView, Slot, ViewTile } from "../wire.ts";
import type { Devices } from "./devices.ts";
import { Ear } from "./ear.ts";
import type { Source } from "./encodings.ts";
import { Clock } from "./clock.ts";
import { openPeer, type PeerDoor, type Shape } from "./peer.ts";
import { randomId } from "./random.ts";
import { reconciler } from "./reconcile.ts";
import { NoAnswer, openSignal, type Body } from "./socket.ts";
import { initial, reduce, type Message, type State, type Wanted } from "./state.ts";

export type Answer = { readonly ok: true } | Refused;

/** What is asked of a room beside what has a method here. */
export type Commands = Exclude<keyof Answers, "beat" | "chat" | "join" | "leave" | "media" | "offer" | "use" | "view">;

export interface SessionOptions {
  session: string;
  csrf: () => string;
  /** Names this tab across reloads: the same tab gets its seat back without a question. */
  tab: string;
  devices: Devices;
  shape: Shape;
  wanted: Wanted;
  /** Get everything ready, but wait for `enter`. */
  waits?: boolean;
}

export interface AudioSlot {
  readonly mid: string;
  readonly member: number | null;
  readonly stream: MediaStream;
}

export interface Session {
  readonly state: ReadonlySignal<State>;
  readonly devices: Devices;
  /** Every audio slot, to be played, whoever is in it. */
  readonly audio: ReadonlySignal<readonly AudioSlot[]>;
  /** The person asks for little data: small pictures both ways, and few. Remembered by this browser. */
  readonly saving: Signal<boolean>;
  /**
   * Music: the microphone as it is, in stereo and without the browser's voice processing (`raw`), or a mixture that is
   * sent in place of the microphone (`mixed`). Either makes this page's sound stereo for all who hear it.
   */
  readonly music: { readonly raw: Signal<boolean>; readonly mixed: Signal<MediaStreamTrack | null> };
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
/** What somebody sees is told soon after it changes, since a face that comes into view waits for it ... */
const VIEW_SOON_MS = 20;
/** ... and while it goes on changing, as in a scroll, only so often. */
const VIEW_EVERY_MS = 200;
/**
 * A slot that gets another person still holds frames of the one before. Nothing is shown until one has come that says
 * whose it is (each key frame does, by its CSRC); so long at most, where a browser does not tell. A page on a crowded
 * machine drew frames of the one before for more than half a second.
 */
const HOLD_MS = 5000;
const HOLD_CHECK_MS = 20;
const SAVING = "saving";

export function openSession(options: SessionOptions): Session {
  const { devices } = options;
  const state = signal(initial(options.wanted));
  const peer = signal<PeerDoor | null>(null);
  const held = signal<ReadonlySet<string>>(new Set());
  const saving = signal(localStorage.getItem(SAVING) === "yes");
  const noticed = signal<number | null>(null);
  const music = { raw: signal(false), mixed: signal<MediaStreamTrack | null>(null) };
  let epoch = 0;
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
      if (tell.type === "slots") hold(tell.slots);
      dispatch(tell);
    },
  });

  async function join(): Promise<void> {
    if (joining || closed || !entered || !connected) return;
    joining = true;
    clearTimeout(retry);
    const { wanted, chat } = state.peek();
    const fresh = unbegun;
    try {
      const offer = fresh ? await fresh.offer : "";
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
        if (fresh && fresh === unbegun) await begin(fresh, answer.media);
        else if (state.peek().media !== "up") peer.peek()?.mend();
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

  const ear = new Ear();

  /** What the browser counts of the microphone's sound: the only sign of a track that is live and dead. */
  function heard(energy: number | null): void {
    const track = devices.microphone.peek();
    const on = followed?.sends.microphone === true && followed.seated && !followed.music && track !== null;
    const verdict = ear.hears({ at: performance.now(), energy, on });
    if (verdict === "dead") void devices.again("microphone");
    else if (verdict !== null) devices.silent.value = verdict === "silent";
  }

  function newPeer(): PeerDoor {
    peer.peek()?.close();
    const made = openPeer(options.shape, {
      async offer(sdp) {
        if (!connected) throw new NoAnswer();
        const answer = await door.ask("offer", { sdp, epoch });
        if (!answer.ok) throw new Error(answer.code);
        epoch = answer.epoch;
        return answer.sdp;
      },
      changed: (media) => dispatch({ type: "media", media }),
      routed: (detour) => dispatch({ type: "routed", detour }),
      heard,
      lost: () => {
        if (peer.peek() === made) void begin(newPeer(), null);
      },
    });
    peer.value = made;
    return made;
  }

  function begin(made: PeerDoor, answer: OfferAnswer | null): Promise<void> {
    if (made === unbegun) unbegun = null;
    if (answer) epoch = answer.epoch;
    dispatch({ type: "media", media: "connecting" });
    return made.begin(
      iceServers.map(({ urls, ...secret }) => ({ urls: [...urls], ...(secret.username && secret) })),
      answer?.sdp ?? null,
    );
  }

  /** Made, but not connecting: before the first join is answered. */
  let unbegun: PeerDoor | null = newPeer();

  /** What the room was last told, or has said, that this page sends. */
  let asked: Wanted = { microphone: false, camera: false, screen: false };

  interface Follow {
    sends: Wanted;
    /** Admitted and allowed to speak, or looked at and told so: nothing leaves this page before. */
    seated: boolean;
    through: PeerDoor | null;
    saving: boolean;
    music: boolean;
    tracks: Record<Source, MediaStreamTrack | null>;
  }
  let followed: Follow | null = null;

  const follow = reconciler<Follow>(
    async (now) => {
      const { sends, seated, through, saving, tracks } = now;
      if (seated) await tell(sends);
      through?.music(now.music);
      for (const source of ["microphone", "camera", "screen"] as const) {
        await through?.send(source, tracks[source], seated && sends[source], saving);
      }
      followed = now;
    },
    () => (followed = null),
  );

  let told: RoomView | null = null;

  function same(a: Follow | null, b: Follow): boolean {
    const sources = ["microphone", "camera", "screen"] as const;
    return (
      a !== null &&
      a.seated === b.seated &&
      a.through === b.through &&
      a.saving === b.saving &&
      a.music === b.music &&
      sources.every((source) => a.sends[source] === b.sends[source] && a.tracks[source] === b.tracks[source])
    );
  }

  async function tell(sends: Wanted): Promise<void> {
    if (sameWanted(sends, asked)) return;
    dispatch({ type: "asking", asking: true, microphone: sends.microphone });
    try {
      const answer = await ask("media", { op: randomId(), ...sends });
      if (answer.ok) asked = sends;
      else await new Promise((go) => setTimeout(go, BEAT_MS));
    } finally {
      dispatch({ type: "asking", asking: false, microphone: sends.microphone });
    }
  }

  const holding = new Map<string, ReturnType<typeof setInterval>>();

  /** Who was in each slot last, also where it has been empty since: frames of theirs may still be under way. */
  const last = new Map<string, string>();

  function hold(slots: readonly Slot[]): void {
    for (const { mid, member, source } of slots) {
      if (member === null || source === "microphone") continue;
      const who = `${member}/${source}`;
      if ((last.get(mid) ?? who) !== who) holdBack(mid, member);
      last.set(mid, who);
    }
  }

  function holdBack(mid: string, member: number): void {
    const through = peer.peek();
    const before = through?.shown(mid, member) ?? null;
    const since = performance.now();
    held.value = new Set([...held.peek(), mid]);
    const check = setInterval(() => {
      const now = through?.shown(mid, member) ?? null;
      if (now === before && performance.now() - since < HOLD_MS && !closed) return;
      clearInterval(check);
      // Somebody else may have got the slot meanwhile: that has its own check.
      if (holding.get(mid) === check) held.value = new Set([...held.peek()].filter((one) => one !== mid));
    }, HOLD_CHECK_MS);
    holding.set(mid, check);
  }
  const audio = computed(() => {
    const through = peer.value;
    return (state.value.slots?.slots ?? []).flatMap(({ mid, member, source }): AudioSlot[] => {
      const stream = through?.stream(mid);
      if (!stream?.getAudioTracks().length) return [];
      return [{ mid, member: source === "microphone" ? member : null, stream }];
    });
  });

  const pictures = computed(() => {
    const through = peer.value;
    const found = new Map<string, MediaStream>();
    for (const { mid, member, source, paused } of state.value.slots?.slots ?? []) {
      const stream = through?.stream(mid);
      if (!stream || paused || member === null || source === null || source === "microphone" || held.value.has(mid)) continue;
      found.set(`${member}/${source satisfies Source}`, stream);
    }
    return found;
  });

  // --- What follows from the state --------------------------------------------------------------------------------

  let tiles: readonly ViewTile[] = [];
  let shown = "";
  let offeredIn = 0;
  let viewTimer: ReturnType<typeof setTimeout> | undefined;
  let viewed = -VIEW_EVERY_MS;

  const rules = [
    // What is sent follows what is wanted and what there is.
    effect(() => {
      const { wanted, room, link, asking } = state.value;
      const mixed = music.mixed.value !== null;
      const tracks = {
        microphone: music.mixed.value ?? devices.microphone.value,
        camera: devices.camera.value,
        screen: devices.screen.value,
      };
      const now: Follow = {
        sends: {
          // What the system has taken away sends nothing, whatever its track says.
          microphone: wanted.microphone && tracks.microphone !== null && (mixed || !devices.interrupted.microphone.value),
          camera: wanted.camera && tracks.camera !== null && !devices.interrupted.camera.value,
          screen: wanted.screen && tracks.screen !== null,
        },
        seated: (room?.you.standing === "seated" && room.you.may.includes("speak")) || lookedAt(room, noticed.value),
        through: peer.value,
        saving: saving.value,
        music: music.raw.value || music.mixed.value !== null,
        tracks,
      };
      const news = room !== told && !asking;
      if (room && news) {
        told = room;
        asked = { microphone: room.you.microphone, camera: room.you.camera, screen: room.you.screen };
      }
      if (link === "up" && (!same(followed, now) || (now.seated && !sameWanted(now.sends, asked)))) {
        untracked(() => void follow(now));
      }
    }),
    // The peer follows the room's media epoch.
    effect(() => {
      const { room, link, over } = state.value;
      if (!room || link !== "up" || over || unbegun || room.media_epoch <= epoch) return;
      untracked(() => {
        if (epoch === 0) {
          // Whoever comes first offers before the room has a worker.
          if (offeredIn !== room.media_epoch) peer.peek()?.mend();
          offeredIn = room.media_epoch;
        } else {
          epoch = room.media_epoch;
          void begin(newPeer(), null);
        }
      });
    }),
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
    viewTimer ??= setTimeout(() => {
      viewTimer = undefined;
      const { link, room } = state.peek();
      const view = { tiles, saving: saving.peek() };
      const now = JSON.stringify(view);
      if (link !== "up" || now === shown || !(room?.you.standing === "seated" || lookedAt(room, noticed.peek()))) return;
      shown = now;
      viewed = performance.now();
      door.ask("view", view).catch(() => (shown = ""));
    }, Math.max(VIEW_SOON_MS, viewed + VIEW_EVERY_MS - performance.now()));
  }

  function shut(): void {
    if (closed) return;
    closed = true;
    clearInterval(beats);
    clearTimeout(retry);
    clearTimeout(viewTimer);
    window.removeEventListener("online", online);
    door.close();
    peer.peek()?.close();
    peer.value = null;
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

/** Whether somebody who waits knows that this host looks in. */
function lookedAt(room: RoomView | null, noticed: number | null): boolean {
  return room?.you.standing === "waiting" && room.look !== null && room.look.member === noticed;
}

function sameWanted(a: Wanted, b: Wanted): boolean {
  return a.microphone === b.microphone && a.camera === b.camera && a.screen === b.screen;
}
