// @ts-check
// Draws the lanes: names at the left, an arrow for each hop, words where there is room. It decides nothing but which elements stay.

import { labelOf, shapeOf, shorten, shortName, toneOf } from "../core/hops.js";
import { placeTexts } from "../core/lane_texts.js";
import { REST } from "../core/lanes.js";
import { svg } from "../page/dom.js";
import { hopElement } from "./lane_arrow.js";
import { Pen } from "./pen.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/lanes.js").Lane} Lane */
/** @typedef {import("./lane_arrow.js").Drawn} Drawn */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{width: number, height: number, names: number, top: number, font: number, isNarrow: boolean}} Size  `names`: the room at the left, `top`: that of the clock */
/** @typedef {{x: number, text: string, isJump: boolean}} Moment */

export class LanePicture {
  /**
   * @param {Element} root  an empty svg element
   * @param {Strings} strings
   */
  constructor(root, strings) {
    this.root = root;
    this.strings = strings;
    this.rows = svg("g", { class: "lane-rows" });
    this.names = svg("g", { class: "lane-names" });
    this.now = svg("path", { class: "lane-now" });
    this.moments = svg("g", { class: "lane-moments" });
    this.arrows = svg("g", { class: "lane-arrows" });
    this.texts = svg("g", { class: "lane-texts" });
    this.plot = svg("svg", { class: "lane-plot" }, this.moments, this.now, this.arrows, this.texts);
    root.replaceChildren(this.rows, this.plot, this.names);
    /** @type {Map<number, {element: SVGElement, d: string, x: number}>} */
    this.kept = new Map();
    this.pen = new Pen(root);
  }

  /**
   * Names and lines of the lanes; every arrow is drawn anew.
   * @param {readonly Lane[]} lanes
   * @param {Size} size
   * @param {(row: number) => number} yOf
   */
  layout(lanes, size, yOf) {
    const { width, height, names } = size;
    this.root.setAttribute("viewBox", `0 0 ${width} ${height}`);
    for (const [name, value] of Object.entries({ x: names, y: 0, width: width - names, height }))
      this.plot.setAttribute(name, String(value));
    const groups = lanes.map((lane, row) => ({ lane, y: yOf(row) }));
    this.rows.replaceChildren(
      ...groups.map(({ lane, y }) => svg("path", { class: "lane-row", "data-tone": lane.tone, d: `M${names} ${y} H${width}` })),
    );
    this.names.replaceChildren(
      ...groups.map(({ lane, y }) =>
        svg(
          "text",
          { class: "lane-name", "data-tone": lane.tone, "data-lane": lane.id, x: names - 14, y, "text-anchor": "end" },
          ...this.words(lane, size),
        ),
      ),
    );
    this.kept.clear();
    this.arrows.replaceChildren();
  }

  /**
   * @param {Lane} lane
   * @param {Size} size
   */
  words({ id, actor, node, part }, { isNarrow }) {
    if (actor) return [this.strings.pick(actor.label).replace(isNarrow ? /^kube-|-manager$/g : /^$/, "")];
    if (id === REST) return [this.strings.text("lanes-rest")];
    const name = shortName(node, isNarrow ? 5 : 11);
    if (!part) return [name];
    return [svg("tspan", { class: "lane-node" }, name), ` ${part === "pod" ? this.strings.text("lanes-pods") : part}`];
  }

