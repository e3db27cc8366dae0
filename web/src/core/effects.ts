/**
 * What a browser can do to a voice or a picture by itself: take noise away, keep one voice, blur what is behind. Each is
 * offered only where the device in use can be told to do it and to leave it. Only noise is taken away unasked; of the
 * others nothing is said before the person does, so that what the system was told elsewhere stays.
 *
 * Nothing is loaded for it, and nothing of a picture leaves the browser's own pipeline (docs/decisions/0012).
 */
export type Effect = "noise" | "voice" | "blur";
/** What the person has said; null is nothing. */
export type Effects = Readonly<Record<Effect, boolean | null>>;
/** Whether it is on now; null is not to be chosen. */
export type Offer = Readonly<Record<Effect, boolean | null>>;

export interface Asked {
  /** Which device; empty is any. */
  readonly id: string;
  /** Made fit for speech. Music is taken as it is. */
  readonly processed: boolean;
  readonly effects: Effects;
}

/** Constraints that TypeScript's own description does not have yet. */
export type Constraints = MediaTrackConstraints & { voiceIsolation?: ConstrainBoolean; backgroundBlur?: ConstrainBoolean };

const KEPT = "effects";
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20 }, facingMode: "user" };
const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } };
const UNASKED: Effects = { noise: null, voice: null, blur: null };
export const NO_OFFER: Offer = UNASKED;

export function constraintsFor(kind: "microphone" | "camera", { id, processed, effects }: Asked): Constraints {
  // A wish for a device is not heard: Chromium 156 gives its default to whoever asks for another microphone as an ideal.
  const device = id ? { deviceId: { exact: id } } : {};
  if (kind === "camera") return { ...PICTURE, ...(effects.blur !== null && { backgroundBlur: { ideal: effects.blur } }), ...device };
  if (!processed) return { ...AS_IT_IS, ...device };
  return {
    echoCancellation: true,
    noiseSuppression: effects.noise ?? true,
    autoGainControl: true,
    ...(effects.voice !== null && { voiceIsolation: { ideal: effects.voice } }),
    ...device,
  };
}

/** Both ways are among the capabilities: a device that always blurs, or never does, leaves nothing to choose. */
function state(track: MediaStreamTrack | null, name: string): boolean | null {
  const can = (track?.getCapabilities?.() as Record<string, unknown> | undefined)?.[name];
  if (!track || !Array.isArray(can) || !can.includes(true) || !can.includes(false)) return null;
  return (track.getSettings() as Record<string, unknown>)[name] === true;
}

export function offered(microphone: MediaStreamTrack | null, camera: MediaStreamTrack | null): Offer {
  return {
    noise: state(microphone, "noiseSuppression"),
    voice: state(microphone, "voiceIsolation"),
    blur: state(camera, "backgroundBlur"),
  };
}

export function rememberedEffects(): Effects {
  try {
    return { ...UNASKED, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Effects>) };
  } catch {
    return UNASKED;
  }
}

export function keepEffects(effects: Effects): void {
  localStorage.setItem(KEPT, JSON.stringify(effects));
}
