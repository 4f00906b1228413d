// @ts-check
// A node in one of its forms, with its pods in it; and where the parts and pods that are drawn stand.

import { layoutPods } from "../core/layout.js";
import { byName, withoutProxy } from "../core/placement.js";
import { svg } from "../page/dom.js";
import { drawCard, drawTile, stateOf } from "./node.js";
import { drawPod } from "./pods.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../core/placement.js").Entry} Entry */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {"card" | "spot" | "tile"} Form */

const ROUND = { card: 18, spot: 16, tile: 10 };

export class NodeForms {
  /**
   * @param {Strings} strings
   * @param {Map<string, Box>} places
   * @param {Map<string, SVGElement>} elements
   */
  constructor(strings, places, elements) {
    this.strings = strings;
    this.places = places;
    this.elements = elements;
    /** @type {Map<SVGElement, string[]>} the parts and pods that stand in an element */
    this.inside = new Map();
  }

  /**
   * An empty element for a node; from now on it stands for the node.
   * @param {string} name
   * @param {Form} form
   * @param {Box} box
   */
  frame(name, form, box) {
    const id = `node/${name}`;
    const element = svg("g", { class: "node", "data-mode": form, "data-actor": id, role: "group", tabindex: 0, "aria-label": name });
    this.place(id, box, element);
    return element;
  }

  /**
   * @param {string} id
   * @param {Box} box
   * @param {SVGElement | null} element
   */
  place(id, box, element) {
    this.places.set(id, box);
    if (element) this.elements.set(id, element);
    else this.elements.delete(id);
  }

  /**
   * @param {SVGElement} element
   * @param {Entry} node
   * @param {readonly Entry[]} pods
   * @param {Box} box
   * @param {Form} form
   * @param {ReadonlySet<string>} changed  keys of the cards that have just changed
   */
  draw(element, { key, card }, pods, box, form, changed) {
    this.clear(element);
    element.dataset.key = key;
    element.dataset.state = stateOf(card);
    element.toggleAttribute("data-stopped", Boolean(card.stopped));
    element.replaceChildren(svg("rect", { class: "node-box", x: box.x, y: box.y, width: box.w, height: box.h, rx: ROUND[form] }));
    const { proxy, others } = withoutProxy(pods);
    const { room, parts } =
      form === "tile" ? { room: drawTile(element, card, box), parts: [] } : drawCard(element, card, pods, proxy, box, this.strings, form);
    /** @type {string[]} */
    const inside = [];
    for (const [id, part] of parts) {
      this.place(id, part.box, part.element);
      inside.push(id);
    }
    const { mode, boxes } = layoutPods(others.length, room);
    others.sort(byName).forEach((pod, index) => {
      const place = boxes[index];
      if (!place) return;
      const drawn = drawPod(pod.key, pod.card, place, mode, changed.has(pod.key));
      const id = `node/${card.name}/pod/${pod.card.namespace}/${pod.card.name}`;
      this.place(id, place, drawn);
      inside.push(id);
      element.append(drawn);
    });
    this.inside.set(element, inside);
  }

  /**
   * What is drawn in an element no longer stands there.
   * @param {SVGElement} element
   */
  clear(element) {
    for (const id of this.inside.get(element) ?? []) {
      if (!element.contains(this.elements.get(id) ?? null)) continue;
      this.places.delete(id);
      this.elements.delete(id);
    }
    this.inside.delete(element);
  }

  /** Nothing of any node stands anywhere. */
  forget() {
    this.inside.clear();
    for (const id of [...this.places.keys()].filter((each) => each.startsWith("node/"))) {
      this.places.delete(id);
      this.elements.delete(id);
    }
  }
}
