// @ts-check
// Draws the nodes: whole cards for three, tiles for more, a crowd for many; each is redrawn only when it or its pods changed.

import { CROWD, nodesAt } from "../core/crowd.js";
import { pathOf } from "../core/geometry.js";
import { layoutNodes } from "../core/layout.js";
import { placement } from "../core/placement.js";
import { nodeRoute } from "../core/routes.js";
import { svg } from "../page/dom.js";
import { Crowd } from "./crowd.js";
import { NodeForms } from "./forms.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../core/crowd.js").Spotlight} Spotlight */
/** @typedef {import("../core/placement.js").Entry} Entry */
/** @typedef {import("../core/placement.js").Placement} Placement */
/** @typedef {import("../core/strings.js").Strings} Strings */

/** @type {readonly Entry[]} */
const NONE = [];

export class NodeView {
  /**
   * @param {Element} root  the diagram's svg element
   * @param {Diagram} diagram
   * @param {Strings} strings
   * @param {Map<string, Box>} places
   * @param {Map<string, SVGElement>} elements
   * @param {Spotlight} spotlight
   */
  constructor(root, diagram, strings, places, elements, spotlight) {
    this.diagram = diagram;
    this.edges = svg("g", { class: "node-edges" });
    this.cards = svg("g", { class: "nodes" });
    this.forms = new NodeForms(strings, places, elements);
    this.crowd = new Crowd(root, diagram, strings, this.forms, spotlight);
    this.isCrowd = false;
    /** @type {Placement | null} */
    this.found = null;
    /** @type {Entry[]} */
    this.workers = [];
    this.arrangement = "";
    /** @type {Map<string, {card: Card, pods: readonly Entry[]}>} */
    this.drawn = new Map();
    /** @type {{mode: "card" | "tile", boxes: Box[]}} */
    this.layout = { mode: "card", boxes: [] };
  }

  /**
   * @param {Scene} scene
   * @param {ReadonlySet<string>} changed  keys of the cards that have just changed
   */
  draw(scene, changed) {
    const found = placement(scene);
    if (found === this.found) return;
    if (found.nodes !== this.found?.nodes) this.arrange(found.nodes);
    this.found = found;
    for (const [index, node] of this.workers.entries()) {
      const pods = found.pods.get(node.card.name) ?? NONE;
      const before = this.drawn.get(node.card.name);
      if (before && before.pods === pods && before.card === node.card) continue;
      this.drawn.set(node.card.name, { card: node.card, pods });
      if (before && JSON.stringify([before.card, before.pods]) === JSON.stringify([node.card, pods])) continue;
      if (this.isCrowd) this.crowd.redraw(node, pods, changed);
      else this.redraw(node, pods, index, changed);
    }
    if (this.isCrowd) this.crowd.zones.write();
  }

  /**
   * A hop happens: the nodes that it happens at come into the spotlight.
   * @param {Hop} hop
   */
  spot(hop) {
    if (this.isCrowd) for (const name of nodesAt(hop)) this.crowd.spot(name);
  }

  /** Leave the page. */
  close() {
    this.crowd.close();
  }

  /** @param {readonly Entry[]} nodes */
  arrange(nodes) {
    this.workers = nodes.filter(({ card }) => !isControlPlane(card));
    const arrangement = this.workers.map(({ card }) => `${card.name} ${card.zone ?? ""}`).join();
    if (arrangement === this.arrangement) return;
    this.arrangement = arrangement;
    this.drawn.clear();
    this.forms.forget();
    this.cards.replaceChildren();
    this.edges.replaceChildren();
    this.isCrowd = this.workers.length >= CROWD;
    if (this.isCrowd) {
      const { layers, slots } = this.crowd.arrange(this.workers);
      this.cards.append(...layers);
      this.edges.append(...slots.map((box) => this.edge(box)));
      return;
    }
    this.crowd.close();
    this.layout = layoutNodes(this.workers.length, this.diagram.nodes);
    this.workers.forEach(({ card }, index) => {
      const box = this.layout.boxes[index];
      if (!box) return;
      this.cards.append(this.forms.frame(card.name, this.layout.mode, box));
      if (this.layout.mode === "card" || box.y === this.diagram.nodes.y) this.edges.append(this.edge(box));
    });
  }

  /** @param {Box} box */
  edge(box) {
    return svg("path", { class: "edge", d: pathOf(nodeRoute(this.diagram, box)) });
  }

  /**
   * @param {Entry} node
   * @param {readonly Entry[]} pods
   * @param {number} index
   * @param {ReadonlySet<string>} changed
   */
  redraw(node, pods, index, changed) {
    const box = this.layout.boxes[index];
    const element = this.forms.elements.get(`node/${node.card.name}`);
    if (box && element) this.forms.draw(element, node, pods, box, this.layout.mode, changed);
  }
}

/** @param {Card} card */
function isControlPlane(card) {
  return (card.roles ?? []).includes("control-plane");
}
