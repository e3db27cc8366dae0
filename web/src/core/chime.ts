/** A soft sound, to check a speaker: fetched when somebody asks for it. */
export function chime(context: AudioContext): void {
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
}
