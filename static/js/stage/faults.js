// @ts-check
// Badges on what is broken: a shape and a word at the corner of its box, the box dashed.

import { downIn, drainsIn, faultsIn } from "../core/faults.js";
import { actorOf } from "../core/routes.js";
import { svg } from "../page/dom.js";
import { stateOf } from "../panels/faults.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../core/strings.js").Strings} Strings */

/** A square, an arrow to the right and one down, a cross, an hourglass, a cup, a flash, two bars, a triangle: told apart without colour. Around the middle of the mark. */
const MARKS = /** @type {Record<string, string>} */ ({
  stopped: "M-7 -7 H7 V7 H-7 Z",
  drain: "M-9 -3 H0 V-8 L9 0 L0 8 V3 H-9 Z",
  down: "M-3 -9 H3 V0 H8 L0 9 L-8 0 H-3 Z",
  "cut-off": "M-8 -5 L-5 -8 L0 -3 L5 -8 L8 -5 L3 0 L8 5 L5 8 L0 3 L-5 8 L-8 5 L-3 0 Z",
  slow: "M-7 -8 H7 L1.5 0 L7 8 H-7 L-1.5 0 Z",
  short: "M-8 -8 H-5 V4 H5 V-8 H8 V8 H-8 Z",
  "crash-loop": "M3 -9 L-6 2 H-1 L-3 9 L6 -2 H1 Z",
  hung: "M-7 -8 H-2 V8 H-7 Z M2 -8 H7 V8 H2 Z",
  "out-of-memory": "M0 -9 L9 7 H-9 Z",
});
const HEIGHT = 30;
/** About how wide a letter is, Latin and Korean. */
const LETTER = { en: 10.4, ko: 17 };
/** A box lower than this, or hardly wider than the words, has room for the mark alone. */
const LOW = 60;
/** A box lower than this has its mark inside, where it hides nothing else; of a cell of the field it is larger than the cell. */
const TINY = 38;
const LEAST = 16;

export class FaultView {
  constructor() {
    this.layer = svg("g", { class: "fault-badges" });
    /** @type {{fault: import("../types.js").Card, id: string, box: Box, element: Element | undefined}[]} */
    this.shown = [];
  }

  /**
   * @param {Scene} scene
   * @param {Diagram} diagram
   * @param {ReadonlyMap<string, Box>} places
   * @param {ReadonlyMap<string, SVGElement>} elements
   * @param {Strings} strings
   * @param {string} machine  the node that the control plane runs on
   */
  draw(scene, diagram, places, elements, strings, machine) {
    const found = [...faultsIn(scene), ...downIn(scene, machine), ...drainsIn(scene)].flatMap((fault) => {
      const id = actorOf(diagram, fault.kind === "Drain" ? `node/${fault.name}` : fault.name, places);
      const box = places.get(id);
      return box ? [{ fault, id, box, element: elements.get(id) }] : [];
    });
    const same = (/** @type {typeof found[number]} */ each, /** @type {number} */ index) => {
      const before = this.shown[index];
      return before?.fault === each.fault && before.box === each.box && before.element === each.element;
    };
    if (found.length === this.shown.length && found.every(same)) return;
    for (const { element } of this.shown) element?.removeAttribute("data-fault");
    for (const { fault, element } of found) element?.setAttribute("data-fault", lookOf(fault));
    this.shown = found;
    this.layer.replaceChildren(
      ...found.map(({ fault, box }) => badge(lookOf(fault), wordsOf(fault, strings), box, LETTER[strings.language])),
    );
  }
}

/** @param {import("../types.js").Card} fault */
function lookOf(fault) {
  if (fault.kind === "Drain") return "drain";
  return fault.kind === "Down" ? "down" : (fault.fault ?? "");
}

/**
 * What is wrong; of a node's resource, which one.
 * @param {import("../types.js").Card} fault
 * @param {Strings} strings
 */
function wordsOf(fault, strings) {
  if (fault.kind === "Drain") {
    const left = fault.left ?? [];
    return strings.text(left.some(({ why }) => why) ? "drain-held" : "drain-goes-on", { left: left.length });
  }
  if (fault.kind === "Down") return strings.text("is-down");
  const state = stateOf(fault, strings);
  return fault.fault === "short" ? `${strings.text(`resource-${fault.name.split("/")[2]}`)}: ${state}` : state;
}

/**
 * @param {string} fault
 * @param {string} text
 * @param {Box} box
 * @param {number} letter  its width
 */
function badge(fault, text, box, letter) {
  const wide = text.length * letter + 42;
  const isTiny = box.h < TINY;
  const isLow = box.h < LOW || wide > box.w * 0.7;
  const height = isTiny ? Math.max(LEAST, Math.min(HEIGHT, box.h)) : HEIGHT;
  const w = isLow ? height : wide;
  const left = isLow ? box.x + box.w - height / 2 - 2 : Math.max(0, box.x + box.w - w + 8);
  const x = isTiny ? Math.max(box.x + box.w - w, box.x + (box.w - w) / 2) : left;
  const y = isTiny ? box.y + (box.h - height) / 2 : box.y - HEIGHT + 12;
  const mark = `translate(${x + height / 2} ${y + height / 2}) scale(${height / HEIGHT})`;
  return svg(
    "g",
    { class: "fault-badge", "data-look": fault },
    svg("title", {}, text),
    svg("rect", { class: "fault-badge-box", x, y, width: w, height, rx: height / 2 }),
    svg("path", { class: "fault-badge-mark", d: MARKS[fault] ?? "", transform: mark }),
    isLow ? null : svg("text", { class: "fault-badge-text", x: x + 30, y: y + 22 }, text),
  );
}
