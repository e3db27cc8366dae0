// Runs in a page before anything else. `ME` is the person's number (0 to 19): their picture is of one of nine colours and
// their voice one of twenty tones, so that a page can tell whose face and voice arrive, in every frame that it draws.
// `FPS` is the camera's rate.
(() => {
  const me = ME;
  const COLOURS = 9;
  const hue = (me % COLOURS) * 40;

  function picture() {
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = 180;
    const g = canvas.getContext("2d");
    let x = 0;
    const draw = () => {
      g.fillStyle = `hsl(${hue} 100% 50%)`;
      g.fillRect(0, 0, 320, 180);
      g.fillStyle = "black";
      g.fillRect((x += 7) % 320, 156, 12, 24);
    };
    draw();
    setInterval(draw, 1000 / FPS);
    return canvas.captureStream(FPS).getVideoTracks()[0];
  }

  const context = new AudioContext();
  const gain = context.createGain();
  gain.gain.value = 0;
  function voice() {
    const source = context.createOscillator();
    source.frequency.value = 500 + 150 * me;
    const out = context.createMediaStreamDestination();
    source.connect(gain).connect(out);
    source.start();
    void context.resume();
    return out.stream.getAudioTracks()[0];
  }
  // The person speaks, or falls silent; the time of it, on the clock that all pages of this machine share.
  window.__speak = (on) => {
    gain.gain.value = on ? 0.4 : 0;
    return performance.timeOrigin + performance.now();
  };

  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const tracks = [];
    if (wanted?.audio) tracks.push(voice());
    if (wanted?.video) tracks.push(picture());
    return new MediaStream(tracks);
  };

  const toHue = (r, g, b) => {
    const max = Math.max(r, g, b), min = Math.min(r, g, b), d = max - min;
    if (d < 40) return null;
    const h = max === r ? ((g - b) / d) % 6 : max === g ? (b - r) / d + 2 : (r - g) / d + 4;
    return (Math.round(h * 60) + 360) % 360;
  };
  const small = document.createElement("canvas");
  small.width = small.height = 8;
  const brush = small.getContext("2d", { willReadFrequently: true });
  // Whose colour a video shows (0 to 8), or null where there is no picture.
  window.__face = (video) => {
    if (!video.videoWidth || video.hidden || !video.srcObject) return null;
    brush.clearRect(0, 0, 8, 8);
    brush.drawImage(video, 0, 0, video.videoWidth, video.videoHeight * 0.7, 0, 0, 8, 8);
    const [r, g, b] = brush.getImageData(4, 3, 1, 1).data;
    const found = toHue(r, g, b);
    return found === null ? null : Math.round(found / 40) % COLOURS;
  };

  const ears = new Map();
  const SIZE = 2048; // 43 ms at 48 kHz, and 23 Hz apart
  // Which tones (numbers of people) an element plays now; empty is silence.
  window.__voice = (audio) => {
    const track = audio.srcObject?.getAudioTracks()[0];
    if (!track) return [];
    if (!ears.has(track.id)) {
      const analyser = context.createAnalyser();
      analyser.fftSize = SIZE;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(audio.srcObject).connect(analyser);
      void context.resume();
      ears.set(track.id, analyser);
    }
    const analyser = ears.get(track.id);
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    let best = 0;
    for (let i = 1; i < bins.length; i++) if (bins[i] > bins[best]) best = i;
    return bins[best] > -50 ? [Math.round(((best * context.sampleRate) / SIZE - 500) / 150)] : [];
  };

  // Watches every frame that is drawn: whose face stands under which name, and who is heard.
  // `known` maps member numbers to people's numbers.
  window.__watch = (known) => {
    const seen = { wrong: [], faces: {}, voices: {} };
    window.__seen = seen;
    const look = () => {
      const now = performance.timeOrigin + performance.now();
      for (const video of document.querySelectorAll("video[data-member][data-source=camera]")) {
        const member = video.dataset.member;
        if (!(member in known) || video.closest("[data-you]")) continue;
        const face = window.__face(video);
        if (face === null) delete seen.faces[member];
        else if (face !== known[member] % COLOURS) seen.wrong.push([now, "face", member, face]);
        else seen.faces[member] ??= now;
      }
      const heard = new Set();
      for (const audio of document.querySelectorAll("audio")) for (const who of window.__voice(audio)) heard.add(who);
      for (const who of heard) seen.voices[who] ??= now;
      for (const who of Object.keys(seen.voices)) if (!heard.has(Number(who))) delete seen.voices[who];
      requestAnimationFrame(look);
    };
    look();
  };
})();
