// Runs in a page before anything else: gives its person a colour and a tone instead of a camera and a microphone, and
// can tell which colours and tones arrive. `ME` is replaced by the person's number.
(() => {
  const me = ME;
  const hue = (me * 72) % 360;
  const hertz = 500 + 150 * me;

  function picture(hueNow, width, height) {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const g = canvas.getContext("2d");
    let x = 0;
    const draw = () => {
      g.fillStyle = `hsl(${hueNow} 100% 50%)`;
      g.fillRect(0, 0, width, height);
      g.fillStyle = "black";
      g.fillRect((x += 7) % width, height - 24, 12, 24);
    };
    draw();
    const timer = setInterval(draw, 66);
    const [track] = canvas.captureStream(15).getVideoTracks();
    track.addEventListener("ended", () => clearInterval(timer));
    return track;
  }

  function tone() {
    const context = new AudioContext();
    const source = context.createOscillator();
    const gain = context.createGain();
    gain.gain.value = 0.4;
    source.frequency.value = hertz;
    const out = context.createMediaStreamDestination();
    source.connect(gain).connect(out);
    source.start();
    void context.resume();
    return out.stream.getAudioTracks()[0];
  }

  const devices = navigator.mediaDevices;
  devices.getUserMedia = async (wanted) => {
    const tracks = [];
    if (wanted?.audio) tracks.push(tone());
    if (wanted?.video) tracks.push(picture(hue, 320, 180));
    return new MediaStream(tracks);
  };
  devices.getDisplayMedia = async () => new MediaStream([picture((hue + 36) % 360, 640, 360)]);

  const toHue = (r, g, b) => {
    const max = Math.max(r, g, b), min = Math.min(r, g, b), d = max - min;
    if (d < 40) return null; // grey or black: no picture
    const h = max === r ? ((g - b) / d) % 6 : max === g ? (b - r) / d + 2 : (r - g) / d + 4;
    return Math.round(h * 60 + 360) % 360;
  };

  const ears = new Map();
  const ear = (stream) => {
    const id = stream.getAudioTracks()[0]?.id;
    if (!id) return null;
    if (!ears.has(id)) {
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      analyser.fftSize = 8192;
      analyser.smoothingTimeConstant = 0;
      context.createMediaStreamSource(stream).connect(analyser);
      void context.resume();
      ears.set(id, { analyser, context });
    }
    return ears.get(id);
  };

  // What this page shows and plays: {pictures: {"member/source": hue|null}, voices: {member: hertz|null}}.
  window.__perceive = () => {
    const pictures = {}, voices = {};
    for (const video of document.querySelectorAll("video[data-member]")) {
      if (!video.dataset.member || !video.videoWidth) continue;
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = 8;
      const g = canvas.getContext("2d");
      g.drawImage(video, 0, 0, video.videoWidth, video.videoHeight * 0.7, 0, 0, 8, 8);
      const [r, gr, b] = g.getImageData(4, 3, 1, 1).data;
      pictures[`${video.dataset.member}/${video.dataset.source}`] = toHue(r, gr, b);
    }
    for (const audio of document.querySelectorAll("audio[data-member]")) {
      if (!audio.dataset.member || !audio.srcObject || audio.paused) continue;
      const listening = ear(audio.srcObject);
      if (!listening) continue;
      const bins = new Float32Array(listening.analyser.frequencyBinCount);
      listening.analyser.getFloatFrequencyData(bins);
      let best = 0;
      for (let i = 1; i < bins.length; i++) if (bins[i] > bins[best]) best = i;
      const loud = bins[best] > -60;
      voices[audio.dataset.member] = loud ? (best * listening.context.sampleRate) / 8192 : null;
    }
    return { pictures, voices };
  };

  // The media path may lead through a relay of the test, which can cut it.
  const set = RTCPeerConnection.prototype.setRemoteDescription;
  window.__connections = [];
  RTCPeerConnection.prototype.setRemoteDescription = async function (description) {
    if (!window.__connections.includes(this)) window.__connections.push(this);
    let sdp = description.sdp;
    if (window.__relay) {
      const lines = [];
      for (const line of sdp.split("\r\n")) {
        const [, host, port] = /^a=candidate:\S+ 1 (?:udp|tcp) \d+ (\S+) (\d+) /.exec(line) ?? [];
        if (!host) lines.push(line);
        else if (host === "127.0.0.1") lines.push(line.replace(` ${port} `, ` ${await window.__relay(Number(port))} `));
      }
      sdp = lines.join("\r\n");
    }
    return set.call(this, { type: description.type, sdp });
  };
})();
