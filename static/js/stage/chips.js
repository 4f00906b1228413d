// @ts-check
// What moves: one chip along its edge, the trail it leaves, sender and receiver that light up.

import { ease, lengthOf, pathOf, pointAt } from "../core/geometry.js";
import { isReply, labelOf, shapeOf, toneOf } from "../core/hops.js";
import { svg } from "../page/dom.js";
import { cover } from "./overlay.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Point} Point */

const HEIGHT = 52;
const MOST_TRAILS = 14;

/** How far from both ends a chip keeps, so that it does not hide who sends and who receives. */
const AWAY = 80;

/** The share of a hop's time that its chip travels; the rest it rests at the receiver. */
const TRAVEL = 0.62;

export class Chips {
  /**
   * @param {Element} root  the diagram's svg element
   * @param {{width: number}} diagram
   * @param {boolean} still  nothing travels, an arrow appears
   */
  constructor(root, { width }, still) {
    this.root = /** @type {SVGSVGElement} */ (root);
    this.width = width;
    this.still = still;
    this.trails = svg("g", { class: "trails" });
    this.layer = svg("svg", { class: "chips", "aria-hidden": "true" });
    this.sizes = new ResizeObserver(() => this.place());
    /** @type {{element: SVGElement, half: number, points: Point[]} | null} */
    this.chip = null;
  }

  /** Come on the page, above the diagram. */
  open() {
    this.root.after(this.layer);
    this.sizes.observe(this.root);
  }

  /** Leave the page. */
  close() {
    this.stop();
    this.sizes.disconnect();
    this.layer.remove();
  }

  place() {
    const { x, y, width: w, height: h } = this.root.viewBox.baseVal;
    const shown = `${x} ${y} ${w} ${h}`;
    if (this.layer.getAttribute("viewBox") !== shown) this.layer.setAttribute("viewBox", shown);
    cover(this.layer, this.root, { x, y, w, h });
  }

  /**
   * @param {Hop} hop
   * @param {Point[]} points
   */
  start(hop, points) {
    this.stop();
    if (points.length < 2) return;
    this.place();
    const tone = toneOf(hop);
    this.draw(points, tone);
    const text = svg("text", { class: "chip-text", x: 44, y: 35 }, labelOf(hop));
    const box = svg("rect", { class: "chip-box", height: HEIGHT, rx: 13 });
    const element = svg(
      "g",
      { class: "chip", "data-tone": tone, "data-reply": isReply(hop), "data-shape": shapeOf(hop) },
      box,
      glyph(shapeOf(hop)),
      text,
    );
    this.layer.append(element);
    const length = /** @type {SVGTextElement} */ (text).getComputedTextLength();
    box.setAttribute("width", String(length + 62));
    this.chip = { element, half: (length + 62) / 2, points };
    this.move(0);
  }

  /**
   * @param {Point[]} points
   * @param {string} tone
   */
  draw(points, tone) {
    const d = pathOf(points);
    for (const old of [...this.trails.children]) {
      if (old.getAttribute("d") === d && old.getAttribute("data-tone") === tone) old.remove();
    }
    const path = svg("path", { class: "trail", d, "data-tone": tone, "marker-end": this.still ? "url(#arrow)" : null });
    path.addEventListener("animationend", () => path.remove());
    this.trails.append(path);
    while (this.trails.childElementCount > MOST_TRAILS) this.trails.firstElementChild?.remove();
  }

  /**
   * @param {number} progress  of the hop, from 0 to 1
   */
  move(progress) {
    if (!this.chip) return;
    const { element, half, points } = this.chip;
    const margin = Math.min(0.3, AWAY / lengthOf(points));
    const share = margin + ease(Math.min(1, progress / TRAVEL)) * (1 - 2 * margin);
    const [x, y] = pointAt(points, this.still ? 0.5 : share);
    const left = Math.min(Math.max(x - half, 4), this.width - 2 * half - 4);
    element.setAttribute("transform", `translate(${left.toFixed(1)} ${(y - HEIGHT / 2).toFixed(1)})`);
  }

  /** Take the chip away; its trail fades by itself. */
  stop() {
    for (const trail of this.trails.children) trail.toggleAttribute("data-fading", true);
    this.chip?.element.remove();
    this.chip = null;
  }

  /**
   * @param {number} progress
   * @returns {boolean} the chip has arrived
   */
  hasArrived(progress) {
    return this.still || progress >= TRAVEL;
  }
}

/** @param {"cross" | "diamond" | "circle" | "square"} shape */
function glyph(shape) {
  const shapes = {
    cross: { d: "M17 17 l18 18 M35 17 l-18 18", "data-line": true },
    diamond: { d: "M26 13 l13 13 l-13 13 l-13 -13 z" },
    circle: { d: "M15 26 a11 11 0 1 0 22 0 a11 11 0 1 0 -22 0" },
    square: { d: "M16 16 h20 v20 h-20 z" },
  };
  return svg("path", { class: "chip-glyph", ...shapes[shape] });
}
