// @ts-check
// A node in one of its forms, with its pods in it; and where the parts and pods that are drawn stand.

import { layoutPods } from "../core/layout.js";
import { byName, withoutProxy } from "../core/placement.js";
import { usage } from "../core/reducer.js";
import { svg } from "../page/dom.js";
import { drawCard, drawTile, stateOf } from "./node.js";
import { drawPod } from "./pods.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../core/placement.js").Entry} Entry */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {"card" | "spot" | "tile"} Form */
/** @typedef {{look: string, room: Box, parts: string[], pods: Map<string, {id: string, look: string, element: SVGElement}>, layer: SVGElement}} Drawn */

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
    /** @type {Map<SVGElement, Drawn>} */
    this.drawn = new Map();
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
   * Show a node as it is now: its frame and parts when they have changed, and those of its pods that have.
   * @param {SVGElement} element
   * @param {Entry} node
   * @param {readonly Entry[]} pods
   * @param {Box} box
   * @param {Form} form
   * @param {ReadonlySet<string>} changed  keys of the cards that have just changed
   */
  draw(element, { key, card }, pods, box, form, changed) {
    const { proxy, others } = withoutProxy(pods);
    const drawn = this.drawn.get(element) ?? { look: "", room: box, parts: [], pods: new Map(), layer: svg("g", { class: "pods" }) };
    const shares = form === "card" ? [usage(card, pods, "cpu"), usage(card, pods, "memory")] : [];
    const look = JSON.stringify([card, proxy, shares]);
    if (look !== drawn.look) {
      drawn.look = look;
      element.dataset.key = key;
      element.dataset.state = stateOf(card);
      element.toggleAttribute("data-stopped", Boolean(card.stopped));
      const frame = svg("rect", { class: "node-box", x: box.x, y: box.y, width: box.w, height: box.h, rx: ROUND[form] });
      element.replaceChildren(frame);
      const base =
        form === "tile"
          ? { room: drawTile(element, card, box), parts: [] }
          : drawCard(element, card, shares, proxy, box, this.strings, form);
      element.append(drawn.layer);
      drawn.room = base.room;
      drawn.parts = [...base.parts].map(([id, part]) => {
        this.place(id, part.box, part.element);
        return id;
      });
    }
    this.drawn.set(element, drawn);
    this.fill(drawn, card.name, others.sort(byName), changed);
  }

  /**
   * @param {Drawn} drawn
   * @param {string} node
   * @param {readonly Entry[]} pods  in order
   * @param {ReadonlySet<string>} changed
   */
  fill(drawn, node, pods, changed) {
    const { mode, boxes } = layoutPods(pods.length, drawn.room);
    const before = drawn.pods;
    drawn.pods = new Map();
    pods.forEach(({ key, card }, index) => {
      const box = boxes[index];
      if (!box) return;
      const look = JSON.stringify([card, mode, box]);
      const kept = before.get(key);
      const element = kept?.look === look ? kept.element : drawPod(key, card, box, mode, changed.has(key));
      if (kept && kept.element !== element) kept.element.replaceWith(element);
      else if (!kept) drawn.layer.append(element);
      const id = podId(node, card);
      drawn.pods.set(key, { id, look, element });
      before.delete(key);
      this.place(id, box, element);
    });
    for (const { id, element } of before.values()) {
      element.remove();
      this.forgetPlace(id, element);
    }
  }

  /**
   * What is drawn in an element no longer stands there.
   * @param {SVGElement} element
   */
  clear(element) {
    const drawn = this.drawn.get(element);
    if (!drawn) return;
    for (const { id, element: pod } of drawn.pods.values()) this.forgetPlace(id, pod);
    for (const id of drawn.parts) this.forgetPlace(id, element);
    this.drawn.delete(element);
  }

  /**
   * @param {string} id
   * @param {SVGElement} element  what stood for it, or what that is in
   */
  forgetPlace(id, element) {
    if (!element.contains(this.elements.get(id) ?? null)) return;
    this.places.delete(id);
    this.elements.delete(id);
  }

  /** Nothing of any node stands anywhere. */
  forget() {
    this.drawn.clear();
    for (const id of [...this.places.keys()].filter((each) => each.startsWith("node/"))) {
      this.places.delete(id);
      this.elements.delete(id);
    }
  }
}

/**
 * @param {string} node
 * @param {Card} card
 */
function podId(node, card) {
  return `node/${node}/pod/${card.namespace}/${card.name}`;
}
