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

/** A second, less what a timer may be early. */
const STILL_MS = 900;
const QUIET_MS = 8000;
/** Packets per second below which a stillness may just be silence (DTX sends two and a half). */
const FLOWING = 20;
/** Rates that decide whether media flowed: the last one alone may be that of the moment before the cut. */
const REMEMBERED = 3;
/** An attempt to mend that has brought nothing yet gets this long before the next one. */
const PATIENCE_MS = 4000;

export class Watchdog {
  private last: Sample | null = null;
  private changed = 0;
  /** Packets per second between the last samples in which anything came. */
  private rates: readonly number[] = [];
  private mended = -Infinity;

  /** True if the path should be mended now. Call it about four times a second. */
  sees(sample: Sample): boolean {
    const last = this.last;
    this.last = sample;
    if (!last || sample.packets < last.packets || sample.answers < last.answers) {
      this.changed = sample.at;
      this.rates = [];
      return false;
    }
    const packets = sample.packets - last.packets;
    if (packets > 0 || sample.answers > last.answers) {
      this.changed = sample.at;
      if (packets > 0) this.mended = -Infinity;
      if (sample.at > last.at) this.rates = [...this.rates, (packets * 1000) / (sample.at - last.at)].slice(-REMEMBERED);
      return false;
    }
    const still = sample.at - this.changed;
    const flowing = Math.max(0, ...this.rates) >= FLOWING;
    if (still < (flowing ? STILL_MS : QUIET_MS) || sample.at - this.mended < PATIENCE_MS) return false;
    this.mended = sample.at;
    return true;
  }
}
