// @ts-check
// Sender and receiver of the hop on the screen are lit, each with the whole that it is a part of.

import { rootOf } from "../core/routes.js";

export class Lights {
  constructor() {
    /** @type {Element[]} */
    this.lit = [];
  }

  /**
   * @param {ReadonlyMap<string, Element>} elements
   * @param {string} id
   * @param {"source" | "target"} role
   */
  light(elements, id, role) {
    for (const name of new Set([id, rootOf(id)])) {
      const element = elements.get(name);
      if (!element) continue;
      element.setAttribute("data-lit", role);
      this.lit.push(element);
    }
  }

  /** Put all of them out. */
  out() {
    for (const element of this.lit) element.removeAttribute("data-lit");
    this.lit = [];
  }
}
