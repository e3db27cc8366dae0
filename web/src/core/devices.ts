/**
 * The devices door: camera, microphone, shared screen, and how loud the microphone is. The only file that asks for them.
 *
 * Each device has a wanted state and is brought to it; a camera that is off is stopped, so that its light goes out. A
 * device that is changed for another goes on until its successor is there, and the sender changes tracks: nothing is
 * negotiated, and nobody is told of a pause that there was not.
 *
 * Devices come and go (plugging.ts), and are taken away: by another app, by a phone call, by a lid. What the system says of
 * that is believed (`interrupted`: nothing of it is sent), what it does not say is found out (ear.ts, `again`), and the
 * person is told in `news`.
 */
import { batch, computed, effect, signal, type ReadonlySignal, type Signal } from "@preact/signals-core";
import { constraintsFor, offered, rememberedEffects, keepEffects, NO_OFFER, type Effect, type Effects, type Offer } from "./effects.ts";
import { listen } from "./level.ts";
import { change, speakerOf, type Plugged } from "./plugging.ts";
import { reconciler } from "./reconcile.ts";

export type Kind = "microphone" | "camera";
/** denied: the person or the browser said no. none: there is no such device. busy: something else holds it. */
export type Problem = "denied" | "none" | "busy";

export interface Choice {
  readonly microphones: readonly Plugged[];
  readonly cameras: readonly Plugged[];
  readonly speakers: readonly Plugged[];
}

/** What happened to a device without the person's doing. */
export interface News {
  readonly kind: Kind | "speaker";
  /** gone, back, default: see plugging.ts. returned: it was taken away, and works again. */
  readonly what: "gone" | "back" | "default" | "returned";
  /** What is used now; null is nothing. */
  readonly now: string | null;
}

export interface Devices {
  readonly microphone: ReadonlySignal<MediaStreamTrack | null>;
  readonly camera: ReadonlySignal<MediaStreamTrack | null>;
  readonly screen: ReadonlySignal<MediaStreamTrack | null>;
  /** The camera's picture, for looking at oneself. */
  readonly selfView: ReadonlySignal<MediaStream | null>;
  readonly problem: Readonly<Record<Kind, ReadonlySignal<Problem | null>>>;
  /** The system has taken it away for now: another app, a call. Nothing comes from it. */
  readonly interrupted: Readonly<Record<Kind, ReadonlySignal<boolean>>>;
  /** A microphone that is on, and from which nothing at all is heard. */
  readonly silent: Signal<boolean>;
  readonly news: Signal<News | null>;
  readonly choice: ReadonlySignal<Choice>;
  readonly chosen: ReadonlySignal<Record<Kind | "speaker", string>>;
  /** The speaker to play on: empty is the system's own. */
  readonly speaker: ReadonlySignal<string>;
  readonly effects: ReadonlySignal<Effects>;
  /** Which of them the devices in use can do. */
  readonly offer: ReadonlySignal<Offer>;
  /** Switch devices on and off. The first time, the browser asks the person. */
  want(part: Partial<Record<Kind, boolean>>): Promise<void>;
  choose(kind: Kind | "speaker", id: string): Promise<void>;
  use(name: Effect, on: boolean): Promise<void>;
  /** Fetch what is in use anew. */
  again(kind: Kind): Promise<void>;
  /** Whether the browser makes the microphone fit for speech; without that it is heard as it is, and in stereo. */
  process(on: boolean): void;
  /** Ask for a screen; false if the person thought better of it. */
  shareScreen(): Promise<boolean>;
  stopScreen(): void;
  /** Calls back 15 times a second with 0 to 1 until the returned function is called. */
  followLevel: (heard: (level: number) => void) => () => void;
  /** A short, soft sound, to check the speaker. */
  chime(): Promise<void>;
  close(): void;
}

const REMEMBERED = "devices";
const KINDS = ["microphone", "camera"] as const;
/** A track may go mute for a moment while the system changes over. */
const INTERRUPTED_MS = 1000;
/** Away for less, and a phone has not had the time to take anything. */
const AWAY_MS = 1000;
const LISTS = { microphone: "microphones", camera: "cameras" } as const;

function problemOf(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "none";
}

function remembered(): Record<Kind | "speaker", string> {
  const none = { microphone: "", camera: "", speaker: "" };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as object) };
  } catch {
    return none;
  }
}

/** Its browsers, whatever their name, hand back tracks that are live and dead (an iPad calls itself a Mac). */
const handsBackDeadTracks = () => /iPhone|iPad|Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1;

