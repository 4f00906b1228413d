// @ts-check
// Draws the timeline and turns a pointer on it into a position.

import { isError, toneOf } from "../core/hops.js";
import { indexAt, spanOf, xOf } from "../core/timeline.js";
import { svg } from "../page/dom.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/timeline.js").Span} Span */

const GAP = 13;
const MIDDLE = 36;

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
    this.head = svg("g", { class: "playhead" }, svg("path", { d: "M0 10 V68" }), svg("circle", { cx: 0, cy: 10, r: 8 }));
    this.root.replaceChildren(this.rail, this.ticks, this.head);
    this.dragging = false;
    this.root.addEventListener("pointerdown", (event) => {
      this.dragging = true;
      this.root.setPointerCapture(event.pointerId);
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
   * @param {readonly Hop[]} marks
   * @param {number} position  index of the mark on the screen
   */
  draw(marks, position) {
    const width = this.root.clientWidth / this.scale();
    const view = `${marks.length} ${marks[0]?.seq} ${position} ${width}`;
    if (view === this.view) return;
    this.view = view;
    this.root.setAttribute("viewBox", `0 0 ${width} ${this.root.clientHeight / this.scale()}`);
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
    this.root.setAttribute("aria-valuemax", String(marks.length));
    this.root.setAttribute("aria-valuenow", String(position + 1));
  }

  /**
   * @param {Hop} hop
   * @param {number} index
   */
  tick(hop, index) {
    const x = xOf(this.span, index);
    return svg("path", { class: "tick", "data-tone": toneOf(hop), "data-error": isError(hop), d: `M${x} ${MIDDLE - 17} V${MIDDLE + 17}` });
  }

  /** Pixels of the page for one unit of the drawing: the page scales like a slide. */
  scale() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (!this.marks.length) return;
    const x = (event.clientX - this.root.getBoundingClientRect().left) / this.scale();
    const mark = this.marks[indexAt(this.span, x)];
    if (mark) this.scrub(mark.seq);
  }
}
