// @ts-check
// Badges on what is broken: a shape and a word at the corner of its box, the box dashed.

import { badgesOf } from "../core/fault_badges.js";
import { downIn, drainsIn, faultsIn } from "../core/faults.js";
import { actorOf, labelIn, rootOf } from "../core/routes.js";
import { svg } from "../page/dom.js";

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
/** The corner of a frame has badges of what stands there. */
const INSET = 450;

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
    const wanted = found.flatMap(({ fault, id, box }) => {
      const part = partOf(diagram, fault, id, strings);
      const words = wordsOf(fault, strings);
      const badge = { look: lookOf(fault), text: part ? `${part}: ${words}` : words, box, inset: id === diagram.nodes.frame ? INSET : 0 };
      const whole = part ? (places.get(rootOf(id)) ?? box) : box;
      return whole === box ? [badge] : [badge, { ...badge, box: whole }];
    });
    this.layer.replaceChildren(...badgesOf(wanted).map(badgeElement));
  }
}

/**
 * What a part is called whose words stand on a larger box; nothing of a pod, and of what stands on a box of its own.
 * @param {Diagram} diagram
 * @param {import("../types.js").Card} fault
 * @param {string} id  of the box
 * @param {Strings} strings
 */
function partOf(diagram, { name, fault }, id, strings) {
  const [first, , part = ""] = name.split("/");
  if (fault === "short") return strings.text(`resource-${part}`);
  if (first === "node") return part === "pod" ? "" : part;
  return id === rootOf(id) ? "" : strings.pick(labelIn(diagram, id));
}

/** @param {import("../types.js").Card} fault */
function lookOf(fault) {
  if (fault.kind === "Drain") return "drain";
  return fault.kind === "Down" ? "down" : (fault.fault ?? "");
}

/**
 * What is wrong.
 * @param {import("../types.js").Card} fault
 * @param {Strings} strings
 */
function wordsOf(fault, strings) {
  if (fault.kind === "Drain") {
    const left = fault.left ?? [];
    return strings.text(left.some(({ why }) => why) ? "drain-held" : "drain-goes-on", { left: left.length });
  }
  return strings.text(`is-${lookOf(fault)}`);
}

/** @param {import("../core/fault_badges.js").Badge} badge */
function badgeElement({ look, text, x, y, w, h, worded }) {
  const mark = `translate(${x + h / 2} ${y + h / 2}) scale(${h / 30})`;
  return svg(
    "g",
    { class: "fault-badge", "data-look": look },
    svg("title", {}, text),
    svg("rect", { class: "fault-badge-box", x, y, width: w, height: h, rx: h / 2 }),
    svg("path", { class: "fault-badge-mark", d: MARKS[look] ?? "", transform: mark }),
    worded ? svg("text", { class: "fault-badge-text", x: x + 36, y: y + 27 }, text) : null,
  );
}
