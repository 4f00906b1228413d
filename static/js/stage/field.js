// @ts-check
// Thousands of nodes as cells of one canvas below the diagram, for elements would be too many; a cell is painted when its node has changed.

import { coloursOf, drawCell } from "./cell.js";
import { cover } from "./overlay.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("./cell.js").Look} Look */

/** Of the canvas, across, where a part of the diagram fills the screen. */
const MOST_PIXELS = 8192;

export class Field {
  /** @param {Element} root  the diagram's svg element */
  constructor(root) {
    this.root = /** @type {SVGSVGElement} */ (root);
    this.canvas = document.createElement("canvas");
    this.canvas.className = "crowd-canvas";
    this.canvas.setAttribute("aria-hidden", "true");
    /** @type {Box} in the diagram's units */
    this.area = { x: 0, y: 0, w: 1, h: 1 };
    /** Pixels of the canvas for one of the diagram's units. */
    this.scale = 1;
    /** @type {Map<string, {box: Box, look: Look}>} */
    this.cells = new Map();
    this.colours = coloursOf();
    this.sizes = new ResizeObserver(() => this.place());
    this.themes = new MutationObserver(() => this.repaint());
  }

  /**
   * Begin anew.
   * @param {Box} area
   */
  open(area) {
    this.area = area;
    this.cells.clear();
    if (!this.canvas.isConnected) {
      this.root.before(this.canvas);
      this.sizes.observe(this.root);
      this.themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    }
    this.place();
  }

  close() {
    this.sizes.disconnect();
    this.themes.disconnect();
    this.canvas.remove();
    this.cells.clear();
  }

  /** Lay the canvas under its part of the diagram, pixel for pixel. */
  place() {
    this.scale = Math.min(cover(this.canvas, this.root, this.area) * window.devicePixelRatio, MOST_PIXELS / this.area.w);
    const [shown, own] = [this.root.getBoundingClientRect(), this.canvas.getBoundingClientRect()];
    const beyond = [shown.top - own.top, own.right - shown.right, own.bottom - shown.bottom, shown.left - own.left];
    this.canvas.style.clipPath = `inset(${beyond.map((by) => `${Math.max(0, by)}px`).join(" ")})`;
    this.canvas.width = Math.ceil(this.area.w * this.scale);
    this.canvas.height = Math.ceil(this.area.h * this.scale);
    this.repaint();
  }

  repaint() {
    this.colours = coloursOf();
    for (const { box, look } of this.cells.values()) this.draw(box, look);
  }

  /**
   * Show a node.
   * @param {string} name
   * @param {Box} box
   * @param {Look} look
   */
  paint(name, box, look) {
    this.cells.set(name, { box, look });
    this.draw(box, look);
  }

  /**
   * The node whose cell is there.
   * @param {number} clientX
   * @param {number} clientY
   */
  at(clientX, clientY) {
    const matrix = this.root.getScreenCTM()?.inverse();
    if (!matrix) return "";
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(matrix);
    for (const [name, { box }] of this.cells) if (x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h) return name;
    return "";
  }

  /**
   * @param {Box} box
   * @param {Look} look
   */
  draw(box, look) {
    const context = this.canvas.getContext("2d");
    const [x, y] = [box.x - this.area.x, box.y - this.area.y];
    if (context) drawCell(context, { ...box, x, y }, look, this.scale, this.colours);
  }
}
