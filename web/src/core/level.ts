/** How loud a microphone is, on a scale where ordinary speech moves most of the lamps. */
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
