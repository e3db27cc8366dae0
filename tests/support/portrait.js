// Runs in a page before anything else: gives its person a drawn portrait instead of a camera, and a voice or silence
// instead of a microphone. For the pictures in the manual: everybody in them is made up. `ME` is replaced by the
// person's number, `SPEAKS` by whether they speak.
(() => {
  const me = ME;
  const speaks = SPEAKS;

  const LOOKS = [
    { wall: ["#f3e3cf", "#d9bfa0"], skin: "#e8b996", hair: "#5a3a26", shirt: "#2f6b5e", style: "bob", glasses: true, room: "window" },
    { wall: ["#dfe8e6", "#b4c8c6"], skin: "#8d5a3b", hair: "#1f1713", shirt: "#d9913f", style: "curls", room: "shelf" },
    { wall: ["#efe6ee", "#cdbccb"], skin: "#f0c9ab", hair: "#b86b34", shirt: "#55618f", style: "long", room: "picture" },
    { wall: ["#e9eed9", "#c2cca2"], skin: "#d9a47c", hair: "#3b3533", shirt: "#8a4b3c", style: "short", beard: true, room: "plant" },
    { wall: ["#dde7f1", "#b3c4d8"], skin: "#f3d2bb", hair: "#c9c3ba", shirt: "#6d5a7e", style: "bun", glasses: true, room: "window" },
    { wall: ["#f4e7d3", "#dcc08f"], skin: "#6b4229", hair: "#15100d", shirt: "#3d7a8c", style: "crop", room: "picture" },
    { wall: ["#e5ebe4", "#bccbb9"], skin: "#e2b08a", hair: "#2b211c", shirt: "#b4574d", style: "long", room: "plant" },
  ];
  const look = LOOKS[me % LOOKS.length];

  function room(g, w, h) {
    const wall = g.createLinearGradient(0, 0, w, h);
    wall.addColorStop(0, look.wall[0]);
    wall.addColorStop(1, look.wall[1]);
    g.fillStyle = wall;
    g.fillRect(0, 0, w, h);
    const box = (x, y, width, height, fill, radius = 6) => {
      g.fillStyle = fill;
      g.beginPath();
      g.roundRect(x * w, y * h, width * w, height * h, radius);
      g.fill();
    };
    if (look.room === "window") {
      box(0.68, 0.1, 0.24, 0.5, "#ffffffaa");
      box(0.695, 0.125, 0.1, 0.21, "#cfe4ee");
      box(0.805, 0.125, 0.1, 0.21, "#d8eaf1");
      box(0.695, 0.36, 0.1, 0.21, "#d3e7ef");
      box(0.805, 0.36, 0.1, 0.21, "#dcecf2");
    } else if (look.room === "shelf") {
      box(0.04, 0.36, 0.26, 0.025, "#8c7158", 2);
      ["#a24d2a", "#2a6659", "#d8b25c", "#6d7f96", "#b98a78"].forEach((colour, i) =>
        box(0.06 + i * 0.036, 0.2 + (i % 3) * 0.025, 0.028, 0.16 - (i % 3) * 0.025, colour, 2),
      );
    } else if (look.room === "picture") {
      box(0.06, 0.14, 0.2, 0.3, "#fffdf6cc", 3);
      box(0.08, 0.17, 0.16, 0.24, "#c8d8cf", 2);
      box(0.08, 0.31, 0.16, 0.1, "#8fb09f", 2);
    } else {
      box(0.8, 0.62, 0.1, 0.2, "#b9714f", 4);
      g.strokeStyle = "#5f8a63";
      g.lineWidth = h * 0.03;
      g.lineCap = "round";
      for (const lean of [-0.09, -0.04, 0.01, 0.06, 0.1]) {
        g.beginPath();
        g.moveTo(w * 0.85, h * 0.64);
        g.quadraticCurveTo(w * 0.85, h * 0.45, w * (0.85 + lean), h * (0.3 + Math.abs(lean)));
        g.stroke();
      }
    }
  }

  function portrait(g, w, h, t) {
    const x = w / 2 + Math.sin(t / 1700 + me) * w * 0.008;
    const y = h * 0.47 + Math.sin(t / 1300 + 2 * me) * h * 0.006;
    const r = h * 0.185;
    const oval = (cx, cy, rx, ry, fill) => {
      g.fillStyle = fill;
      g.beginPath();
      g.ellipse(cx, cy, rx, ry, 0, 0, 2 * Math.PI);
      g.fill();
    };
    // Hair behind the head.
    if (look.style === "long") {
      g.fillStyle = look.hair;
      g.beginPath();
      g.roundRect(x - r * 1.22, y - r * 1.15, r * 2.44, r * 3.1, r * 1.1);
      g.fill();
    }
    if (look.style === "bob") oval(x, y + r * 0.05, r * 1.27, r * 1.42, look.hair);
    if (look.style === "bun") oval(x, y - r * 1.42, r * 0.48, r * 0.42, look.hair);
    if (look.style === "curls") {
      for (let i = 0; i < 11; i++) {
        const turn = Math.PI * (0.93 + (i / 10) * 1.14);
        oval(x + Math.cos(turn) * r * 1.02, y + Math.sin(turn) * r * 1.05 - r * 0.1, r * 0.42, r * 0.42, look.hair);
      }
    }
    // Shoulders, neck, head.
    oval(x, h * 1.1, w * 0.27, h * 0.4, look.shirt);
    g.fillStyle = look.skin;
    g.beginPath();
    g.roundRect(x - r * 0.36, y + r * 0.7, r * 0.72, r * 1.0, r * 0.3);
    g.fill();
    g.fillStyle = "#0000001c";
    g.beginPath();
    g.ellipse(x, y + r * 1.12, r * 0.42, r * 0.2, 0, 0, Math.PI);
    g.fill();
    oval(x - r * 0.98, y + r * 0.08, r * 0.16, r * 0.24, look.skin);
    oval(x + r * 0.98, y + r * 0.08, r * 0.16, r * 0.24, look.skin);
    oval(x, y, r, r * 1.24, look.skin);
    // Hair over the forehead.
    g.fillStyle = look.hair;
    g.beginPath();
    if (look.style === "short" || look.style === "crop" || look.style === "bun" || look.style === "curls") {
      const low = look.style === "crop" ? 0.62 : 0.42;
      g.ellipse(x, y - r * 0.12, r * 1.04, r * 1.18, 0, Math.PI * 1.02, Math.PI * 1.98);
      g.quadraticCurveTo(x + r * 0.4, y - r * (low + 0.35), x, y - r * (low + 0.28));
      g.quadraticCurveTo(x - r * 0.5, y - r * (low + 0.3), x - r * 1.04, y - r * 0.2);
    } else {
      g.ellipse(x, y - r * 0.1, r * 1.08, r * 1.2, 0, Math.PI * 0.98, Math.PI * 2.02);
      g.quadraticCurveTo(x + r * 0.75, y - r * 0.75, x + r * 0.1, y - r * 0.82);
      g.quadraticCurveTo(x - r * 0.6, y - r * 0.62, x - r * 1.08, y);
    }
    g.fill();
    if (look.beard) {
      g.fillStyle = look.hair;
      g.beginPath();
      g.ellipse(x, y + r * 0.38, r * 0.9, r * 0.9, 0, 0.12, Math.PI - 0.12);
      g.quadraticCurveTo(x, y + r * 0.34, x + r * 0.9, y + r * 0.45);
      g.fill();
    }
    // Face.
    const blink = t % 4300 < 140 + 20 * me ? 0.15 : 1;
    const dark = "#2b211c";
    for (const side of [-1, 1]) {
      oval(x + side * r * 0.4, y + r * 0.02, r * 0.095, r * 0.125 * blink, dark);
      g.strokeStyle = look.hair === "#c9c3ba" ? "#8f8982" : look.hair;
      g.lineWidth = r * 0.08;
      g.lineCap = "round";
      g.beginPath();
      g.arc(x + side * r * 0.4, y - r * 0.02, r * 0.33, Math.PI * 1.3, Math.PI * 1.7);
      g.stroke();
      oval(x + side * r * 0.56, y + r * 0.42, r * 0.17, r * 0.11, "#d2664a22");
    }
    g.strokeStyle = "#00000033";
    g.lineWidth = r * 0.06;
    g.beginPath();
    g.moveTo(x, y + r * 0.1);
    g.quadraticCurveTo(x + r * 0.14, y + r * 0.36, x - r * 0.03, y + r * 0.38);
    g.stroke();
    const open = speaks ? Math.abs(Math.sin(t / 160)) * r * 0.14 : 0;
    g.fillStyle = "#8c3d36";
    g.beginPath();
    g.moveTo(x - r * 0.3, y + r * 0.62);
    g.quadraticCurveTo(x, y + r * 0.84 + open * 2, x + r * 0.3, y + r * 0.62);
    g.quadraticCurveTo(x, y + r * 0.72, x - r * 0.3, y + r * 0.62);
    g.fill();
    if (look.glasses) {
      g.strokeStyle = "#3a2f29";
      g.lineWidth = r * 0.055;
      for (const side of [-1, 1]) {
        g.beginPath();
        g.roundRect(x + side * r * 0.4 - r * 0.29, y - r * 0.2, r * 0.58, r * 0.46, r * 0.2);
        g.stroke();
      }
      g.beginPath();
      g.moveTo(x - r * 0.11, y - r * 0.03);
      g.lineTo(x + r * 0.11, y - r * 0.03);
      g.stroke();
    }
  }

  function picture() {
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 480;
    const g = canvas.getContext("2d");
    const draw = () => {
      room(g, canvas.width, canvas.height);
      portrait(g, canvas.width, canvas.height, performance.now());
    };
    draw();
    const timer = setInterval(draw, 66);
    const [track] = canvas.captureStream(15).getVideoTracks();
    track.addEventListener("ended", () => clearInterval(timer));
    return track;
  }

  function voice() {
    const context = new AudioContext();
    const source = context.createOscillator();
    const gain = context.createGain();
    gain.gain.value = speaks ? 0.3 : 0.0015; // a quiet room, and no microphone that has been switched off
    source.frequency.value = 180;
    const out = context.createMediaStreamDestination();
    source.connect(gain).connect(out);
    source.start();
    void context.resume();
    return out.stream.getAudioTracks()[0];
  }

  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const tracks = [];
    if (wanted?.audio) tracks.push(voice());
    if (wanted?.video) tracks.push(picture());
    return new MediaStream(tracks);
  };
})();
