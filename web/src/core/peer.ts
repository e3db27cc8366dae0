/**
 * The media door: one RTCPeerConnection, one shape of offer for its whole life. The only file that names it.
 *
 * The m-lines are laid out once: microphone, camera, screen (send only), then audio and video slots (receive only). What
 * flows in a slot is decided by the server and told by signalling; people coming and going renegotiate nothing. Only a
 * new path does (ICE restart), and only this side offers, so there is no glare. Sending is switched by
 * `encodings[0].active`: off is 0 packets, where a disabled track would still cost 50 a second.
 *
 * Its certificate, its m-lines and its first offer are made before anybody needs them: that offer goes along with the
 * join (`offer`), and what comes back begins the connection (`begin`). Nothing is negotiated, gathered or sent before.
 */
import { sendEncodings, type Source } from "./encodings.ts";
import { withStereo } from "./stereo.ts";
import { pathOf, type PathStat } from "./path.ts";
import { Watchdog } from "./watchdog.ts";

/** How many people this page can hear and see at once. */
export interface Shape {
  readonly audio: number;
  readonly video: number;
}

export const PHONE: Shape = { audio: 4, video: 6 };
export const LAPTOP: Shape = { audio: 6, video: 9 };
export const STAFF: Shape = { audio: 6, video: 16 };

export interface PeerHandlers {
  /** Takes the offer to the server and brings the answer. Rejects if there was none. */
  offer: (sdp: string) => Promise<string>;
  changed: (state: "connecting" | "up" | "down") => void;
  /** Whether the network lets media through on a detour only (TCP, or a relay). */
  routed: (detour: boolean) => void;
  /** Four times a second: the sound energy of the microphone since its beginning, null where it is not counted. */
  heard: (energy: number | null) => void;
  /** Beyond mending: make a new peer. */
  lost: () => void;
}

export interface PeerDoor {
  /** The first offer, for the server; empty if it cannot be made. */
  readonly offer: Promise<string>;
  /** Connect by the answer to the first offer (resolves once it is applied); without one, offer (again). */
  begin(iceServers: RTCIceServer[], answer: string | null): Promise<void>;
  /** Negotiate, or mend the path. Asking again while that is under way changes nothing. */
  mend(): void;
  /**
   * Whether the microphone's m-line carries music: stereo, more bits, no pauses. The one thing that is negotiated again
   * while connected, and by this page alone: every page can hear stereo from its first offer on.
   */
  music(on: boolean): void;
  send(source: Source, track: MediaStreamTrack | null, active: boolean, saving: boolean): Promise<void>;
  /** When the last picture was shown that says it is this member's (its CSRC); null if none was, or cannot be known. */
  shown(mid: string, member: number): number | null;
  /** The stream of a receive slot; the same object for as long as the peer lives. */
  stream(mid: string): MediaStream | undefined;
  close(): void;
}

const CHECK_MS = 250;
/** Between offers that nobody answered. */
const RETRY_MS = 2000;
/** Without an answer or a path for so long, start over. */
const HOPELESS_MS = 15_000;
const SOURCES: readonly Source[] = ["microphone", "camera", "screen"];

function codecs(kind: "audio" | "video"): RTCRtpCodec[] {
  const wanted = kind === "audio" ? ["audio/opus", "audio/red"] : ["video/vp8", "video/rtx"];
  const have = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? [];
  return have.filter((codec) => wanted.includes(codec.mimeType.toLowerCase()));
}

