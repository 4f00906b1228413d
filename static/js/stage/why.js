// @ts-check
// A chain of hops on the picture all at once: a line each, numbered in order. Hops that take the same way share a line.

import { pathOf } from "../core/geometry.js";
import { toneOf } from "../core/hops.js";
import { HEIGHT, marksOf } from "../core/why_marks.js";
import { svg } from "../page/dom.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Point} Point */
/** @typedef {import("../core/why_marks.js").Way} Way */

/**
 * @param {readonly {hop: Hop, points: Point[]}[]} steps
 * @param {readonly Box[]} words  of the picture, on which no number should stand
 * @returns {SVGElement[]}
 */
export function drawChain(steps, words) {
  /** @type {Map<string, Way>} */
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
  return [...lines, ...marksOf(all, words).map(markElement)];
}

/**
 * Where the words stand that are not faded; a letter is about half as high as its line.
 * @param {Element} root  the picture
 * @returns {Box[]}
 */
export function wordsIn(root) {
  const texts = /** @type {NodeListOf<SVGTextElement>} */ (root.querySelectorAll("[data-focus] text"));
  return [...texts].map((text) => {
    const { x, y, width, height } = text.getBBox();
    return { x, y: y + height / 4, w: width, h: height / 2 };
  });
}

/** @param {import("../core/why_marks.js").Mark} mark */
function markElement({ text, tone, at: [x, y], w }) {
  const body = [
    svg("rect", { x: -w / 2, y: -HEIGHT / 2, width: w, height: HEIGHT, rx: HEIGHT / 2 }),
    svg("text", { y: 9 }, text),
  ];
  return svg("g", { class: "why-mark", "data-tone": tone, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` }, ...body);
}
