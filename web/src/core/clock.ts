/**
 * The server's time on this page, from what beats bring back. Pure: the page's own time is an argument (monotonic, ms).
 *
 * An answer's time is that of the middle of its round trip, give or take half of it; so of the last half minute the
 * quickest answer is believed. Before the first one the device's own clock has to do.
 */
const KEPT = 30;

export class Clock {
  readonly #ahead: { trip: number; by: number }[] = [];

  /** A question sent at `sent` was answered at `received` with the server's time. */
  heard(sent: number, received: number, server: number): void {
    this.#ahead.push({ trip: received - sent, by: server - (sent + received) / 2 });
    if (this.#ahead.length > KEPT) this.#ahead.shift();
  }

  at(now: number): number {
    const best = this.#ahead.reduce((one, other) => (other.trip < one.trip ? other : one), {
      trip: Number.POSITIVE_INFINITY,
      by: Date.now() - performance.now(),
    });
    return now + best.by;
  }
}
