// @ts-check
// The hops that a viewer knows: the latest ones, and while the picture is far in the past the stretch around it. Each is gapless.

import { markAt, marksOf, mergeHops } from "./timeline.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {(after: number, limit: number) => Promise<{hops: Hop[], head: number}>} Read */
/** @typedef {(before: number, limit: number) => Promise<{hops: Hop[]}>} ReadMarks  the last hops before one that are no routine */

/** Hops read at once: half a screen of them costs the server less than the state beside them. */
const PAGE = 600;

/** Hops a live viewer keeps; older ones are read again when they are wanted. */
const KEPT = 4000;

/** Marks kept from before the log: more than a line has room for. While little happens routine fills the log, and they would be gone. */
const RECOLLECTED = 200;

export class Tape {
  /**
   * @param {Read} read
   * @param {ReadMarks} [readMarks]
   */
  constructor(read, readMarks = async () => ({ hops: [] })) {
    this.read = read;
    this.readMarks = readMarks;
    /** The newest hop that there is. */
    this.head = 0;
    this.isReading = false;
    /** @type {readonly Hop[]} up to the head */
    this.tail = [];
    /** @type {readonly Hop[] | null} where the picture is, when the tail does not reach there */
    this.stretch = null;
    /** @type {{before: number, marks: readonly Hop[]}} all marks of a stretch of the log that ends before a hop */
    this.recollected = { before: 0, marks: [] };
    /** @type {{of: readonly Hop[], marks: readonly Hop[]}} */
    this.seen = { of: [], marks: [] };
  }

  /** The hops around the picture. */
  get log() {
    return this.stretch ?? this.tail;
  }

  /** Those of them that are marks on the line, and the marks before them as far as they are known. */
  get marks() {
    if (this.seen.of !== this.log) {
      const { before, marks } = this.recollected;
      const first = this.log[0]?.seq ?? this.head + 1;
      const earlier = before >= first ? marks.filter(({ seq }) => seq < first) : [];
      this.seen = { of: this.log, marks: [...earlier, ...marksOf(this.log)] };
    }
    return this.seen.marks;
  }

  /** Read the marks before the log. */
  async recollect() {
    const before = this.log[0]?.seq ?? this.head + 1;
    if (before > 1) this.keep(before, (await this.readMarks(before, RECOLLECTED)).hops);
  }

  /** @param {number} before @param {readonly Hop[]} marks */
  keep(before, marks) {
    this.recollected = { before, marks: marks.slice(-RECOLLECTED) };
    this.seen = { of: [], marks: [] };
  }

  /** @param {number} head  the newest hop: everything that was known is of another life, or too old */
  restart(head) {
    this.head = head;
    this.tail = [];
    this.stretch = null;
    this.keep(0, []);
  }

  /**
   * @param {readonly Hop[]} hops  the next ones of the cluster
   * @param {boolean} isLive  nobody looks back, so that old ones may be dropped
   */
  remember(hops, isLive) {
    this.head = Math.max(this.head, hops.at(-1)?.seq ?? 0);
    this.tail = mergeHops(this.tail, hops);
    if (!isLive || this.tail.length <= KEPT * 1.25) return;
    const { marks } = this;
    this.tail = this.tail.slice(-KEPT);
    const first = this.tail[0]?.seq ?? 0;
    this.keep(first, marks.filter(({ seq }) => seq < first));
  }

  /**
   * Have the hops around `seq` in the log: the tail is lengthened when that is near, else a stretch of the past is read.
   * @param {number} seq
   */
  async reach(seq) {
    const wanted = Math.max(1, Math.min(seq, this.head));
    if (holds(this.tail, wanted) || this.head === 0) {
      this.stretch = null;
      return;
    }
    const first = this.tail[0]?.seq ?? this.head + 1;
    if (wanted >= first - PAGE) {
      const after = Math.max(0, Math.min(wanted - 1, first - 1 - PAGE));
      this.stretch = null;
      this.prepend((await this.read(after, first - 1 - after)).hops);
    } else if (!holds(this.log, wanted)) {
      const { hops } = await this.read(Math.max(0, wanted - 1 - PAGE / 2), PAGE);
      this.stretch = hops;
    }
  }

  /** Read on behind the stretch; when it meets the tail the two are one. */
  async more() {
    const last = this.stretch?.at(-1)?.seq;
    if (last === undefined || this.isReading) return;
    this.isReading = true;
    try {
      const { hops } = await this.read(last, PAGE);
      if (this.stretch?.at(-1)?.seq !== last) return;
      const stretch = [...this.stretch, ...hops];
      const first = this.tail[0]?.seq ?? Infinity;
      if ((stretch.at(-1)?.seq ?? 0) < first - 1) {
        this.stretch = stretch;
      } else {
        this.tail = [...stretch.filter((hop) => hop.seq < first), ...this.tail];
        this.stretch = null;
      }
    } finally {
      this.isReading = false;
    }
  }

  /** Read on before the first hop that is known here. */
  async earlier() {
    const { log } = this;
    const first = log[0]?.seq ?? 1;
    if (first <= 1 || this.isReading) return;
    this.isReading = true;
    try {
      const after = Math.max(0, first - 1 - PAGE);
      const { hops } = await this.read(after, first - 1 - after);
      if (this.stretch === log) this.stretch = [...hops, ...log];
      else if (!this.stretch) this.prepend(hops);
    } finally {
      this.isReading = false;
    }
  }

  /**
   * The hops behind `seq` that take so long on the screen, or all there are.
   * @param {number} seq
   * @param {number} ms
   */
  ahead(seq, ms) {
    const next = [];
    let room = ms;
    for (let index = markAt(this.log, seq) + 1; room > 0; index += 1) {
      const hop = this.log[index];
      if (!hop) break;
      next.push(hop);
      room -= hop.quiet ? 0 : hop.ms;
    }
    return { next, isAll: room > 0 };
  }

  /** Leave the past. */
  leave() {
    this.stretch = null;
  }

  /** @param {readonly Hop[]} hops  what stands before the tail; it may have grown meanwhile */
  prepend(hops) {
    const first = this.tail[0]?.seq ?? Infinity;
    const before = hops.filter((hop) => hop.seq < first);
    if (!this.tail.length || before.at(-1)?.seq === first - 1) this.tail = [...before, ...this.tail];
  }
}

/**
 * Whether a piece of the log has a hop.
 * @param {readonly Hop[]} log
 * @param {number} seq
 */
export function holds(log, seq) {
  const first = log[0];
  const last = log.at(-1);
  return first !== undefined && last !== undefined && first.seq <= seq && seq <= last.seq;
}
