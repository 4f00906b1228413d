// @ts-check
// One viewer's position: live behind the server, or rewound in its log. Frames come in, scenes and hops go out.

import { Player } from "./player.js";
import { emptyScene, loadScene, showHops } from "./reducer.js";
import { markAt, marksOf, mergeHops } from "./timeline.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Message} Message */
/** @typedef {import("../types.js").Control} Control */
/** @typedef {Pick<import("./api.js").Api, "state" | "hops">} Reader */

/** Hops read at once: what the server gives at most. */
const PAGE = 1000;

/** Hops a live viewer keeps; older ones are read again when they are wanted. */
const KEPT = 4000;

export class Session {
  /** @param {Reader} reader */
  constructor(reader) {
    this.reader = reader;
    this.player = new Player();
    this.scene = emptyScene();
    /** @type {readonly Hop[]} */
    this.log = [];
    /** @type {readonly Hop[]} */
    this.marks = [];
    /** @type {Control} */
    this.control = { pace: "lecture", rate: 1, paused: false };
    this.live = true;
    /** The cluster's first moment: seconds since the Unix epoch, 0 when it is not known yet. */
    this.began = 0;
    this.headNow = 0;
    this.quiet = 0;
    /** The position asked for last: an answer to an earlier question is not shown. */
    this.wanted = -1;
    /** @type {Hop | null} the hop whose outcome is on the screen */
    this.current = null;
  }

  /** @param {Message} message */
  receive(message) {
    if (message.type === "error") return;
    this.steer(message.control);
    if (message.type === "state") {
      this.began = message.began;
      this.headNow = message.now;
      this.log = [];
      this.marks = [];
      this.live = true;
      this.current = null;
      this.player.clear();
      this.scene = loadScene(message);
    } else if (message.type === "frame") {
      this.began ||= message.hops[0]?.at ?? 0;
      this.headNow = Math.max(this.headNow, message.now);
      this.remember(message.hops);
      if (this.live) this.player.enqueue(message.hops);
      if (this.live && this.player.idle) this.scene = { ...this.scene, now: message.now };
    }
  }

  /** @param {Control} control */
  steer(control) {
    this.control = control;
    this.player.rate = control.rate;
    this.player.pace = control.pace;
  }

  /** @param {readonly Hop[]} hops */
  remember(hops) {
    this.log = mergeHops(this.log, hops);
    if (this.live && this.log.length > KEPT * 1.25) this.log = this.log.slice(-KEPT);
    this.marks = marksOf(this.log);
  }

  /**
   * Advance the picture; the hops that came on the screen.
   * @param {number} now  milliseconds of the viewer's clock
   */
  tick(now) {
    const shown = this.player.tick(now);
    if (!this.live && this.player.idle && this.scene.seq >= this.headSeq) this.live = true;
    if (!shown.length) return shown;
    this.scene = showHops(this.scene, shown);
    this.quiet += shown.reduce((count, hop) => count + (hop.quiet ? 1 : 0), 0);
    this.current = shown.findLast((hop) => !hop.quiet) ?? this.current;
    return shown;
  }

  /**
   * Seconds of simulated time from the cluster's beginning to a moment.
   * @param {number} at  seconds since the Unix epoch
   */
  elapsed(at) {
    return this.began ? Math.max(0, at - this.began) : 0;
  }

  get headSeq() {
    return this.log.at(-1)?.seq ?? this.scene.seq;
  }

  /** The index of the mark on the screen. */
  get position() {
    return markAt(this.marks, this.scene.seq);
  }

  /**
   * Read the position behind hop `seq`; nothing on the server changes.
   * @param {number} seq
   */
  async rewind(seq) {
    this.wanted = seq;
    await this.loadLog(seq);
    const message = await this.reader.state(seq);
    if (this.wanted !== seq) return;
    this.live = false;
    this.player.clear();
    this.scene = loadScene(message);
    this.current = this.marks[this.position] ?? null;
  }

  /** Show everything there is and follow the server again. */
  follow() {
    this.wanted = -1;
    this.player.clear();
    this.scene = showHops(this.scene, this.log);
    this.current = this.marks.at(-1) ?? this.current;
    this.live = true;
  }

  /** One mark back, from wherever the picture is. */
  async back() {
    if (this.position < 1) await this.loadLog(Math.max(1, this.scene.seq - 1));
    const before = this.marks[this.position - 1];
    return this.rewind(before ? before.seq : 0);
  }

  /**
   * One mark on within the log: true when there was one.
   */
  forward() {
    if (!this.player.idle) {
      this.player.skip();
      return true;
    }
    const next = this.marks[this.position + 1];
    if (!next) return false;
    this.player.enqueue(this.log.filter((hop) => hop.seq > this.scene.seq && hop.seq <= next.seq));
    return true;
  }

  /** Play the log from here until the present. */
  replay() {
    this.player.enqueue(this.log.filter((hop) => hop.seq > this.scene.seq));
  }

  /** Stop playing the log where the picture is. */
  halt() {
    this.player.clear();
  }

  /** The first hop there is; the log is read back to it. */
  async toStart() {
    await this.loadLog(1);
    await this.rewind(0);
  }

  /**
   * Read the log back until it holds hop `seq`, so that from there on it has no gap.
   * @param {number} seq
   */
  async loadLog(seq) {
    const first = this.log[0]?.seq ?? this.scene.seq + 1;
    if (first <= Math.max(1, seq)) return;
    const from = Math.max(0, Math.min(seq - 1, first - 1 - PAGE));
    /** @type {Hop[]} */
    const read = [];
    for (let after = from; after < first - 1;) {
      const { hops } = await this.reader.hops(after, PAGE);
      const last = hops.at(-1);
      if (!last) break;
      read.push(...hops.filter((hop) => hop.seq < first));
      after = last.seq;
    }
    const known = this.log.filter((hop) => hop.seq >= first);
    this.log = [...read, ...known];
    this.marks = marksOf(this.log);
    this.current ??= this.marks[this.position] ?? null;
  }
}
