/**
 * The media of one person's part in a session: what is sent and what arrives, put together around the state.
 *
 * It follows three things: the peer follows the room's media epoch, what is sent follows `wanted` and the devices, and what
 * is shown follows the slots. It is no part of entering: a page may join without it, so that a phone on a slow line stands
 * in the waiting room before this has come, and offers when it is there. Nothing leaves the page before its person is seated, or has been
 * told who looks in.
 */
import { computed, effect, signal, untracked, type ReadonlySignal } from "@preact/signals-core";
import type { Answers, IceServer, OfferAnswer, Refused, RoomView, Slot } from "../wire.ts";
import type { Devices } from "./devices.ts";
import { Ear } from "./ear.ts";
import type { Source } from "./encodings.ts";
import { openPeer, type PeerDoor, type Shape } from "./peer.ts";
import { reconciler } from "./reconcile.ts";
import type { AudioSlot, Music } from "./session.ts";
import { lookedAt, sameWanted, type Message, type State, type Wanted } from "./state.ts";

export { LAPTOP, PHONE, STAFF } from "./peer.ts";

/** What media needs of the session that it is part of. */
export interface Part {
  readonly state: ReadonlySignal<State>;
  readonly devices: Devices;
  readonly saving: ReadonlySignal<boolean>;
  readonly music: Music;
  /** Of whom this page has said that they look in. */
  readonly noticed: ReadonlySignal<number | null>;
  dispatch: (message: Message) => void;
  /** Asked once: rejects if there is no answer. */
  offer(sdp: string, epoch: number): Promise<OfferAnswer | Refused>;
  /** Asked until there is an answer. */
  tell(sends: Wanted): Promise<Refused | Answers["media"]>;
}

export interface Media {
  /** For the next join: the first offer, until something has come of it; then, or if it cannot be made, empty. */
  offer(): Promise<string>;
  /** The page has joined (again): connect by the answer to the offer, if there is one, or see that the path stands. */
  joined(answer: OfferAnswer | null, iceServers: readonly IceServer[]): Promise<void>;
  /** Before the state knows of them. */
  slots(slots: readonly Slot[]): void;
  readonly audio: ReadonlySignal<readonly AudioSlot[]>;
  readonly pictures: ReadonlySignal<ReadonlyMap<string, MediaStream>>;
  close(): void;
}

export type OpenMedia = (part: Part) => Media;

/** After a refusal. */
const AGAIN_MS = 1000;
/**
 * A slot that gets another person still holds frames of the one before. Nothing is shown until one has come that says
 * whose it is (each key frame does, by its CSRC); so long at most, where a browser does not tell. A page on a crowded
 * machine drew frames of the one before for more than half a second.
 */
const HOLD_MS = 5000;
const HOLD_CHECK_MS = 20;
const SOURCES = ["microphone", "camera", "screen"] as const;

interface Follow {
  sends: Wanted;
  /** Admitted and allowed to speak, or looked at and told so: nothing leaves this page before. */
  seated: boolean;
  through: PeerDoor | null;
  saving: boolean;
  music: boolean;
  tracks: Record<Source, MediaStreamTrack | null>;
}

function same(a: Follow | null, b: Follow): boolean {
  return (
    a !== null &&
    a.seated === b.seated &&
    a.through === b.through &&
    a.saving === b.saving &&
    a.music === b.music &&
    SOURCES.every((source) => a.sends[source] === b.sends[source] && a.tracks[source] === b.tracks[source])
  );
}

/** With so many slots: a page keeps them for its whole life. */
export const openMedia = (shape: Shape): OpenMedia => (part) => {
  const { state, devices, saving, music, noticed, dispatch } = part;
  const peer = signal<PeerDoor | null>(null);
  const held = signal<ReadonlySet<string>>(new Set());
  const ear = new Ear();
  let epoch = 0;
  let iceServers: readonly IceServer[] = [];
  let closed = false;

  // --- The connection ---------------------------------------------------------------------------------------------

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
    const made = openPeer(shape, {
      async offer(sdp) {
        const answer = await part.offer(sdp, epoch);
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

  // --- What is sent -----------------------------------------------------------------------------------------------

  /** What the room was last told, or has said, that this page sends. */
  let asked: Wanted = { microphone: false, camera: false, screen: false };
  let told: RoomView | null = null;
  let followed: Follow | null = null;

  const follow = reconciler<Follow>(
    async (now) => {
      const { sends, seated, through, tracks } = now;
      if (seated) await tell(sends);
      through?.music(now.music);
      for (const source of SOURCES) await through?.send(source, tracks[source], seated && sends[source], now.saving);
      followed = now;
    },
    () => (followed = null),
  );

  async function tell(sends: Wanted): Promise<void> {
    if (sameWanted(sends, asked)) return;
    dispatch({ type: "asking", asking: true, microphone: sends.microphone });
    try {
      const answer = await part.tell(sends);
      if (answer.ok) asked = sends;
      else await new Promise((go) => setTimeout(go, AGAIN_MS));
    } finally {
      dispatch({ type: "asking", asking: false, microphone: sends.microphone });
    }
  }

  // --- What arrives -----------------------------------------------------------------------------------------------

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

  hold(state.peek().slots?.slots ?? []);

  let offeredIn = 0;

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
  ];

  return {
    offer: async () => (unbegun ? unbegun.offer : ""),
    async joined(answer, servers) {
      iceServers = servers;
      if (unbegun) await begin(unbegun, answer);
      else if (state.peek().media !== "up") peer.peek()?.mend();
    },
    slots: hold,
    audio,
    pictures,
    close() {
      closed = true;
      rules.forEach((end) => end());
      peer.peek()?.close();
      peer.value = null;
    },
  };
};
