// @ts-check
// The keyboard in a crowd: one of its nodes can be tabbed to, arrow keys lead on from there. A cell gets an element while it is that one.

import { nextTo } from "../core/crowd.js";
import { svg } from "../page/dom.js";
import { stateOf } from "./node.js";

/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("./crowd.js").Seat} Seat */

/** How far its frame keeps from a cell. */
const AROUND = 3;

export class Cursor {
  /**
   * @param {ReadonlyMap<string, Seat>} seats
   * @param {Strings} strings
   */
  constructor(seats, strings) {
    this.seats = seats;
    this.strings = strings;
    this.layer = svg("g", { class: "cursor" });
    this.name = "";
    /** @type {SVGElement | null} */
    this.element = null;
  }

  /** Begin anew, at the same node if it is still there. */
  open() {
    for (const { element } of this.seats.values()) element?.setAttribute("tabindex", "-1");
    this.element = null;
    this.to(this.seats.has(this.name) ? this.name : (this.seats.keys().next().value ?? ""));
  }

  /** @param {string} name */
  to(name) {
    const seat = this.seats.get(name);
    if (!seat) return;
    this.element?.setAttribute("tabindex", "-1");
    this.name = name;
    this.element = seat.element ?? cell(seat);
    this.element.setAttribute("tabindex", "0");
    this.layer.replaceChildren(...(seat.element ? [] : [this.element]));
    this.tell(name);
  }

  /**
   * A node is as it is now: say so, if it is this one.
   * @param {string} name
   */
  tell(name) {
    const seat = this.seats.get(name);
    if (name !== this.name || !seat?.node) return;
    const state = this.strings.text(`node-${stateOf(seat.node.card)}`);
    const label = this.strings.text("cell", { name, state, pods: seat.pods.length });
    if (this.element?.getAttribute("aria-label") !== label) this.element?.setAttribute("aria-label", label);
  }

  /**
   * @param {EventTarget | null} focused
   * @param {string} key
   * @returns {boolean} the key was one of ours
   */
  walk(focused, key) {
    const next = this.element === focused ? nextTo(this.seats, this.name, key) : null;
    if (next === null) return false;
    if (next !== this.name) this.to(next);
    this.element?.focus({ preventScroll: true });
    return true;
  }
}

/** @param {Seat} seat */
function cell({ box: { x, y, w, h } }) {
  const frame = { x: x - AROUND, y: y - AROUND, width: w + 2 * AROUND, height: h + 2 * AROUND, rx: 3 };
  return svg("g", { class: "cell", role: "button" }, svg("rect", { class: "cell-box", ...frame }));
}
