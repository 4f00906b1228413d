// @ts-check
// Draws the nodes: whole cards for three, tiles for many; each is redrawn only when it or its pods changed.

import { pathOf } from "../core/geometry.js";
import { shorten } from "../core/hops.js";
import { layoutNodes, layoutPods } from "../core/layout.js";
import { placement, usage } from "../core/reducer.js";
import { nodeRoute } from "../core/routes.js";
import { svg } from "../page/dom.js";
import { drawPod } from "./pods.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{key: string, card: Card}} Entry */

/** The parts of a node and their widths in a card. */
const PARTS = /** @type {const} */ ([
  ["kubelet", 0.31],
  ["containerd", 0.42],
  ["cni", 0.27],
]);
const INSET = 18;

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
      const element = svg("g", { class: "node", "data-mode": mode, "data-actor": id, role: "button", tabindex: 0, "aria-label": card.name });
      this.elements.set(id, element);
      this.cards.append(element);
      if (mode === "card" || box.y === this.diagram.nodes.y) this.edges.append(svg("path", { class: "edge", d: pathOf(nodeRoute(this.diagram, box)) }));
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
    const state = stateOf(card);
    element.dataset.key = key;
    element.dataset.state = state;
    element.replaceChildren(svg("rect", { class: "node-box", x: box.x, y: box.y, width: box.w, height: box.h, rx: mode === "card" ? 18 : 10 }));
    const room = mode === "card" ? this.drawCard(element, card, pods, box, state) : drawTile(element, card, box);
    const { mode: podMode, boxes } = layoutPods(pods.length, room);
    pods.forEach((pod, index) => {
      const place = boxes[index];
      if (place) element.append(drawPod(pod.key, pod.card, place, podMode, changed.has(pod.key)));
    });
  }

  /**
   * @param {SVGElement} element
   * @param {Card} card
   * @param {Entry[]} pods
   * @param {Box} box
   * @param {string} state
   * @returns {Box} where its pods go
   */
  drawCard(element, card, pods, box, state) {
    const right = box.x + box.w - INSET;
    element.append(
      svg("text", { class: "node-name", x: box.x + INSET, y: box.y + 44 }, shorten(card.name, 15)),
      svg("text", { class: "node-state", x: right - 30, y: box.y + 43, "text-anchor": "end" }, this.strings.text(`node-${state}`)),
      stateMark(state, right - 10, box.y + 34),
    );
    let x = box.x + INSET;
    for (const [part, share] of PARTS) {
      const gap = 10;
      const w = (box.w - 2 * INSET - 2 * gap) * share;
      const place = { x, y: box.y + 60, w, h: 46 };
      const id = `node/${card.name}/${part}`;
      const piece = svg(
        "g",
        { class: "part", "data-part": id, "data-tone": part },
        svg("rect", { class: "part-box", x, y: place.y, width: w, height: place.h, rx: 10 }),
        svg("text", { class: "part-label", x: x + w / 2, y: place.y + 32, "text-anchor": "middle" }, part === "cni" ? "CNI" : part),
      );
      this.places.set(id, place);
      this.elements.set(id, piece);
      element.append(piece);
      x += w + gap;
    }
    const half = (box.w - 2 * INSET - 18) / 2;
    element.append(...bar(this.strings.text("cpu"), usage(card, pods, "cpu"), box.x + INSET, box.y + 132, half));
    element.append(...bar(this.strings.text("memory"), usage(card, pods, "memory"), box.x + INSET + half + 18, box.y + 132, half));
    return { x: box.x + INSET, y: box.y + 168, w: box.w - 2 * INSET, h: box.h - 168 - INSET };
  }
}

/**
 * @param {SVGElement} element
 * @param {Card} card
 * @param {Box} box
 * @returns {Box} where its pods go
 */
function drawTile(element, card, box) {
  const named = box.w >= 130 && box.h >= 70;
  const inset = Math.min(12, box.w * 0.08);
  const top = named ? 38 : inset;
  if (named) {
    element.append(svg("text", { class: "tile-name", x: box.x + inset, y: box.y + 30 }, shorten(card.name, Math.floor((box.w - 50) / 13))));
    element.append(stateMark(stateOf(card), box.x + box.w - inset - 10, box.y + 22));
  }
  return { x: box.x + inset, y: box.y + top, w: box.w - 2 * inset, h: box.h - top - inset };
}

/**
 * A dot for ready, a cross for not, a bar for cordoned: told apart without colour.
 * @param {string} state
 * @param {number} x
 * @param {number} y
 */
function stateMark(state, x, y) {
  if (state === "ready") return svg("circle", { class: "node-mark", cx: x, cy: y, r: 10 });
  if (state === "cordoned") return svg("path", { class: "node-mark", d: `M${x - 9} ${y} h18` });
  return svg("path", { class: "node-mark", d: `M${x - 8} ${y - 8} l16 16 M${x + 8} ${y - 8} l-16 16` });
}

/**
 * @param {string} label
 * @param {number} share
 * @param {number} x
 * @param {number} y
 * @param {number} w
 */
function bar(label, share, x, y, w) {
  const [left, right] = [84, 58];
  const length = w - left - right;
  return [
    svg("text", { class: "bar-label", x, y: y + 9 }, label),
    svg("rect", { class: "bar-room", x: x + left, y: y - 7, width: length, height: 14, rx: 7 }),
    svg("rect", { class: "bar-used", x: x + left, y: y - 7, width: share ? Math.max(7, length * share) : 0, height: 14, rx: 7, "data-full": share > 0.85 }),
    svg("text", { class: "bar-share", x: x + w, y: y + 9, "text-anchor": "end" }, `${Math.round(share * 100)}%`),
  ];
}

/** @param {Card} card */
function isControlPlane(card) {
  return (card.roles ?? []).includes("control-plane");
}

/**
 * @param {Card} card
 * @returns {"ready" | "cordoned" | "unready"}
 */
function stateOf(card) {
  if (!card.ready) return "unready";
  return card.unschedulable ? "cordoned" : "ready";
}
