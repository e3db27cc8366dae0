/**
 * The devices door: camera, microphone, shared screen, and how loud the microphone is. The only file that asks for them.
 *
 * Each device has a wanted state and is brought to it; a camera that is off is stopped, so that its light goes out.
 * Phones hand back dead tracks after a call or a locked screen without a word: whenever the page is seen again, a track
 * that has ended or gone mute is fetched anew.
 */
import { batch, computed, effect, signal, type ReadonlySignal } from "@preact/signals-core";
import { reconciler } from "./reconcile.ts";

export type Kind = "microphone" | "camera";
/** denied: the person or the browser said no. none: there is no such device. busy: something else holds it. */
export type Problem = "denied" | "none" | "busy";

export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface Choice {
  readonly microphones: readonly Device[];
  readonly cameras: readonly Device[];
  readonly speakers: readonly Device[];
}

export interface Devices {
  readonly microphone: ReadonlySignal<MediaStreamTrack | null>;
  readonly camera: ReadonlySignal<MediaStreamTrack | null>;
  readonly screen: ReadonlySignal<MediaStreamTrack | null>;
  /** The camera's picture, for looking at oneself. */
  readonly selfView: ReadonlySignal<MediaStream | null>;
  readonly problem: Readonly<Record<Kind, ReadonlySignal<Problem | null>>>;
  readonly choice: ReadonlySignal<Choice>;
  readonly chosen: ReadonlySignal<Record<Kind | "speaker", string>>;
  /** Switch devices on and off. The first time, the browser asks the person. */
  want(part: Partial<Record<Kind, boolean>>): Promise<void>;
  choose(kind: Kind | "speaker", id: string): Promise<void>;
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
const LEVEL_MS = 66;
const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } };
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20 }, facingMode: "user" };

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

