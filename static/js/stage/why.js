// @ts-check
// A chain of hops on the picture all at once: a line each, numbered in order. Hops that take the same way share a line and a mark.

import { lengthOf, pathOf, pointAt } from "../core/geometry.js";
import { toneOf } from "../core/hops.js";
import { svg } from "../page/dom.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Point} Point */

/** How far apart marks on one line stand, in the diagram's units. */
const APART = 46;

/**
 * @param {readonly {hop: Hop, points: Point[]}[]} steps
 * @returns {SVGElement[]}
 */
export function drawChain(steps) {
  /** @type {Map<string, {points: Point[], tone: string, numbers: number[]}>} */
  const ways = new Map();
  steps.forEach(({ hop, points }, index) => {
    if (points.length < 2) return;
    const name = [points[0], points.at(-1)].map(String).sort().join(" ");
    const way = ways.get(name) ?? { points, tone: toneOf(hop), numbers: [] };
    way.numbers.push(index + 1);
    ways.set(name, way);
  });
  const all = [...ways.values()];
  const lines = all.map(({ points, tone }) => svg("path", { class: "why-path", d: pathOf(points), "data-tone": tone }));
  const marks = all.flatMap(({ points, tone, numbers }) => {
    const rightward = (points[0]?.[0] ?? 0) <= (points.at(-1)?.[0] ?? 0) ? points : points.toReversed();
    const share = Math.min(APART / lengthOf(points), 1 / numbers.length);
    return numbers.map((number, index) => mark(number, pointAt(rightward, 0.5 + (index - (numbers.length - 1) / 2) * share), tone));
  });
  return [...lines, ...marks];
}

/**
 * @param {number} number
 * @param {Point} at
 * @param {string} tone
 */
function mark(number, [x, y], tone) {
  const body = [svg("circle", { r: 20 }), svg("text", { y: 9 }, String(number))];
  return svg("g", { class: "why-mark", "data-tone": tone, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, ...body);
}
