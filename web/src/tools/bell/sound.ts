/**
 * The sound of a bell, made on this page: partials of a struck body, each dying away in its own time. No file is fetched.
 */
import type { Sitting } from "../../wire.ts";

interface Partial {
  readonly hertz: number;
  readonly gain: number;
  /** Seconds until it is gone. */
  readonly lasts: number;
}

/** Of a singing bowl the partials are far from whole multiples, and each beats slowly against its neighbour. */
const BODIES: Record<Sitting["sound"], readonly Partial[]> = {
  bowl: [
    { hertz: 196, gain: 0.5, lasts: 9 },
    { hertz: 196.9, gain: 0.3, lasts: 9 },
    { hertz: 531, gain: 0.28, lasts: 6 },
    { hertz: 532.2, gain: 0.16, lasts: 6 },
    { hertz: 1011, gain: 0.12, lasts: 3.5 },
    { hertz: 1608, gain: 0.05, lasts: 2 },
  ],
  chime: [
    { hertz: 880, gain: 0.4, lasts: 5 },
    { hertz: 2425, gain: 0.14, lasts: 2.5 },
    { hertz: 4752, gain: 0.05, lasts: 1.2 },
  ],
  wood: [
    { hertz: 410, gain: 0.6, lasts: 0.22 },
    { hertz: 980, gain: 0.25, lasts: 0.12 },
    { hertz: 1930, gain: 0.1, lasts: 0.06 },
  ],
};
const ATTACK: Record<Sitting["sound"], number> = { bowl: 0.03, chime: 0.005, wood: 0.002 };

/** Strike at `when` of the context's own time. The function that it returns silences it, also before it sounds. */
export function strike(context: AudioContext, out: AudioNode, sound: Sitting["sound"], when: number, loud: number): () => void {
  const all = new GainNode(context, { gain: loud });
  all.connect(out);
  const tones = BODIES[sound].map(({ hertz, gain, lasts }) => {
    const tone = new OscillatorNode(context, { frequency: hertz });
    const body = new GainNode(context, { gain: 0 });
    body.gain.setValueAtTime(0, when);
    body.gain.linearRampToValueAtTime(gain, when + ATTACK[sound]);
    body.gain.exponentialRampToValueAtTime(0.0001, when + lasts);
    tone.connect(body).connect(all);
    tone.start(when);
    tone.stop(when + lasts);
    return tone;
  });
  return () => {
    for (const tone of tones) tone.stop();
    all.disconnect();
  };
}
