// @ts-check
// The order and pace in which hops come on the screen. Pure: time is given, in milliseconds of the viewer's clock.

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {{hop: Hop, start: number, duration: number}} Showing */

/** What may wait before the player speeds up: milliseconds at rate 1. A lecture's cluster waits for the picture itself. */
const PATIENCE = { lecture: 8000, real: 2000, instant: 2000 };

/** A tick that comes later than this (a hidden tab) does not make the picture jump through what it missed. */
const LATE = 250;

/** A hop that is gone sooner cannot be followed: it only leaves its trail, so that fast traffic does not flicker. Milliseconds. */
export const SHORTEST_TRAVEL = 80;

export class Player {
  constructor() {
    /** @type {Hop[]} */
    this.queue = [];
    this.rate = 1;
    /** @type {keyof typeof PATIENCE} */
    this.pace = "lecture";
    /** @type {Showing | null} */
    this.showing = null;
    this.backlog = 0;
  }

  /** @param {readonly Hop[]} hops */
  enqueue(hops) {
    for (const hop of hops) {
      this.queue.push(hop);
      this.backlog += waits(hop);
    }
  }

  /** Forget what was not shown yet. */
  clear() {
    this.queue = [];
    this.backlog = 0;
    this.showing = null;
  }

  get idle() {
    return this.showing === null && this.queue.length === 0;
  }

  /** End the hop that is on the screen, so that the next tick shows the next one. */
  skip() {
    if (this.showing) this.showing = { ...this.showing, duration: 0 };
  }

  /** How many times faster than its rate the player runs, so that it stays within its patience. */
  get hurry() {
    return Math.max(1, this.backlog / this.rate / PATIENCE[this.pace]);
  }

  /**
   * Advance to `now`; the hops that came on the screen since the last tick, in order.
   * @param {number} now
   * @returns {Hop[]}
   */
  tick(now) {
    /** @type {Hop[]} */
    const shown = [];
    let from = now;
    if (this.showing) {
      const end = this.showing.start + this.showing.duration;
      if (now < end) return shown;
      if (now - end < LATE) from = end;
      this.showing = null;
    }
    let taken = 0;
    for (const hop of this.queue) {
      const duration = waits(hop) / this.rate / this.hurry;
      this.backlog -= waits(hop);
      taken += 1;
      shown.push(hop);
      if (hop.quiet) continue;
      this.showing = { hop, start: from, duration };
      if (from + duration > now) break;
      from += duration;
    }
    this.queue.splice(0, taken);
    return shown;
  }

  /**
   * How far the hop on the screen is, from 0 to 1.
   * @param {number} now
   */
  progress(now) {
    if (!this.showing || this.showing.duration <= 0) return 1;
    return Math.min(1, Math.max(0, (now - this.showing.start) / this.showing.duration));
  }
}

/** @param {Hop} hop */
function waits(hop) {
  return hop.quiet ? 0 : hop.ms;
}