export function openPeer(shape: Shape, on: PeerHandlers): PeerDoor {
  const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const preferred = { audio: codecs("audio"), video: codecs("video") };
  const streams = new Map<RTCRtpTransceiver, MediaStream>();
  const senders = new Map<Source, RTCRtpSender>();
  let closed = false;
  let music = false;
  /** What the last answer was for. */
  let agreed = false;

  for (const source of SOURCES) {
    const kind = source === "microphone" ? "audio" : "video";
    const encodings = sendEncodings(source, null).map((encoding) => ({ ...encoding, active: false }));
    const transceiver = pc.addTransceiver(kind, { direction: "sendonly", sendEncodings: encodings });
    transceiver.setCodecPreferences(preferred[kind]);
    senders.set(source, transceiver.sender);
  }
  for (const kind of ["audio", "video"] as const) {
    for (let slot = 0; slot < shape[kind]; slot++) {
      const transceiver = pc.addTransceiver(kind, { direction: "recvonly" });
      transceiver.setCodecPreferences(preferred[kind]);
      streams.set(transceiver, new MediaStream([transceiver.receiver.track]));
    }
  }

  async function made(withMusic: boolean, iceRestart = false): Promise<{ type: "offer"; sdp: string }> {
    const { sdp } = await pc.createOffer({ iceRestart });
    return { type: "offer", sdp: withStereo(sdp ?? "", withMusic) };
  }
  const first = made(false).catch(() => null);
  let begun = false;
  let negotiating = false;
  let answered = false;
  let attempted = 0;
  let downSince: number | null = performance.now();

  async function negotiate(early: string | null = null, iceRestart = answered): Promise<void> {
    if (closed || negotiating || !begun) return;
    negotiating = true;
    let applied = false;
    try {
      const prepared = early === null ? null : await first;
      const wanted = prepared === null && music;
      await pc.setLocalDescription(prepared ?? (await made(wanted, iceRestart)));
      const answer = prepared && early !== null ? early : await on.offer(pc.localDescription?.sdp ?? "");
      if (closed) return;
      await pc.setRemoteDescription({ type: "answer", sdp: answer });
      answered = applied = true;
      agreed = wanted;
      if (downSince !== null) downSince = performance.now();
    } catch {
      // The next check tries again. Until an answer is applied, the offer is pending and may simply be replaced.
    } finally {
      attempted = performance.now();
      negotiating = false;
    }
    if (applied && agreed !== music) await negotiate(null, false);
  }

  pc.addEventListener("connectionstatechange", () => {
    if (closed) return;
    const up = pc.connectionState === "connected";
    downSince = up ? null : (downSince ?? performance.now());
    on.changed(up ? "up" : pc.connectionState === "new" || pc.connectionState === "connecting" ? "connecting" : "down");
    if (pc.connectionState === "disconnected" || pc.connectionState === "failed") void negotiate();
  });

  let routed: boolean | null = null;
  const watchdog = new Watchdog();
  const online = () => void negotiate();
  const timer = setInterval(() => void check(), CHECK_MS);
  window.addEventListener("online", online);

  async function check(): Promise<void> {
    if (closed || !begun) return;
    if (!answered) {
      if (performance.now() - attempted > RETRY_MS) void negotiate();
      return;
    }
    let packets = 0;
    const stats = await pc.getStats();
    let energy: number | null = null;
    stats.forEach((stat: { type: string; kind?: string; packetsReceived?: number; totalAudioEnergy?: number }) => {
      if (stat.type === "inbound-rtp") packets += stat.packetsReceived ?? 0;
      else if (stat.type === "media-source" && stat.kind === "audio") energy = stat.totalAudioEnergy ?? null;
    });
    on.heard(energy);
    const path = pathOf(new Map(stats.entries() as Iterable<[string, PathStat]>));
    if (path && path.detour !== routed) {
      routed = path.detour;
      on.routed(routed);
    }
    const now = performance.now();
    if (downSince !== null && now - downSince > HOPELESS_MS) {
      downSince = now;
      on.lost();
    } else if (agreed !== music && now - attempted > RETRY_MS) {
      void negotiate(null, false);
    } else if (watchdog.sees({ at: now, packets, answers: path?.answers ?? 0 })) {
      void negotiate();
    }
  }

  return {
    offer: first.then((offer) => offer?.sdp ?? ""),
    async begin(iceServers, answer) {
      if (closed || begun) return;
      begun = true;
      // Before the local description: that begins to gather candidates, also from these.
      if (iceServers.length) pc.setConfiguration({ ...pc.getConfiguration(), iceServers });
      const applied = negotiate(answer);
      if (answer !== null) await applied;
    },
    mend: () => void negotiate(),
    music(on) {
      music = on;
      if (answered && agreed !== on) void negotiate(null, false);
    },
    async send(source, track, active, saving) {
      const sender = senders.get(source);
      if (!sender || closed) return;
      if (sender.track !== track) await sender.replaceTrack(track);
      const settings = track?.getSettings();
      const captured = settings?.width && settings.height ? { width: settings.width, height: settings.height } : null;
      const parameters = sender.getParameters();
      sendEncodings(source, captured, saving, music).forEach((encoding, index) => {
        const now = parameters.encodings[index];
        if (now) Object.assign(now, encoding, { active: active && track !== null && encoding.active });
      });
      await sender.setParameters(parameters);
    },
    shown(mid, member) {
      for (const transceiver of streams.keys()) {
        if (transceiver.mid !== mid) continue;
        const named = transceiver.receiver.getContributingSources().filter((one) => one.source === member);
        return named.length ? Math.max(...named.map((one) => one.timestamp)) : null;
      }
      return null;
    },
    stream(mid) {
      for (const [transceiver, stream] of streams) if (transceiver.mid === mid) return stream;
      return undefined;
    },
    close() {
      closed = true;
      clearInterval(timer);
      window.removeEventListener("online", online);
      pc.close();
    },
  };
}
