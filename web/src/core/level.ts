/** How loud a microphone is, on a scale where ordinary speech moves most of the lamps; and a soft sound for a speaker. */
const LEVEL_MS = 66;

/** Calls back 15 times a second with 0 to 1 until the returned function is called. */
export function listen(track: MediaStreamTrack, sound: () => Promise<AudioContext>, heard: (level: number) => void): () => void {
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
