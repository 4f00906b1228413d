// @ts-check
// Draws the nodes: whole cards for three, tiles for many; each is redrawn only when it or its pods changed.

import { pathOf } from "../core/geometry.js";
import { layoutNodes, layoutPods } from "../core/layout.js";
import { placement, withoutProxy } from "../core/reducer.js";
import { nodeRoute } from "../core/routes.js";
import { svg } from "../page/dom.js";
import { drawCard, drawTile, stateOf } from "./node.js";
import { drawPod } from "./pods.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{key: string, card: Card}} Entry */

export class NodeView {
  /**
   * @param {Diagram} diagram
   * @param {Strings} strings
   * @param {Map<string, Box>} places
   * @param {Map<string, SVGElement>} elements
   */
  constructor(diagram, strings, places, elements) {
    this.diagram = diagram;
    this.strings = strings;
    this.places = places;
    this.elements = elements;
    this.edges = svg("g", { class: "node-edges" });
    this.cards = svg("g", { class: "nodes" });
    /** @type {Map<string, string>} */
    this.drawn = new Map();
    this.arrangement = "";
  }

  /**
   * @param {Scene} scene
   * @param {ReadonlySet<string>} changed  keys of the cards that have just changed
   */
  draw(scene, changed) {
    const { nodes, pods } = placement(scene);
    const workers = nodes.filter(({ card }) => !isControlPlane(card));
    const { mode, boxes } = layoutNodes(workers.length, this.diagram.nodes);
    const arrangement = workers.map(({ card }) => card.name).join(" ");
    if (arrangement !== this.arrangement) this.rearrange(workers, mode, boxes);
    this.arrangement = arrangement;
    workers.forEach((node, index) => {
      const own = pods.get(node.card.name) ?? [];
      const signature = JSON.stringify([node.card, own]);
      const box = boxes[index];
      if (!box || this.drawn.get(node.card.name) === signature) return;
      this.drawn.set(node.card.name, signature);
      this.redraw(node, own, box, mode, changed);
    });
  }

  /**
   * @param {Entry[]} workers
   * @param {"card" | "tile"} mode
   * @param {Box[]} boxes
   */
  rearrange(workers, mode, boxes) {
    this.cards.replaceChildren();
    this.edges.replaceChildren();
    this.drawn.clear();
    for (const id of [...this.places.keys()]) {
      if (!id.startsWith("node/")) continue;
      this.places.delete(id);
      this.elements.delete(id);
    }
    workers.forEach(({ card }, index) => {
      const box = boxes[index];
      if (!box) return;
      const id = `node/${card.name}`;
      this.places.set(id, box);
      const element = svg("g", {
        class: "node",
        "data-mode": mode,
        "data-actor": id,
        role: "group",
        tabindex: 0,
        "aria-label": card.name,
      });
      this.elements.set(id, element);
      this.cards.append(element);
      if (mode === "card" || box.y === this.diagram.nodes.y)
        this.edges.append(svg("path", { class: "edge", d: pathOf(nodeRoute(this.diagram, box)) }));
    });
  }

  /**
   * @param {Entry} node
   * @param {Entry[]} pods
   * @param {Box} box
   * @param {"card" | "tile"} mode
   * @param {ReadonlySet<string>} changed
   */
  redraw({ key, card }, pods, box, mode, changed) {
    const element = this.elements.get(`node/${card.name}`);
    if (!element) return;
    element.dataset.key = key;
    element.dataset.state = stateOf(card);
    element.toggleAttribute("data-stopped", Boolean(card.stopped));
    element.replaceChildren(
      svg("rect", { class: "node-box", x: box.x, y: box.y, width: box.w, height: box.h, rx: mode === "card" ? 18 : 10 }),
    );
    const room = mode === "card" ? this.drawParts(element, card, pods, box) : drawTile(element, card, box);
    const { others } = withoutProxy(pods);
    const { mode: podMode, boxes } = layoutPods(others.length, room);
    this.forgetPods(card.name);
    others.forEach((pod, index) => {
      const place = boxes[index];
      if (!place) return;
      const drawn = drawPod(pod.key, pod.card, place, podMode, changed.has(pod.key));
      const id = `node/${card.name}/pod/${pod.card.namespace}/${pod.card.name}`;
      this.places.set(id, place);
      this.elements.set(id, drawn);
      element.append(drawn);
    });
  }

  /** @param {string} node */
  forgetPods(node) {
    for (const id of [...this.places.keys()]) {
      if (!id.startsWith(`node/${node}/pod/`)) continue;
      this.places.delete(id);
      this.elements.delete(id);
    }
  }

  /**
   * @param {SVGElement} element
   * @param {Card} card
   * @param {Entry[]} pods
   * @param {Box} box
   */
  drawParts(element, card, pods, box) {
    const { room, parts } = drawCard(element, card, pods, box, this.strings);
    for (const [id, part] of parts) {
      this.places.set(id, part.box);
      this.elements.set(id, part.element);
    }
    return room;
  }
}

/** @param {Card} card */
function isControlPlane(card) {
  return (card.roles ?? []).includes("control-plane");
}
