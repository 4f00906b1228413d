// @ts-check
// Many nodes: those at which something happens as cards, below them all of them by zone, as tiles or as cells, with true numbers.

import { layoutCrowd, zonesOf } from "../core/crowd.js";
import { svg } from "../page/dom.js";
import { lookOf } from "./cell.js";
import { Cursor } from "./cursor.js";
import { Field } from "./field.js";
import { NOTHING, Zones } from "./zones.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../core/crowd.js").Spotlight} Spotlight */
/** @typedef {import("../core/placement.js").Entry} Entry */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("./forms.js").NodeForms} NodeForms */
/** @typedef {import("./zones.js").Sum} Sum */
/** @typedef {{box: Box, zone: number, element: SVGElement | null, node: Entry | null, pods: readonly Entry[], sum: Sum}} Seat */

export class Crowd {
  /**
   * @param {Element} root  the diagram's svg element
   * @param {Diagram} diagram
   * @param {Strings} strings
   * @param {NodeForms} forms
   * @param {Spotlight} spotlight
   */
  constructor(root, diagram, strings, forms, spotlight) {
    this.diagram = diagram;
    this.strings = strings;
    this.forms = forms;
    this.spotlight = spotlight;
    this.field = new Field(root);
    /** @type {"tile" | "cell"} */
    this.mode = "tile";
    /** @type {Map<string, Seat>} */
    this.seats = new Map();
    /** @type {Box[]} */
    this.slots = [];
    this.zones = new Zones(strings);
    this.cursor = new Cursor(this.seats, strings);
    this.cards = svg("g", { class: "spots" });
    this.outlines = svg("g", { class: "outlines" });
  }

  close() {
    this.field.close();
  }

  /**
   * @param {readonly Entry[]} workers
   * @returns {{layers: SVGElement[], slots: Box[]}} what to put into the picture, and where the cards stand
   */
  arrange(workers) {
    const zones = zonesOf(workers, this.diagram.nodes.w);
    const layout = layoutCrowd(
      zones.map(({ name, nodes }) => ({ name, count: nodes.length })),
      this.diagram.nodes,
    );
    this.mode = layout.mode;
    this.slots = layout.slots;
    this.seats.clear();
    const tiles = svg("g", { class: "tiles" });
    this.zones.open(zones, layout.blocks);
    zones.forEach(({ nodes }, zone) => {
      nodes.forEach(({ card }, index) => {
        const box = { .../** @type {Box} */ (layout.boxes[zone]?.[index]), top: this.diagram.nodes.y };
        const element = layout.mode === "tile" ? this.forms.frame(card.name, "tile", box) : null;
        if (element) tiles.append(element);
        else this.forms.place(`node/${card.name}`, box, null);
        this.seats.set(card.name, { box, zone, element, node: null, pods: [], sum: NOTHING });
      });
    });
    if (this.mode === "cell") this.field.open(whole(layout.blocks));
    else this.field.close();
    this.spotlight.fill(
      workers.map(({ card }) => card.name),
      this.slots.length,
    );
    this.cards.replaceChildren();
    this.spotlight.names.forEach((_, place) => this.frame(place));
    this.cursor.open();
    const { x, y, w, h } = whole(layout.blocks);
    const ground = this.mode === "cell" ? [svg("rect", { class: "field-ground", x, y, width: w, height: h })] : [];
    return { layers: [this.zones.layer, ...ground, tiles, this.cursor.layer, this.outlines, this.cards], slots: this.slots };
  }

  /**
   * @param {Entry} node
   * @param {readonly Entry[]} pods
   * @param {ReadonlySet<string>} changed
   */
  redraw(node, pods, changed) {
    const seat = this.seats.get(node.card.name);
    if (!seat) return;
    seat.sum = this.zones.count(seat.zone, node.card, pods, seat.sum);
    Object.assign(seat, { node, pods });
    this.cursor.tell(node.card.name);
    if (seat.element) this.forms.draw(seat.element, node, pods, seat.box, "tile", changed);
    else this.field.paint(node.card.name, seat.box, lookOf(node.card, pods, seat.sum.failed));
    const place = this.spotlight.names.indexOf(node.card.name);
    if (place >= 0) this.light(place, changed);
  }

  /**
   * Something happens at a node: it comes into the spotlight, if it is not there.
   * @param {string} name
   */
  spot(name) {
    const before = [...this.spotlight.names];
    const place = this.seats.has(name) ? this.spotlight.turn(name) : -1;
    if (place < 0) return;
    const left = this.seats.get(before[place] ?? "");
    const element = this.cards.children[place];
    if (element) this.forms.clear(/** @type {SVGElement} */ (element));
    if (left) this.forms.place(`node/${before[place]}`, left.box, left.element);
    this.frame(place);
    this.light(place, new Set());
  }

  /**
   * An empty card at a place for the node that has come there.
   * @param {number} place
   */
  frame(place) {
    const box = this.slots[place];
    if (!box) return;
    const element = this.forms.frame(this.spotlight.names[place] ?? "", "spot", box);
    const old = this.cards.children[place];
    if (old) old.replaceWith(element);
    else this.cards.append(element);
    this.outlines.replaceChildren(
      ...this.spotlight.names.flatMap((name) => {
        const seat = this.seats.get(name);
        return seat ? [outline(seat.box)] : [];
      }),
    );
  }

  /**
   * @param {number} place
   * @param {ReadonlySet<string>} changed
   */
  light(place, changed) {
    const seat = this.seats.get(this.spotlight.names[place] ?? "");
    const element = this.cards.children[place];
    const box = this.slots[place];
    if (seat?.node && element && box) this.forms.draw(/** @type {SVGElement} */ (element), seat.node, seat.pods, box, "spot", changed);
  }
}

/** @param {Box} box */
function outline({ x, y, w, h }) {
  return svg("rect", { class: "outline", x: x - 2, y: y - 2, width: w + 4, height: h + 4, rx: 3 });
}

/**
 * @param {readonly Box[]} blocks
 * @returns {Box}
 */
function whole(blocks) {
  const [first, last] = [blocks[0], blocks.at(-1)];
  if (!first || !last) return { x: 0, y: 0, w: 1, h: 1 };
  return { ...first, w: last.x + last.w - first.x };
}
