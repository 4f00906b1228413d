// @ts-check
// What passes too fast to be followed: a ribbon along each edge with the number of hops of the last second. It changes twice a second.

import { pathOf } from "../core/geometry.js";
import { ribbonsOf, Traffic, widthOf } from "../core/traffic.js";
import { svg, write } from "../page/dom.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Point} Point */
/** @typedef {import("../core/traffic.js").Ribbon} Ribbon */

/** Milliseconds from the first hop to the first ribbons, and from then on from change to change. */
const FIRST = 100;
const HALF = 500;

export class Ribbons {
  constructor() {
    this.layer = svg("g", { class: "ribbons" });
    this.traffic = new Traffic();
    this.due = Infinity;
    /** @type {Map<string, {group: SVGElement, path: SVGElement, text: SVGElement, width: number}>} */
    this.shown = new Map();
  }

  /**
   * @param {readonly Hop[]} hops  that have just passed
   * @param {number} now  milliseconds
   * @param {(hop: Hop) => readonly (readonly Point[])[]} edgesOf
   */
  flow(hops, now, edgesOf) {
    this.traffic.add(hops);
    if (this.due === Infinity && !this.traffic.isEmpty) this.due = now + FIRST;
    if (now < this.due) return;
    const flows = this.traffic.turn();
    this.due = flows.length ? now + HALF : Infinity;
    this.draw(ribbonsOf(flows, edgesOf));
  }

  clear() {
    this.traffic.clear();
    this.due = Infinity;
    this.draw([]);
  }

  /** @param {readonly Ribbon[]} ribbons */
  draw(ribbons) {
    const gone = new Map(this.shown);
    for (const { points, tone, count, place } of ribbons) {
      const d = pathOf(points);
      const found = this.shown.get(d) ?? this.add(d, tone, place);
      gone.delete(d);
      const width = widthOf(count);
      if (found.width !== width) found.path.setAttribute("stroke-width", String(width));
      found.width = width;
      if (place) write(found.text, `${count}/s`);
    }
    for (const [d, { group }] of gone) {
      group.remove();
      this.shown.delete(d);
    }
  }

  /**
   * @param {string} d
   * @param {string} tone
   * @param {Ribbon["place"]} place
   */
  add(d, tone, place) {
    const path = svg("path", { class: "ribbon", d });
    const text = svg("text", { class: "ribbon-count", ...(place ? { x: place.x, y: place.y, "text-anchor": place.anchor } : {}) });
    const group = svg("g", { "data-tone": tone }, path, place ? text : null);
    const made = { group, path, text, width: 0 };
    this.layer.append(group);
    this.shown.set(d, made);
    return made;
  }
}
