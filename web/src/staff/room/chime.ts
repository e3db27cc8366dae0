/**
 * The sound when somebody comes to the waiting room: two soft notes, far below speech. It needs a page that a person
 * has touched, which the check before the room sees to; without, it stays silent and the list shows the same.
 */
import { signal } from "@preact/signals";

const REMEMBERED = "chime";
const NOTES = [587.33, 880]; // D5, A5
const LOUDNESS = 0.05;

/** Whether the chime rings: on unless this person has switched it off in this browser. */
export const chimes = signal(localStorage.getItem(REMEMBERED) !== "off");

export function setChimes(on: boolean): void {
  chimes.value = on;
  localStorage.setItem(REMEMBERED, on ? "on" : "off");
}

let audio: AudioContext | undefined;

export async function chime(): Promise<void> {
  if (!chimes.peek()) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") {
    await Promise.race([audio.resume(), new Promise((late) => setTimeout(late, 500))]);
  }
  if (audio.state !== "running") return;
  for (const [index, hertz] of NOTES.entries()) {
    const start = audio.currentTime + index * 0.22;
    const tone = new OscillatorNode(audio, { frequency: hertz });
    const gain = new GainNode(audio, { gain: 0 });
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.03);
    gain.gain.exponentialRampToValueAtTime(0.0005, start + 1.1);
    tone.connect(gain).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 1.2);
  }
}
