/**
 * How a track is encoded: one function of what is captured, so that adding simulcast layers means changing it alone.
 *
 * One layer for now. Bit rates are ceilings; the browser's own estimate stays below them on a slow line. Chromium drops
 * the largest layers without a word when a capture is too small for them, which is why the capture decides.
 */
export type Source = "microphone" | "camera" | "screen";

export interface Captured {
  readonly width: number;
  readonly height: number;
}

const VOICE: RTCRtpEncodingParameters = { maxBitrate: 40_000, priority: "high", networkPriority: "high" };
/** Text must be readable; the picture rarely moves. */
const SCREEN: RTCRtpEncodingParameters = { maxBitrate: 1_200_000, maxFramerate: 10 };
/** Bits per pixel and second at 20 frames, good enough for a face: 640 x 360 gets 450 kbit/s. */
const BITS_PER_PIXEL = 1.95;
const LEAST = 100_000;
const MOST = 900_000;

export function sendEncodings(source: Source, captured: Captured | null): RTCRtpEncodingParameters[] {
  if (source === "microphone") return [{ ...VOICE }];
  if (source === "screen") return [{ ...SCREEN }];
  const pixels = captured ? captured.width * captured.height : 640 * 360;
  const maxBitrate = Math.round(Math.min(MOST, Math.max(LEAST, pixels * BITS_PER_PIXEL)));
  return [{ maxBitrate, maxFramerate: 20 }];
}
