/**
 * Whether a microphone that is on gives any sound at all. Pure: samples in, a verdict out.
 *
 * A phone gives a page's microphone back after a call as a track that is live and unmuted and says nothing; only its
 * energy tells, which stays exactly as it was, where a quiet room always adds a little. A muted headset looks the same, so
 * the track is fetched anew once, and if that changes nothing the person is told.
 */
export interface Heard {
  /** Any monotonic milliseconds. */
  readonly at: number;
  /** Sound energy of the microphone since its beginning; null where the browser does not count it. */
  readonly energy: number | null;
  /** Sent right now. */
  readonly on: boolean;
}

const STILL_MS = 5000;
/** Samples further apart than this say nothing about what was between: the device slept. */
const GAP_MS = 3000;

export class Ear {
  private last: Heard | null = null;
  private since = 0;
  private tried = false;
  private told = false;

  /** "dead": fetch it anew. "silent": that has brought nothing. "sound": it is heard again. */
  hears(now: Heard): "dead" | "silent" | "sound" | null {
    const last = this.last;
    this.last = now;
    if (!now.on || now.energy === null) {
      this.since = now.at;
      // Off is no news, but what was told is not true any more.
      return this.mended(now.energy !== null && !now.on);
    }
    if (!last || !last.on || now.energy !== last.energy || now.at - last.at > GAP_MS) {
      this.since = now.at;
      return last?.on && last.energy !== null && now.energy > last.energy ? this.mended(true) : null;
    }
    if (now.at - this.since < STILL_MS) return null;
    this.since = now.at;
    if (!this.tried) {
      this.tried = true;
      return "dead";
    }
    if (this.told) return null;
    this.told = true;
    return "silent";
  }

  private mended(really: boolean): "sound" | null {
    if (!really) return null;
    const told = this.told;
    this.tried = false;
    this.told = false;
    return told ? "sound" : null;
  }
}
