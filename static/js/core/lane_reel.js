// @ts-check
// The part of the log that the lanes show, wherever that is: it is read piece by piece, so that the length of the log does not matter.

import { following, heldAt, needOf, panned, partOf, USUAL, zoomed } from "./lane_window.js";
import { holds, Tape } from "./tape.js";
import { markAt } from "./timeline.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("./lane_window.js").Window} Window */
/** @typedef {Pick<import("./session.js").Session, "tape" | "current" | "scene" | "live">} Session */

/** What one press of a key moves, as a share of the width, and how much it zooms. */
const SHARE = 0.5;
const FACTOR = 1.5;

export class LaneReel {
  /**
   * @param {import("./tape.js").Read} read
   * @param {() => void} arrived  something was read
   * @param {(error: unknown) => void} fail
   */
  constructor(read, arrived, fail) {
    this.tape = new Tape(read);
    this.arrived = arrived;
    this.fail = fail;
    /** @type {Window} */
    this.window = { anchor: 0, x: 0, gap: 0 };
    this.width = 1;
    /** Whether the window goes with the hop on the screen. */
    this.follows = true;
    /** @type {readonly Hop[] | null} */
    this.taken = null;
    /** @type {Hop | null} */
    this.current = null;
    this.isAsking = false;
  }

  get marks() {
    return this.tape.marks;
  }

  /** Whether what is known begins with the log. */
  get isWhole() {
    return (this.tape.log[0]?.seq ?? 1) <= 1;
  }

  /** @param {number} by  units of the drawing, to the right */
  pan(by) {
    this.follows = false;
    this.window = panned(this.marks, this.window, by, this.width);
  }

  /** @param {number} factor @param {number} place  what stays where it is */
  zoom(factor, place) {
    this.follows = false;
    this.window = zoomed(this.marks, this.window, factor, place, this.width);
  }

  /** @param {number} direction  1: later */
  turn(direction) {
    this.pan(-direction * SHARE * this.width);
  }

  /** Zoom by a key: around the hop on the screen while the window goes with it. @param {number} direction  1: nearer */
  step(direction) {
    const { follows } = this;
    const at = this.window.x + (markAt(this.marks, this.current?.seq ?? 0) - markAt(this.marks, this.window.anchor)) * this.window.gap;
    this.zoom(FACTOR ** direction, follows && this.current ? at : this.width / 2);
    this.follows = follows;
  }

  /** Have a hop in the window, without following the picture. @param {number} seq */
  reach(seq) {
    this.follows = false;
    this.window = following(this.marks, this.window, seq, this.width, this.isWhole);
  }

  /**
   * The marks to draw now, and where they stand. What is missing is asked for.
   * @param {Session} session
   * @param {number} width
   * @param {number} font  the size of the words
   */
  look(session, width, font) {
    this.width = width;
    this.window.gap ||= USUAL * font;
    this.take(session.tape);
    const { current } = session;
    if (current !== this.current && !session.live) this.follows = true;
    this.current = current;
    const wanted = current?.seq ?? Math.max(1, session.scene.seq);
    if (this.follows) this.window = following(this.marks, this.window, wanted, width, this.isWhole);
    else this.window = heldAt(this.marks, this.window, width / 2, width);
    this.ask(this.follows ? wanted : this.window.anchor, session.tape.stretch);
    return partOf(this.marks, this.window, width);
  }

  /** Know what the session knows; what was read here stays as long as the two fit together. @param {Tape} tape */
  take({ tail, head }) {
    if (tail === this.taken) return;
    this.taken = tail;
    const [own, first] = [this.tape.tail.at(-1)?.seq ?? 0, tail[0]?.seq ?? 0];
    if (!own || first > own + 1 || head < this.tape.head) this.tape.restart(head);
    this.tape.remember(tail, this.follows);
  }

  /**
   * Read what the window needs and the tape does not have.
   * @param {number} seq  what is looked at
   * @param {readonly Hop[] | null} stretch  what was read of the past for the picture
   */
  ask(seq, stretch) {
    const { tape } = this;
    if (stretch && holds(stretch, seq) && !holds(tape.log, seq)) tape.stretch = stretch;
    const { log, marks } = tape;
    if (this.isAsking || !tape.head || seq > tape.head) return;
    const first = log[0]?.seq ?? 1;
    const { before, after } = needOf(this.window, this.width);
    const at = markAt(marks, this.window.anchor);
    if (!holds(log, seq)) this.read(tape.reach(seq));
    else if (at < before && first > 1) this.read(tape.earlier());
    else if (marks.length - 1 - at < after && tape.stretch) this.read(tape.more());
  }

  /** @param {Promise<void>} reading */
  read(reading) {
    this.isAsking = true;
    const ended = () => {
      this.isAsking = false;
    };
    reading.finally(ended).then(this.arrived, this.fail);
  }
}