  /**
   * @param {readonly Drawn[]} drawn  in the order of time
   * @param {{here: Hop | null, upto: number, size: Size, levels: readonly number[], moments: readonly Moment[]}} scene  upto: the hop that the picture has come to
   */
  draw(drawn, { here, upto, size, levels, moments }) {
    const height = size.font * 1.3;
    const isFocused = this.arrows.contains(document.activeElement);
    const gone = new Set(this.kept.keys());
    const known = drawn.find(({ hop }) => this.kept.has(hop.seq));
    const moved = known ? known.x1 - (this.kept.get(known.hop.seq)?.x ?? 0) : 0;
    this.arrows.setAttribute("transform", `translate(${moved} 0)`);
    /** @type {SVGElement | null} */
    let before = null;
    for (const arrow of drawn) {
      gone.delete(arrow.hop.seq);
      before = this.arrow(arrow, moved, before, size.font / 3);
      mark(before, "data-ahead", arrow.hop.seq > upto);
      mark(before, "data-here", arrow.hop.seq === here?.seq);
    }
    for (const seq of gone) {
      this.kept.get(seq)?.element.remove();
      this.kept.delete(seq);
    }
    if (isFocused && !this.arrows.contains(document.activeElement)) this.focus(here?.seq ?? 0);
    const width = (/** @type {string} */ text) => this.pen.width(text, size.font);
    const at = drawn.find(({ hop }) => hop.seq === here?.seq);
    const chip = at && this.chipOf(at, size, height);
    const right = size.width - size.names;
    const texts = placeTexts(drawn, { height, width, right, top: size.top, bottom: size.height, levels, taken: chip ?? null });
    const words = texts.filter(({ index }) => drawn[index] !== at).map((text) => this.text(text, drawn[text.index], height));
    this.texts.replaceChildren(...words, ...(at && chip ? [this.chip(at, chip, height)] : []));
    this.now.setAttribute("d", at ? `M${at.x1} ${size.top} V${size.height}` : "");
    this.moments.replaceChildren(
      ...moments.map(({ x, text, isJump }) =>
        svg(
          "g",
          { class: "lane-moment", "data-jump": isJump },
          svg("path", { d: `M${x} ${size.top - 6} V${isJump ? size.height : size.top + 4}` }),
          svg("text", { x: x + 6, y: size.top - 14 }, text),
        ),
      ),
    );
  }

  /**
   * The element of an arrow: the one that is there, when all of them have only moved.
   * @param {Drawn} arrow
   * @param {number} moved  how far the arrows that are there have moved
   * @param {SVGElement | null} before  the one before it
   * @param {number} r  half of a shape
   */
  arrow({ hop, x1, y1, x2, y2, gap }, moved, before, r) {
    const x = x1 - moved;
    const d = `${x.toFixed(1)} ${y1} ${(x2 - x1).toFixed(1)} ${y2}`;
    const kept = this.kept.get(hop.seq);
    if (kept?.d === d) return kept.element;
    kept?.element.remove();
    const element = hopElement(hop, [x, y1], [x2 - moved, y2], gap, r, this.strings.pick(hop.caption));
    this.kept.set(hop.seq, { d, x, element });
    if (before) before.after(element);
    else this.arrows.prepend(element);
    return element;
  }

  /** @param {number} seq  of an arrow; the whole when it is not there */
  focus(seq) {
    const arrow = this.kept.get(seq)?.element ?? this.root;
    if (arrow instanceof SVGElement) arrow.focus();
  }

  /**
   * @param {import("../core/lane_texts.js").Text} text
   * @param {Drawn | undefined} arrow
   * @param {number} height
   */
  text({ x, y, text }, arrow, height) {
    return svg("text", { class: "lane-text", "data-tone": arrow ? toneOf(arrow.hop) : "outside", x, y: y + height * 0.76 }, text);
  }

  /**
   * The words of the hop on the screen, wherever they are in the way of others.
   * @param {Drawn} arrow
   * @param {Size} size
   * @param {number} height
   */
  chipOf({ hop, x2, y1, y2 }, size, height) {
    const text = shorten(labelOf(hop), size.isNarrow ? 22 : 34);
    const w = this.pen.width(text, size.font) + 24;
    const x = Math.max(2, Math.min(x2 + 14, size.width - size.names - w - 2));
    const y = y1 === y2 ? Math.max(size.top, y1 - height - 18) : (y1 + y2) / 2 - height / 2 - 4;
    return { x, y, w, h: height + 8, text };
  }

  /**
   * @param {Drawn} arrow
   * @param {import("../types.js").Box & {text: string}} box
   * @param {number} height  of a line
   */
  chip({ hop }, { x, y, w, h, text }, height) {
    return svg(
      "g",
      { class: "lane-chip", "data-tone": toneOf(hop), "data-shape": shapeOf(hop) },
      svg("rect", { x, y, width: w, height: h, rx: 10 }),
      svg("text", { x: x + 12, y: y + 4 + height * 0.76 }, text),
    );
  }
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {boolean} isSo
 */
function mark(element, name, isSo) {
  if (element.hasAttribute(name) !== isSo) element.toggleAttribute(name, isSo);
}
