// @ts-check
// Looking at a part of the diagram: wheel with Ctrl (a pinch on a touchpad), keys, dragging. What the keyboard's focus goes to comes into view.

import { centre } from "../core/geometry.js";
import { moved, showing, wholeOf, zoomed } from "../core/view.js";
import { keep, recall } from "./memory.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Point} Point */

const STEP = 1.5;
const PAN = 0.25;
/** Pixels of a wheel for a diagram that is e times as large. */
const WHEEL = 300;
/** Pixels before a press becomes a drag. */
const SLACK = 6;

export class Zoom {
  /**
   * @param {import("../stage/stage.js").Stage} stage
   * @param {string} place  where this tab remembers it
   */
  constructor(stage, place) {
    this.stage = stage;
    this.root = /** @type {SVGSVGElement} */ (stage.root);
    this.place = place;
    /** @type {Box} */
    this.view = wholeOf(stage.diagram);
    /** @type {{clientX: number, clientY: number} | null} where the pointer is on the page */
    this.pointer = null;
    this.isDragged = false;
    this.travelled = 0;
    this.root.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.root.addEventListener("pointermove", (event) => this.move(event));
    this.root.addEventListener("pointerleave", () => {
      this.pointer = null;
    });
    this.root.addEventListener("dblclick", () => this.whole());
    this.root.addEventListener("focusin", (event) => this.follow(/** @type {Element} */ (event.target)));
    this.root.addEventListener("click", (event) => this.click(event), { capture: true });
  }

  /** As it was before a reload. */
  resume() {
    const kept = JSON.parse(recall(this.place, "sessionStorage") || "null");
    if (kept?.diagram === this.stage.diagram.width) this.show(zoomed(kept.view, this.stage.diagram, 1, centre(kept.view)));
  }

  get isWhole() {
    return this.view.w === this.stage.diagram.width;
  }

  whole() {
    this.show(wholeOf(this.stage.diagram));
  }

  /** @param {1 | -1} direction */
  zoom(direction) {
    this.show(zoomed(this.view, this.stage.diagram, STEP ** direction, this.pointer ? this.at(this.pointer) : centre(this.view)));
  }

  /** @param {1 | -1} direction */
  pan(direction) {
    this.show(moved(this.view, this.stage.diagram, [direction * PAN * this.view.w, 0]));
  }

  /** @param {Box} view */
  show(view) {
    const { x, y, w, h } = (this.view = view);
    this.root.setAttribute("viewBox", `${x} ${y} ${w} ${h}`);
    this.root.toggleAttribute("data-near", !this.isWhole);
    this.stage.chips.place();
    this.stage.nodes.crowd.field.place();
    keep(this.place, this.isWhole ? "" : JSON.stringify({ diagram: this.stage.diagram.width, view }), "sessionStorage");
  }

  /** @param {{clientX: number, clientY: number}} event @returns {Point} */
  at({ clientX, clientY }) {
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(this.root.getScreenCTM()?.inverse());
    return [x, y];
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.show(zoomed(this.view, this.stage.diagram, Math.exp(-event.deltaY / WHEEL), this.at(event)));
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (event.pointerType === "touch") return; // fingers move the page itself
    const before = this.pointer;
    this.pointer = { clientX: event.clientX, clientY: event.clientY };
    if (!(event.buttons & 1)) {
      this.isDragged = false;
      this.travelled = 0;
      return;
    }
    this.travelled += Math.hypot(event.movementX, event.movementY);
    if (this.isWhole || !before || this.travelled < SLACK) return;
    this.isDragged = true;
    const [[fromX, fromY], [toX, toY]] = [this.at(before), this.at(event)];
    this.show(moved(this.view, this.stage.diagram, [fromX - toX, fromY - toY]));
  }

  /** The end of a drag opens nothing. @param {Event} event */
  click(event) {
    if (this.isDragged) event.stopPropagation();
    this.isDragged = false;
    this.travelled = 0;
  }

  /** @param {Element} element */
  follow(element) {
    if (this.isWhole || !element.matches(":focus-visible")) return;
    const { left, top, width, height } = element.getBoundingClientRect();
    this.reveal(this.at({ clientX: left + width / 2, clientY: top + height / 2 }));
  }

  /** @param {Point} point */
  reveal(point) {
    if (!this.isWhole) this.show(showing(this.view, this.stage.diagram, point));
  }
}
