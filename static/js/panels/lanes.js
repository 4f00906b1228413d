// @ts-check
// The lanes: the hops of the log as a space-time diagram. Time runs to the right, every component has a lane.

import { momentsOf } from "../core/lane_moments.js";
import { LaneReel } from "../core/lane_reel.js";
import { laneOf, lanesIn, planOf, rowOf } from "../core/lanes.js";
import { markAt } from "../core/timeline.js";
import { byId } from "../page/dom.js";
import { keep, recall } from "../page/memory.js";
import { steer } from "../page/steer.js";
import { arrowOf } from "../stage/lane_arrow.js";
import { LanePicture } from "../stage/lane_picture.js";

/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/session.js").Session} Session */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("../core/lanes.js").Plan} Plan */
/** @typedef {{go: (seq: number) => void, fail: (error: unknown) => void}} Does */

/** Milliseconds between two pictures while hops come by themselves. */
const PAUSE = 100;

/** The least height of a lane, the room for names and for the clock, the size of words: units of the drawing. */
const WIDE = { row: 38, names: 306, top: 46, font: 24 };
const NARROW = { row: 24, names: 116, top: 26, font: 13 };

/** Under which name a tab remembers that its lanes are open: a remote's F5 comes back to them. */
const OPEN = "podium-lanes";

export class Lanes {
  /**
   * @param {Diagram} diagram
   * @param {Session} session
   * @param {Strings} strings
   * @param {Does} does
   */
  constructor(diagram, session, strings, does) {
    this.diagram = diagram;
    this.session = session;
    this.strings = strings;
    this.does = does;
    this.section = byId("lanes");
    this.line = byId("lanes-line");
    this.picture = new LanePicture(byId("lanes-map"), strings);
    this.reel = new LaneReel(
      (after, limit) => session.reader.hops(after, limit),
      () => this.wake(),
      does.fail,
    );
    /** @type {Set<string>} lanes that have been there since the lanes were opened */
    this.seen = new Set();
    /** @type {Plan} */
    this.plan = { lanes: [], detail: "part" };
    this.drawn = "";
    this.laidOut = "";
    this.last = -Infinity;
    steer(this.picture.root, {
      pan: (by) => this.change(() => this.reel.pan(by / this.scale)),
      zoom: (factor, x) => this.change(() => this.reel.zoom(factor, x / this.scale - this.form.names)),
      choose: (element) => {
        this.follow();
        does.go(Number(element.getAttribute("data-seq")));
      },
      walk: (from, by) => this.walk(from, by),
      tell: (element) => {
        this.line.textContent = element?.getAttribute("aria-label") ?? "";
      },
    });
  }

  get open() {
    return !this.section.hidden;
  }

  /** Open again what was open before the page was loaded anew. */
  resume() {
    if (recall(OPEN, "sessionStorage")) this.toggle(true);
  }

  /** @param {boolean} open */
  toggle(open = !this.open) {
    this.section.hidden = !open;
    document.documentElement.toggleAttribute("data-lanes", open);
    keep(OPEN, open ? "1" : "", "sessionStorage");
    this.relabel();
  }

  /** Everything anew: another language, another size. */
  relabel() {
    this.laidOut = "";
    this.drawn = "";
    this.line.textContent = "";
    this.follow();
  }

  /** Go with the hop on the screen again. */
  follow() {
    this.reel.follows = true;
    this.wake();
  }

  /** @param {number} direction  1: nearer */
  zoom(direction) {
    this.change(() => this.reel.step(direction));
  }

  /** @param {number} direction  1: later */
  pan(direction) {
    this.change(() => this.reel.turn(direction));
  }

  /** Draw with the next frame. */
  wake() {
    this.last = -Infinity;
  }

  /** @param {() => void} turn  moves the window */
  change(turn) {
    if (!this.open) return;
    turn();
    this.wake();
  }

  /**
   * The focus goes to the next or previous arrow, and the window with it.
   * @param {Element | null} from
   * @param {number} by
   */
  walk(from, by) {
    const { marks } = this.reel;
    const seq = Number(from?.getAttribute("data-seq") ?? this.session.current?.seq ?? 0);
    const next = marks[markAt(marks, seq) + (from ? by : 0)];
    if (!next) return;
    this.reel.reach(next.seq);
    this.wake();
    this.draw(0);
    this.picture.focus(next.seq);
  }

  get form() {
    return window.innerWidth <= 900 ? NARROW : WIDE;
  }

  /** Pixels of the page for one unit of the drawing: the page scales like a slide. */
  get scale() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  }

  /** @param {number} now  milliseconds */
  draw(now) {
    if (!this.open || now - this.last < PAUSE) return;
    this.last = now;
    const { form, scale } = this;
    const { clientWidth, clientHeight } = this.picture.root;
    const [width, height] = [Math.max(1, clientWidth / scale - form.names), clientHeight / scale];
    const { first, count, left, gap } = this.reel.look(this.session, width, form.font);
    const { current, scene } = this.session;
    const shown = this.reel.marks.slice(first, first + count);
    const drawn = [shown[0]?.seq, shown.at(-1)?.seq, left, gap, width, height, current?.seq, scene.seq].join();
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const size = { width: width + form.names, height, names: form.names, top: form.top, font: form.font, isNarrow: form === NARROW };
    const yOf = this.lay(shown, size);
    const xOf = (/** @type {number} */ index) => left + index * gap;
    const row = (/** @type {string} */ component) => yOf(Math.max(0, rowOf(this.plan, laneOf(this.diagram, component))));
    const reply = this.strings.text("lanes-reply");
    this.picture.draw(
      shown.map((hop, index) => arrowOf(hop, reply, xOf(index), gap, row(hop.source), row(hop.target))),
      { here: current, upto: scene.seq, size, levels: this.plan.lanes.map((_, index) => yOf(index + 0.5)), moments: momentsOf(shown, xOf, this.session, form.font * 5.5) },
    );
  }

  /**
   * Lanes stay while there is room for them, so that nothing jumps while the window moves.
   * @param {readonly Hop[]} shown
   * @param {import("../stage/lane_picture.js").Size} size
   * @returns {(row: number) => number} where a lane stands
   */
  lay(shown, size) {
    const room = Math.max(1, Math.floor((size.height - size.top) / this.form.row));
    const here = lanesIn(this.diagram, shown);
    const kept = planOf(this.diagram, new Set([...this.seen, ...here]), room);
    this.seen = kept.detail === "part" ? new Set([...this.seen, ...here]) : here;
    this.plan = kept.detail === "part" ? kept : planOf(this.diagram, here, room);
    const { lanes } = this.plan;
    const step = (size.height - size.top) / Math.max(1, lanes.length);
    const yOf = (/** @type {number} */ index) => Math.round(size.top + (index + 0.5) * step);
    const laidOut = [...lanes.map(({ id }) => id), size.width, size.height, this.strings.language].join();
    if (laidOut !== this.laidOut) this.picture.layout(lanes, size, yOf);
    this.laidOut = laidOut;
    return yOf;
  }
}
