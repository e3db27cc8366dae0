/**
 * One soft tone, far below speech, for the end of a time. It needs a page that a person has touched; without, it stays
 * silent, and what it says is on the page anyway.
 */
const LOUDNESS = 0.06;
const HERTZ = 523.25; // C5

let audio: AudioContext | undefined;

export async function tone(seconds = 1.6): Promise<void> {
  audio ??= new AudioContext();
  if (audio.state === "suspended") await Promise.race([audio.resume(), new Promise((late) => setTimeout(late, 500))]);
  if (audio.state !== "running") return;
  const start = audio.currentTime;
  const gain = new GainNode(audio, { gain: 0 });
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.06);
  gain.gain.exponentialRampToValueAtTime(0.0004, start + seconds);
  gain.connect(audio.destination);
  for (const [times, part] of [[1, 1], [2.01, 0.25]] as const) {
    const voice = new OscillatorNode(audio, { frequency: HERTZ * times });
    const share = new GainNode(audio, { gain: part });
    voice.connect(share).connect(gain);
    voice.start(start);
    voice.stop(start + seconds + 0.1);
  }
}
