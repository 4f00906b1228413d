// @ts-check
// Draws what never moves: the frames, the actors with their parts and their numbers, the edges between them.

import { dnsIn } from "../core/dns.js";
import { pathOf } from "../core/geometry.js";
import { svg, write } from "../page/dom.js";

/** @typedef {import("../types.js").Actor} Actor */
/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{frames: SVGElement, edges: SVGElement, actors: SVGElement, places: Map<string, Box>, elements: Map<string, SVGElement>}} Drawn */

const PART_GAP = 10;
const PART_INSET = 13;

/**
 * @param {Diagram} diagram
 * @param {Strings} strings
 * @param {string} nodeName  the control plane's own node
 * @returns {Drawn}
 */
export function drawActors(diagram, strings, nodeName) {
  /** @type {Drawn} */
  const drawn = { frames: svg("g"), edges: svg("g"), actors: svg("g"), places: new Map(), elements: new Map() };
  for (const frame of diagram.frames) {
    drawn.places.set(frame.id, frame);
    const element = svg(
      "g",
      { class: "frame", "data-actor": frame.id },
      svg("rect", { class: "frame-box", x: frame.x, y: frame.y, width: frame.w, height: frame.h, rx: 22 }),
      svg(
        "text",
        { class: "frame-label", x: frame.x + 26, y: frame.y + 46 },
        strings.pick(frame.label),
        svg("tspan", { class: "frame-note", dx: 18 }, nodeName),
      ),
    );
    drawn.elements.set(frame.id, element);
    drawn.frames.append(element);
  }
  for (const edge of diagram.edges) drawn.edges.append(svg("path", { class: "edge", d: pathOf(edge.points) }));
  diagram.actors.forEach((actor, index) => drawn.actors.append(drawActor(actor, index + 1, strings, drawn)));
  return drawn;
}

/**
 * @param {Actor} actor
 * @param {number} digit
 * @param {Strings} strings
 * @param {Drawn} drawn
 */
function drawActor(actor, digit, strings, drawn) {
  const label = strings.pick(actor.label);
  const element = svg("g", {
    class: "actor",
    "data-actor": actor.id,
    "data-tone": actor.tone,
    "data-shape": actor.shape,
    role: "button",
    tabindex: 0,
    "aria-label": label,
    "aria-keyshortcuts": digit,
  });
  const centreX = actor.x + actor.w / 2;
  element.append(...(actor.shape === "cylinder" ? cylinder(actor) : [boxOf(actor)]));
  if (actor.shape === "cylinder") {
    element.append(
      svg("text", { class: "actor-label", x: centreX, y: actor.y + 84, "text-anchor": "middle" }, label),
      svg("text", { class: "actor-note", x: centreX, y: actor.y + 120, "text-anchor": "middle", "data-slot": "revision" }),
    );
  } else if (actor.shape === "hub") {
    element.append(svg("text", { class: "actor-label", x: centreX, y: actor.y + 50, "text-anchor": "middle" }, label));
  } else if (actor.parts) {
    element.append(svg("text", { class: "actor-label", x: actor.x + PART_INSET, y: actor.y + 46 }, label));
  } else {
    element.append(
      svg("text", { class: "actor-label", x: centreX, y: actor.y + actor.h / 2 - 8, "text-anchor": "middle" }, label),
      svg(
        "text",
        { class: "actor-note", x: centreX, y: actor.y + actor.h / 2 + 30, "text-anchor": "middle" },
        svg("tspan", {}, strings.pick(actor.note)),
        svg("tspan", { dx: 8, "data-slot": actor.id }),
      ),
    );
  }
  for (const [index, part] of (actor.parts ?? []).entries()) {
    const box = partBox(actor, index);
    const piece = svg(
      "g",
      { class: "part", "data-part": part.id },
      svg("rect", { class: "part-box", x: box.x, y: box.y, width: box.w, height: box.h, rx: 10 }),
      svg(
        "text",
        { class: "part-label", x: box.x + box.w / 2, y: box.y + box.h / 2 + 9, "text-anchor": "middle" },
        strings.pick(part.label),
        part.count ? svg("tspan", { class: "part-count", dx: 8, "data-count": part.count }, "0") : null,
      ),
    );
    drawn.places.set(part.id, box);
    drawn.elements.set(part.id, piece);
    element.append(piece);
  }
  drawn.places.set(actor.id, actor);
  drawn.elements.set(actor.id, element);
  return element;
}

/** @param {Actor} actor */
function boxOf(actor) {
  return svg("rect", { class: "actor-box", x: actor.x, y: actor.y, width: actor.w, height: actor.h, rx: 18 });
}

/** @param {Actor} actor */
function cylinder({ x, y, w, h }) {
  const [rx, ry] = [w / 2, 22];
  return [
    svg("path", { class: "actor-box", d: `M${x} ${y + ry} v${h - 2 * ry} a${rx} ${ry} 0 0 0 ${w} 0 v${2 * ry - h}` }),
    svg("ellipse", { class: "actor-lid", cx: x + rx, cy: y + ry, rx, ry }),
  ];
}

/**
 * @param {Actor} actor
 * @param {number} index
 * @returns {Box}
 */
function partBox(actor, index) {
  const columns = actor.columns ?? 1;
  const rows = Math.ceil((actor.parts?.length ?? 1) / columns);
  const top = actor.y + 66;
  const w = (actor.w - 2 * PART_INSET - (columns - 1) * PART_GAP) / columns;
  const h = (actor.y + actor.h - 18 - top - (rows - 1) * PART_GAP) / rows;
  return {
    x: actor.x + PART_INSET + (index % columns) * (w + PART_GAP),
    y: top + Math.floor(index / columns) * (h + PART_GAP),
    w,
    h,
  };
}

/**
 * Write the numbers that stand in actors.
 * @param {Element} root
 * @param {import("../types.js").Scene} scene
 * @param {number} unscheduled  pods that wait for a node
 */
export function tellActors(root, scene, unscheduled) {
  const dns = dnsIn(scene);
  const texts = {
    '[data-slot="revision"]': `rev ${scene.revision}`,
    '[data-slot="coredns"]': dns ? `${dns.answering}/${dns.wanted}` : "",
    '[data-count="unscheduled"]': String(unscheduled),
  };
  for (const [selector, text] of Object.entries(texts)) {
    const element = root.querySelector(selector);
    if (element) write(element, text);
  }
}
