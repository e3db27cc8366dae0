/**
 * Decides, from what the transport counts, whether the path to the server is dead. Pure: samples in, a verdict out.
 *
 * Media flowing and then nothing at all for a second is a cut path (measured: Chromium alone needs six seconds to find
 * out). Where no media flows, as in the waiting room, only connectivity checks are left, and a browser sends those every
 * 2.5 s on a good path; so silence has to be longer there before it means anything.
 */
export interface Sample {
  /** Any monotonic milliseconds. */
  readonly at: number;
  /** RTP packets received, of all slots together. */
  readonly packets: number;
  /** Answers to connectivity checks received. */
  readonly answers: number;
}

const STILL_MS = 1000;
const QUIET_MS = 8000;
/** Packets per second below which a stillness may just be silence (DTX sends two and a half). */
const FLOWING = 20;
/** An attempt to mend gets this long before the next one. */
const PATIENCE_MS = 4000;

export class Watchdog {
  private last: Sample | null = null;
  private changed = 0;
  private flowing = false;
  private mended = -Infinity;

  /** True if the path should be mended now. Call it about three times a second. */
  sees(sample: Sample): boolean {
    const last = this.last;
    this.last = sample;
    if (!last || sample.packets < last.packets || sample.answers < last.answers) {
      this.changed = sample.at;
      this.flowing = false;
      return false;
    }
    const packets = sample.packets - last.packets;
    if (packets > 0 || sample.answers > last.answers) {
      this.changed = sample.at;
      if (sample.at > last.at) this.flowing = (packets * 1000) / (sample.at - last.at) >= FLOWING;
      return false;
    }
    const still = sample.at - this.changed;
    if (still < (this.flowing ? STILL_MS : QUIET_MS) || sample.at - this.mended < PATIENCE_MS) return false;
    this.mended = sample.at;
    return true;
  }
}