export function openDevices(): Devices {
  const tracks = { microphone: signal<MediaStreamTrack | null>(null), camera: signal<MediaStreamTrack | null>(null) };
  const problem = { microphone: signal<Problem | null>(null), camera: signal<Problem | null>(null) };
  const screen = signal<MediaStreamTrack | null>(null);
  const choice = signal<Choice>({ microphones: [], cameras: [], speakers: [] });
  const chosen = signal(remembered());
  const selfView = computed(() => (tracks.camera.value ? new MediaStream([tracks.camera.value]) : null));
  const wanted = { microphone: false, camera: false };
  let audio: AudioContext | null = null;
  let processed = true;
  /** A microphone that is held was asked for in the other way: it goes on until its successor is there. */
  let otherwise = false;

  function constraints(kind: Kind): MediaTrackConstraints {
    const id = chosen.value[kind];
    return { ...(kind === "camera" ? PICTURE : processed ? VOICE : AS_IT_IS), ...(id && { deviceId: { ideal: id } }) };
  }

  async function fetched(kinds: Kind[]): Promise<MediaStream> {
    if (!("mediaDevices" in navigator)) throw new DOMException("no devices here", "NotFoundError");
    return navigator.mediaDevices.getUserMedia({
      ...(kinds.includes("microphone") && { audio: constraints("microphone") }),
      ...(kinds.includes("camera") && { video: constraints("camera") }),
    });
  }

  function take(kind: Kind, track: MediaStreamTrack | null): void {
    const before = tracks[kind].value;
    if (before && before !== track) before.stop();
    tracks[kind].value = track;
    track?.addEventListener("ended", () => {
      // Unplugged, or taken away by the system: try what is left. `stop()` fires no event.
      if (tracks[kind].value !== track) return;
      take(kind, null);
      void bring({ ...wanted });
    });
  }

  async function fetchBoth(missing: Kind[]): Promise<void> {
    // One question to the person if both are missing; apart if that fails, so that one device is enough.
    try {
      const stream = await fetched(missing);
      batch(() => {
        for (const kind of missing) {
          const track = (kind === "microphone" ? stream.getAudioTracks() : stream.getVideoTracks())[0] ?? null;
          take(kind, track);
          if (kind === "microphone") otherwise = false;
          problem[kind].value = track ? null : "none";
        }
      });
    } catch (error) {
      const [first] = missing;
      if (missing.length === 1 && first) problem[first].value = problemOf(error);
      else for (const kind of missing) await fetchBoth([kind]);
    }
  }

  const bring = reconciler<Record<Kind, boolean>>(
    async (now) => {
      const missing: Kind[] = [];
      for (const kind of ["microphone", "camera"] as const) {
        if (!now[kind]) {
          take(kind, null);
          problem[kind].value = null;
        } else if (tracks[kind].value?.readyState !== "live" || (kind === "microphone" && otherwise)) missing.push(kind);
      }
      if (missing.length) await fetchBoth(missing);
      await look();
    },
    () => undefined,
  );

  async function look(): Promise<void> {
    if (!("mediaDevices" in navigator)) return;
    const all = await navigator.mediaDevices.enumerateDevices();
    const of = (kind: MediaDeviceKind) =>
      all.filter((one) => one.kind === kind && one.deviceId).map((one) => ({ id: one.deviceId, label: one.label }));
    choice.value = { microphones: of("audioinput"), cameras: of("videoinput"), speakers: of("audiooutput") };
  }

  const plugged = () => void look();
  const seen = () => {
    if (document.visibilityState !== "visible") return;
    void audio?.resume();
    for (const kind of ["microphone", "camera"] as const) if (wanted[kind] && tracks[kind].value?.muted) take(kind, null);
    void bring({ ...wanted });
  };
  if ("mediaDevices" in navigator) navigator.mediaDevices.addEventListener("devicechange", plugged);
  document.addEventListener("visibilitychange", seen);

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
    choice,
    chosen,
    want(part) {
      Object.assign(wanted, part);
      return bring({ ...wanted });
    },
    async choose(kind, id) {
      chosen.value = { ...chosen.value, [kind]: id };
      localStorage.setItem(REMEMBERED, JSON.stringify(chosen.value));
      if (kind === "speaker" || !wanted[kind]) return;
      take(kind, null);
      await bring({ ...wanted });
    },
    process(on) {
      if (processed === on) return;
      processed = on;
      otherwise = tracks.microphone.value !== null;
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
      const context = await sound();
      [523.25, 659.25, 783.99].forEach((hertz, index) => {
        const start = context.currentTime + index * 0.16;
        const tone = new OscillatorNode(context, { frequency: hertz });
        const gain = new GainNode(context, { gain: 0 });
        gain.gain.linearRampToValueAtTime(0.16, start + 0.02);
        gain.gain.exponentialRampToValueAtTime(0.001, start + 0.9);
        tone.connect(gain).connect(context.destination);
        tone.start(start);
        tone.stop(start + 1);
      });
    },
    close() {
      if ("mediaDevices" in navigator) navigator.mediaDevices.removeEventListener("devicechange", plugged);
      document.removeEventListener("visibilitychange", seen);
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

/** Level of one track, on a scale where ordinary speech moves most of the lamps. */
function listen(track: MediaStreamTrack, sound: () => Promise<AudioContext>, heard: (level: number) => void): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let source: MediaStreamAudioSourceNode | undefined;
  let stopped = false;
  void sound().then((context) => {
    if (stopped) return;
    const analyser = new AnalyserNode(context, { fftSize: 1024 });
    source = context.createMediaStreamSource(new MediaStream([track]));
    source.connect(analyser);
    const wave = new Float32Array(analyser.fftSize);
    timer = setInterval(() => {
      analyser.getFloatTimeDomainData(wave);
      const power = wave.reduce((sum, value) => sum + value * value, 0) / wave.length;
      const decibels = 10 * Math.log10(power + 1e-10);
      heard(Math.min(1, Math.max(0, (decibels + 60) / 50)));
    }, LEVEL_MS);
  });
  return () => {
    stopped = true;
    clearInterval(timer);
    source?.disconnect();
  };
}
