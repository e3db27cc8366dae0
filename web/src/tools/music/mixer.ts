/**
 * Music from this device, mixed with the microphone into the one track that the session sends.
 *
 * A file is played where it lies and leaves the device as sound only; its name and its bytes go nowhere. What is mixed
 * has two channels and no voice processing; the voice in it keeps its own.
 */
import { effect, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { Session } from "../../core/session.ts";

export interface Mixer {
  /** What plays: a file's name, for this page alone, or the sound of a tab. Null: nothing. */
  readonly source: ReadonlySignal<{ readonly kind: "file" | "tab"; readonly name: string } | null>;
  readonly playing: ReadonlySignal<boolean>;
  /** Seconds of a file: where it is, and how long it lasts. */
  readonly at: ReadonlySignal<number>;
  readonly length: ReadonlySignal<number>;
  /** 0 to 1: in what the others hear. */
  readonly music: Signal<number>;
  readonly voice: Signal<number>;
  /** Whether it is heard on this device as well. */
  readonly aloud: Signal<boolean>;
  readonly loop: Signal<boolean>;
  open(file: File): void;
  /** Take the sound of a tab or of the screen; false if none was given. */
  tab(): Promise<boolean>;
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  /** Fade out, and send the microphone alone again. */
  stop(): void;
}

/** Seconds: nothing begins or ends abruptly. */
const FADE = 1.2;

export function openMixer(session: Session): Mixer {
  const source = signal<{ kind: "file" | "tab"; name: string } | null>(null);
  const playing = signal(false);
  const at = signal(0);
  const length = signal(0);
  const music = signal(0.8);
  const voice = signal(1);
  const aloud = signal(true);
  const loop = signal(false);

  let context: AudioContext | null = null;
  let ends: (() => void)[] = [];
  let element: HTMLAudioElement | null = null;
  let fade: GainNode | null = null;
  let pausing: ReturnType<typeof setTimeout> | undefined;

  /** The desk: microphone and music to everybody, music to this loudspeaker. `feed` is the music. */
  function wire(desk: AudioContext, feed: AudioNode): void {
    const out = new MediaStreamAudioDestinationNode(desk, { channelCount: 2, channelCountMode: "explicit" });
    const [voiceGain, musicGain, here, over] = [1, music.peek(), aloud.peek() ? 1 : 0, 0].map((gain) => new GainNode(desk, { gain })) as [
      GainNode,
      GainNode,
      GainNode,
      GainNode,
    ];
    fade = over;
    feed.connect(over).connect(musicGain).connect(out);
    voiceGain.connect(out);
    if (source.peek()?.kind === "file") over.connect(here).connect(desk.destination);
    const ease = (node: GainNode, value: number) => void node.gain.setTargetAtTime(value, desk.currentTime, 0.05);
    ends.push(
      effect(() => ease(musicGain, music.value)),
      effect(() => ease(voiceGain, voice.value)),
      effect(() => ease(here, aloud.value ? 1 : 0)),
      effect(() => {
        const track = session.devices.microphone.value;
        if (!track) return;
        const microphone = desk.createMediaStreamSource(new MediaStream([track]));
        microphone.connect(voiceGain);
        return () => microphone.disconnect();
      }),
    );
    const [track] = out.stream.getAudioTracks();
    if (track) track.contentHint = "music";
    session.music.mixed.value = track ?? null;
  }

  function rise(to: number): void {
    if (!fade || !context) return;
    fade.gain.cancelScheduledValues(context.currentTime);
    fade.gain.setTargetAtTime(to, context.currentTime, FADE / 4);
  }

  function clear(): void {
    session.music.mixed.value = null;
    ends.forEach((end) => end());
    ends = [];
    element = fade = null;
    void context?.close();
    context = null;
    playing.value = false;
    source.value = null;
    at.value = length.value = 0;
  }

  function begin(): AudioContext {
    clear();
    context = new AudioContext({ latencyHint: "playback" });
    void context.resume();
    return context;
  }

  return {
    source,
    playing,
    at,
    length,
    music,
    voice,
    aloud,
    loop,
    open(file) {
      const desk = begin();
      const url = URL.createObjectURL(file);
      const audio = new Audio(url);
      element = audio;
      source.value = { kind: "file", name: file.name };
      audio.addEventListener("timeupdate", () => (at.value = audio.currentTime));
      audio.addEventListener("loadedmetadata", () => (length.value = Number.isFinite(audio.duration) ? audio.duration : 0));
      audio.addEventListener("play", () => (playing.value = true));
      audio.addEventListener("pause", () => (playing.value = false));
      ends.push(
        effect(() => {
          audio.loop = loop.value;
        }),
        () => {
          audio.pause();
          audio.removeAttribute("src");
          URL.revokeObjectURL(url);
        },
      );
      wire(desk, new MediaElementAudioSourceNode(desk, { mediaElement: audio }));
    },
    async tab() {
      try {
        const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
        stream.getVideoTracks().forEach((track) => track.stop());
        const [track] = stream.getAudioTracks();
        if (!track) return false;
        const desk = begin();
        source.value = { kind: "tab", name: "" };
        ends.push(() => track.stop());
        track.addEventListener("ended", clear);
        wire(desk, desk.createMediaStreamSource(stream));
        rise(1);
        playing.value = true;
        return true;
      } catch {
        return false;
      }
    },
    play() {
      // Played again while it still fades: it is not stopped after all.
      clearTimeout(pausing);
      void element?.play().then(() => rise(1));
    },
    pause() {
      const audio = element;
      rise(0);
      clearTimeout(pausing);
      pausing = setTimeout(() => audio?.pause(), FADE * 1000);
    },
    seek(seconds) {
      if (element) element.currentTime = seconds;
    },
    stop() {
      const desk = context;
      rise(0);
      setTimeout(() => {
        if (context === desk) clear();
      }, FADE * 1000);
    },
  };
}
