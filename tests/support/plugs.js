// Runs in a page before anything else: Chromium's own fake devices, with plugs. `__plugs` pulls one out and puts it in
// again, makes another the system's default, lets another app take one, and makes one deaf as a phone's after a call.
// Chromium has no way to do any of that to its fake devices; the tracks, their switching and their sending are real.
(() => {
  const devices = navigator.mediaDevices;
  const list = devices.enumerateDevices.bind(devices);
  const get = devices.getUserMedia.bind(devices);
  const gone = new Set();
  const tracks = [];
  const asked = [];
  let group = null;

  devices.enumerateDevices = async () =>
    (await list())
      .filter((one) => !gone.has(one.label))
      .map(({ deviceId, kind, label, groupId }) => ({
        deviceId,
        kind,
        label,
        groupId: kind === "audioinput" && deviceId === "default" && group ? group : groupId,
      }));

  devices.getUserMedia = async (wanted) => {
    asked.push(wanted);
    for (const part of [wanted.audio, wanted.video]) {
      const id = part?.deviceId?.exact;
      const there = await devices.enumerateDevices();
      if (id && !there.some((one) => one.deviceId === id)) throw new OverconstrainedError("deviceId");
    }
    const stream = await get(wanted);
    for (const track of stream.getTracks()) {
      const settings = track.getSettings.bind(track);
      // What is the default is known by the group that it had when it was fetched.
      const then = group;
      track.getSettings = () => {
        const now = settings();
        return now.deviceId === "default" && then ? { ...now, groupId: then } : now;
      };
    }
    tracks.push(...stream.getTracks());
    return stream;
  };

  const live = (kind) => tracks.findLast((track) => track.kind === kind && track.readyState === "live");
  const changed = () => devices.dispatchEvent(new Event("devicechange"));

  window.__plugs = {
    asked,
    pull(label) {
      gone.add(label);
      for (const track of tracks) {
        if (track.label !== label || track.readyState !== "live") continue;
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
      changed();
    },
    plug(label) {
      gone.delete(label);
      changed();
    },
    makeDefault(name) {
      group = name;
      changed();
    },
    take(kind) {
      const track = live(kind);
      Object.defineProperty(track, "muted", { configurable: true, get: () => true });
      track.dispatchEvent(new Event("mute"));
    },
    giveBack(kind) {
      const track = live(kind);
      delete track.muted;
      track.dispatchEvent(new Event("unmute"));
    },
    // Live, not muted, and without a sound.
    deafen: () => (live("audio").enabled = false),
  };

  const set = RTCPeerConnection.prototype.setRemoteDescription;
  window.__connections = [];
  RTCPeerConnection.prototype.setRemoteDescription = async function (description) {
    if (!window.__connections.includes(this)) window.__connections.push(this);
    return set.call(this, description);
  };

  // What this page sends now.
  window.__sends = async () => {
    const pc = window.__connections.at(-1);
    const sent = {};
    for (const [index, name] of ["microphone", "camera"].entries()) {
      const sender = pc.getSenders()[index];
      const stats = [...(await sender.getStats()).values()];
      sent[name] = {
        label: sender.track?.label ?? null,
        id: sender.track?.id ?? null,
        packets: stats.filter((one) => one.type === "outbound-rtp").reduce((sum, one) => sum + one.packetsSent, 0),
        energy: stats.find((one) => one.type === "media-source")?.totalAudioEnergy ?? null,
      };
    }
    return sent;
  };
})();