export function openDevices(): Devices {
  const tracks = { microphone: signal<MediaStreamTrack | null>(null), camera: signal<MediaStreamTrack | null>(null) };
  const problem = { microphone: signal<Problem | null>(null), camera: signal<Problem | null>(null) };
  const interrupted = { microphone: signal(false), camera: signal(false) };
  const silent = signal(false);
  const news = signal<News | null>(null);
  const screen = signal<MediaStreamTrack | null>(null);
  const choice = signal<Choice>({ microphones: [], cameras: [], speakers: [] });
  const chosen = signal(remembered());
  const effects = signal(rememberedEffects());
  const offer = signal<Offer>(NO_OFFER);
  const speaker = computed(() => speakerOf(choice.value.speakers, chosen.value.speaker));
  const selfView = computed(() => (tracks.camera.value ? new MediaStream([tracks.camera.value]) : null));
  const wanted = { microphone: false, camera: false };
  /** What is held is to be fetched anew: asked for in another way, or not to be trusted. */
  const stale = new Set<Kind>();
  let audio: AudioContext | null = null;
  let processed = true;
  let closed = false;

  async function fetched(kinds: readonly Kind[], asChosen = true): Promise<MediaStream> {
    if (!("mediaDevices" in navigator)) throw new DOMException("no devices here", "NotFoundError");
    const of = (kind: Kind) => constraintsFor(kind, { id: asChosen ? chosen.value[kind] : "", processed, effects: effects.value });
    return navigator.mediaDevices.getUserMedia({
      ...(kinds.includes("microphone") && { audio: of("microphone") }),
      ...(kinds.includes("camera") && { video: of("camera") }),
    });
  }

  function take(kind: Kind, track: MediaStreamTrack | null): void {
    const before = tracks[kind].value;
    if (before && before !== track) before.stop();
    if (closed) {
      track?.stop();
      track = null;
    }
    batch(() => {
      tracks[kind].value = track;
      interrupted[kind].value = false;
      if (kind === "microphone") silent.value = false;
      offer.value = offered(tracks.microphone.value, tracks.camera.value);
    });
    if (track) watch(kind, track);
  }

  /** What the system does to a track that is in use. */
  function watch(kind: Kind, track: MediaStreamTrack): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const mine = () => tracks[kind].value === track;
    const muted = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (mine() && track.muted) interrupted[kind].value = true;
      }, INTERRUPTED_MS);
    };
    track.addEventListener("mute", muted);
    track.addEventListener("unmute", () => {
      clearTimeout(timer);
      if (!mine() || !interrupted[kind].value) return;
      interrupted[kind].value = false;
      news.value = { kind, what: "returned", now: track.label };
      if (handsBackDeadTracks()) void anew(kind);
    });
    track.addEventListener("ended", () => {
      clearTimeout(timer);
      // Unplugged, or taken away by the system: try what is left. `stop()` fires no event.
      if (!mine()) return;
      take(kind, null);
      void bring({ ...wanted }).then(() => {
        if (wanted[kind]) news.value = { kind, what: "gone", now: tracks[kind].value?.label ?? null };
      });
    });
    // Handed over mute: the system has it elsewhere already.
    if (track.muted) muted();
  }

  function got(kinds: readonly Kind[], stream: MediaStream): void {
    batch(() => {
      for (const kind of kinds) {
        const track = (kind === "microphone" ? stream.getAudioTracks() : stream.getVideoTracks())[0] ?? null;
        stale.delete(kind);
        take(kind, track);
        problem[kind].value = track ? null : "none";
      }
    });
  }

  async function fetchAll(missing: readonly Kind[]): Promise<void> {
    // A phone has one camera at a time; the other one's picture stays on the screen until the new one comes.
    if (missing.includes("camera")) tracks.camera.value?.stop();
    // One question to the person if both are missing; apart if that fails, so that one device is enough.
    try {
      got(missing, await fetched(missing));
    } catch (error) {
      const [first] = missing;
      if (missing.length > 1 || !first) {
        for (const kind of missing) await fetchAll([kind]);
        return;
      }
      const why = problemOf(error);
      if (why !== "denied" && chosen.value[first] !== "") {
        // Another program has the one that was chosen, or it is away: any other is better than none.
        const other = await fetched([first], false).catch(() => null);
        if (other) return got([first], other);
      }
      stale.delete(first);
      // A microphone that still works is kept; the problem is said either way.
      if (tracks[first].value?.readyState !== "live") take(first, null);
      problem[first].value = why;
    }
  }

  const bring = reconciler<Record<Kind, boolean>>(
    async (now) => {
      const missing: Kind[] = [];
      for (const kind of KINDS) {
        if (!now[kind]) {
          take(kind, null);
          stale.delete(kind);
          problem[kind].value = null;
        } else if (tracks[kind].value?.readyState !== "live" || stale.has(kind)) missing.push(kind);
      }
      if (missing.length) await fetchAll(missing);
      await look();
    },
    () => undefined,
  );

  async function anew(kind: Kind): Promise<void> {
    if (!wanted[kind]) return;
    stale.add(kind);
    await bring({ ...wanted });
  }

  async function look(): Promise<void> {
    if (!("mediaDevices" in navigator)) return;
    const all = await navigator.mediaDevices.enumerateDevices();
    const of = (kind: MediaDeviceKind): Plugged[] =>
      all.filter((one) => one.kind === kind && one.deviceId).map((one) => ({ id: one.deviceId, label: one.label, group: one.groupId }));
    choice.value = { microphones: of("audioinput"), cameras: of("videoinput"), speakers: of("audiooutput") };
  }

  async function plugged(): Promise<void> {
    const before = speaker.value;
    await look();
    if (speaker.value !== before) {
      const here = choice.value.speakers.find((one) => one.id === (speaker.value || "default"));
      news.value = { kind: "speaker", what: speaker.value ? "back" : "gone", now: here?.label ?? null };
    }
    for (const kind of KINDS) {
      const track = tracks[kind].value;
      if (!wanted[kind] || !track) continue;
      const { deviceId = "", groupId = "" } = track.getSettings();
      const what = change(choice.value[LISTS[kind]], chosen.value[kind], { id: deviceId, group: groupId });
      if (what === null) continue;
      await anew(kind);
      news.value = { kind, what, now: tracks[kind].value?.label ?? null };
    }
    // Something was missing, and may be there now.
    if (KINDS.some((kind) => wanted[kind] && !tracks[kind].value)) await bring({ ...wanted });
  }
  const onPlugged = () => void plugged();

  let hidden: number | null = null;
  const seen = () => {
    if (document.visibilityState !== "visible") {
      hidden ??= Date.now();
      return;
    }
    const away = hidden === null ? 0 : Date.now() - hidden;
    hidden = null;
    void audio?.resume();
    for (const kind of KINDS) {
      if (!wanted[kind]) continue;
      if (tracks[kind].value?.muted || (handsBackDeadTracks() && away > AWAY_MS)) stale.add(kind);
    }
    void bring({ ...wanted });
  };
  if ("mediaDevices" in navigator) navigator.mediaDevices.addEventListener("devicechange", onPlugged);
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("pageshow", seen);

  async function sound(): Promise<AudioContext> {
    audio ??= new AudioContext();
    if (audio.state === "suspended") await audio.resume();
    return audio;
  }

  return {
    microphone: tracks.microphone,
    camera: tracks.camera,
    screen,
    selfView,
    problem,
    interrupted,
    silent,
    news,
    choice,
    chosen,
    speaker,
    effects,
    offer,
    want(part) {
      Object.assign(wanted, part);
      return bring({ ...wanted });
    },
    async choose(kind, id) {
      chosen.value = { ...chosen.value, [kind]: id };
      localStorage.setItem(REMEMBERED, JSON.stringify(chosen.value));
      if (kind !== "speaker") await anew(kind);
    },
    async use(name, on) {
      effects.value = { ...effects.value, [name]: on };
      keepEffects(effects.value);
      const kind = name === "blur" ? "camera" : "microphone";
      try {
        await tracks[kind].value?.applyConstraints(
          constraintsFor(kind, { id: chosen.value[kind], processed, effects: effects.value }),
        );
      } catch {
        await anew(kind);
      }
      offer.value = offered(tracks.microphone.value, tracks.camera.value);
    },
    again: anew,
    process(on) {
      if (processed === on) return;
      processed = on;
      if (tracks.microphone.value) stale.add("microphone");
      void bring({ ...wanted });
    },
    async shareScreen() {
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 10 } }, audio: false });
        const track = stream.getVideoTracks()[0] ?? null;
        if (track) track.contentHint = "detail";
        screen.value?.stop();
        screen.value = track;
        track?.addEventListener("ended", () => {
          if (screen.value === track) screen.value = null;
        });
        return track !== null;
      } catch {
        return false;
      }
    },
    stopScreen() {
      screen.value?.stop();
      screen.value = null;
    },
    followLevel(heard) {
      let stop = () => undefined as void;
      const unfollow = effect(() => {
        const track = tracks.microphone.value;
        stop();
        stop = track ? listen(track, sound, heard) : () => undefined;
        if (!track) heard(0);
      });
      return () => {
        unfollow();
        stop();
      };
    },
    async chime() {
      const [context, { chime }] = await Promise.all([sound(), import("./chime.ts")]);
      // A speaker that has gone is no reason for silence.
      await (context as Partial<Sinked>).setSinkId?.(speaker.value).catch(() => undefined);
      chime(context);
    },
    close() {
      closed = true;
      if ("mediaDevices" in navigator) navigator.mediaDevices.removeEventListener("devicechange", onPlugged);
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("pageshow", seen);
      Object.assign(wanted, { microphone: false, camera: false });
      take("microphone", null);
      take("camera", null);
      screen.value?.stop();
      screen.value = null;
      void audio?.close();
      audio = null;
    },
  };
}

/** Not in TypeScript's own description yet. */
interface Sinked {
  setSinkId(id: string): Promise<void>;
}
