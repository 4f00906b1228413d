// @ts-check
// Draws the timeline and turns a pointer on it into a position.

import { isError, toneOf } from "../core/hops.js";
import { indexAt, markAt, spanOf, wholeSeq, wholeX, xOf } from "../core/timeline.js";
import { svg } from "../page/dom.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/timeline.js").Span} Span */
/** @typedef {import("../core/flags.js").Flag} Flag */
/** @typedef {Pick<import("../core/session.js").Session, "marks" | "position" | "headSeq" | "scene">} Session */

const GAP = 13;
const MIDDLE = 27;

/** The line below the ticks: the whole log, from its first hop to its last. */
const WHOLE = { y: 57, reach: 47 };

export class Timeline {
  /**
   * @param {Element} root  an svg element
   * @param {(seq: number) => void} scrub
   */
  constructor(root, scrub) {
    this.root = /** @type {SVGSVGElement} */ (root);
    this.scrub = scrub;
    /** @type {readonly Hop[]} */
    this.marks = [];
    /** @type {Span} */
    this.span = { first: 0, count: 0, gap: GAP, left: 0 };
    this.drawn = "";
    this.view = "";
    this.ticks = svg("g", { class: "ticks" });
    this.rail = svg("path", { class: "rail" });
    this.head = svg("g", { class: "playhead" }, svg("path", { d: "M0 8 V46" }), svg("circle", { cx: 0, cy: 8, r: 7 }));
    this.whole = svg("path", { class: "whole" });
    this.part = svg("path", { class: "whole-part" });
    this.place = svg("circle", { class: "whole-place", cy: WHOLE.y, r: 7 });
    this.flags = svg("g", { class: "flags" });
    this.marksOfFlags = svg("path", { class: "whole-flag" });
    this.root.replaceChildren(this.rail, this.ticks, this.flags, this.head, this.whole, this.marksOfFlags, this.part, this.place);
    /** As it was measured last: asking in each frame would have the page laid out in each frame. */
    this.size = { width: 0, height: 0, scale: 1 };
    new ResizeObserver(() => this.measure()).observe(this.root);
    this.measure();
    this.isWhole = false;
    this.last = 0;
    this.dragging = false;
    this.root.addEventListener("pointerdown", (event) => {
      this.dragging = true;
      this.root.setPointerCapture(event.pointerId);
      this.isWhole = this.at(event).y > WHOLE.reach;
      this.point(event);
    });
    this.root.addEventListener("pointermove", (event) => {
      if (this.dragging) this.point(event);
    });
    this.root.addEventListener("pointerup", () => {
      this.dragging = false;
    });
  }

  /**
   * @param {Session} session
   * @param {readonly Flag[]} flags
   */
  draw({ marks, position, headSeq, scene }, flags) {
    const { width, height } = this.size;
    const view = `${marks.length} ${marks[0]?.seq} ${position} ${width} ${headSeq} ${scene.seq} ${flags.length} ${flags.at(-1)?.seq}`;
    if (view === this.view) return;
    this.view = view;
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (!this.dragging) this.span = spanOf(marks.length, position, width - 20, GAP);
    this.marks = marks;
    const { first, count } = this.span;
    const drawn = `${first} ${count} ${marks[first]?.seq} ${width}`;
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.rail.setAttribute("d", `M0 ${MIDDLE} H${width}`);
      this.ticks.replaceChildren(...marks.slice(first, first + count).map((hop, index) => this.tick(hop, first + index)));
    }
    for (const [index, tick] of [...this.ticks.children].entries()) tick.toggleAttribute("data-ahead", first + index > position);
    this.head.setAttribute("transform", `translate(${position < first ? 10 : xOf(this.span, position)} 0)`);
    this.last = headSeq;
    const along = (/** @type {number} */ seq) => wholeX(seq, headSeq, width);
    const [from, to] = [marks[first]?.seq ?? 0, marks[first + count - 1]?.seq ?? headSeq];
    this.whole.setAttribute("d", `M${along(0)} ${WHOLE.y} H${along(headSeq)}`);
    this.part.setAttribute("d", `M${along(from)} ${WHOLE.y} H${along(to)}`);
    this.marksOfFlags.setAttribute("d", flags.map(({ seq }) => `M${along(seq)} ${WHOLE.y - 7} V${WHOLE.y + 7}`).join(""));
    const seen = flags.filter(({ seq }) => seq >= from && seq <= to);
    this.flags.replaceChildren(...seen.map((flag) => this.flag(flag, xOf(this.span, markAt(marks, flag.seq)))));
    this.place.setAttribute("cx", String(along(scene.seq)));
    this.root.setAttribute("aria-valuemax", String(headSeq));
    this.root.setAttribute("aria-valuenow", String(scene.seq));
  }

  /**
   * @param {Hop} hop
   * @param {number} index
   */
  tick(hop, index) {
    const x = xOf(this.span, index);
    return svg("path", { class: "tick", "data-tone": toneOf(hop), "data-error": isError(hop), d: `M${x} ${MIDDLE - 17} V${MIDDLE + 17}` });
  }

  /**
   * @param {Flag} flag
   * @param {number} x
   */
  flag({ seq, texts }, x) {
    const cloth = svg("path", { class: "flag", "data-flag": seq, d: `M${x} 1 H${x + 20} L${x + 14} 8 L${x + 20} 15 H${x} Z` });
    return svg("g", {}, svg("title", {}, texts.join(", ")), svg("path", { class: "flag-pole", d: `M${x} 1 V${MIDDLE + 17}` }), cloth);
  }

  /** The page scales like a slide: so many of its pixels are one unit of the drawing. */
  measure() {
    const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    this.size = { width: this.root.clientWidth / scale, height: this.root.clientHeight / scale, scale };
  }

  /**
   * Where the pointer is, in units of the drawing.
   * @param {PointerEvent} event
   */
  at(event) {
    const { left, top } = this.root.getBoundingClientRect();
    return { x: (event.clientX - left) / this.size.scale, y: (event.clientY - top) / this.size.scale };
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { x } = this.at(event);
    if (this.isWhole) {
      this.scrub(wholeSeq(x, this.last, this.size.width));
      return;
    }
    const mark = this.marks[indexAt(this.span, x)];
    if (mark) this.scrub(mark.seq);
  }
}
