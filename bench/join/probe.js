// Runs in a page before anything else: notes when what happens on the way into a room, in milliseconds of one clock
// that all pages of this machine share. Changes nothing that the page does, except for the way that its media takes.
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const marks = (window.__marks = []);
  const mark = (what) => marks.push([what, now()]);

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-testid]");
    if (target) mark(`click ${target.dataset.testid}`);
  }, true);

  // A picture of somebody else: its first frame has been decoded and can be drawn.
  document.addEventListener("loadeddata", (event) => {
    const { member, source } = event.target.dataset ?? {};
    const own = event.target.closest("[data-you]");
    if (member && source === "camera" && !own) mark("picture");
  }, true);

  const Socket = WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      mark("socket begun");
      this.addEventListener("message", ({ data }) => {
        if (typeof data === "string") mark(`told ${data.slice(0, 24)}`);
      });
    }
    send(data) {
      if (typeof data === "string") mark(`asks ${data.slice(0, 24)}`);
      super.send(data);
    }
  };

  const Real = RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(...given) {
      super(...given);
      mark("peer");
      for (const [event, field] of [["connectionstatechange", "connectionState"], ["iceconnectionstatechange", "iceConnectionState"]])
        this.addEventListener(event, () => mark(`${field} ${this[field]}`));
    }
    async setLocalDescription(...given) {
      mark("offer begun");
      await super.setLocalDescription(...given);
      mark("offer set");
    }
    async setRemoteDescription({ type, sdp }) {
      mark("answer");
      const lines = [];
      for (const line of sdp.split("\r\n")) {
        const [, transport, port] = /^a=candidate:\S+ 1 (udp|tcp) \d+ \S+ (\d+) /.exec(line) ?? [];
        if (!window.__relay || !transport) lines.push(line);
        else if (transport === "udp") lines.push(line.replace(` ${port} `, ` ${await window.__relay(Number(port))} `));
      }
      await super.setRemoteDescription({ type, sdp: lines.join("\r\n") });
      mark("answer set");
    }
  };
})();
