// @ts-check
// One hop between its lanes: where its arrow runs, and what it looks like. Colours and shapes are those of the stage.

import { pathOf } from "../core/geometry.js";
import { isInside, isReply, labelOf, shapeOf, toneOf } from "../core/hops.js";
import { svg } from "../page/dom.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/lane_texts.js").Arrow & {hop: Hop, gap: number}} Drawn */

/** How far an arrow leans: a message takes time. A share of the room of a hop. */
const LEAN = 0.45;
const MOST_LEAN = 44;

/** An arrow that is nearer to the next one is drawn without its head. */
const BARE = 9;

/**
 * Where an arrow runs.
 * @param {Hop} hop
 * @param {string} reply  the word for an answer
 * @param {number} x
 * @param {number} gap
 * @param {number} y1
 * @param {number} y2
 * @returns {Drawn}
 */
export function arrowOf(hop, reply, x, gap, y1, y2) {
  const lean = y1 === y2 ? 0 : Math.min(MOST_LEAN, gap * LEAN);
  const words = isInside(hop) ? [hop.target.slice(hop.target.lastIndexOf("/") + 1)] : [labelOf(hop), isReply(hop) ? reply : hop.verb];
  return { hop, gap, x1: x, y1, x2: x + lean, y2, texts: words };
}

/**
 * @param {Hop} hop
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @param {number} gap
 * @param {number} r  half of a shape
 * @param {string} caption
 */
export function hopElement(hop, from, to, gap, r, caption) {
  const isPoint = from[1] === to[1];
  const line = pathOf([from, to]);
  const words = `${hop.seq}. ${caption}`;
  const look = { "data-tone": toneOf(hop), "data-shape": shapeOf(hop), "data-reply": isReply(hop) };
  return svg(
    "g",
    { class: "lane-hop", "data-seq": hop.seq, ...look, role: "button", tabindex: -1, "aria-label": words },
    svg("title", {}, words),
    svg("path", { class: "lane-hit", d: isPoint ? `M${from[0]} ${from[1]} h0.1` : line }),
    isPoint ? null : svg("path", { class: "lane-line", d: line }),
    isPoint || gap < BARE ? null : svg("path", { class: "lane-head", d: headOf(from, to) }),
    svg("path", { class: "lane-glyph", d: glyphOf(shapeOf(hop), from, Math.min(r, Math.max(3, gap * 0.3))) }),
  );
}

/**
 * @param {[number, number]} from
 * @param {[number, number]} to
 */
function headOf([x1, y1], [x2, y2]) {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [(x2 - x1) / length, (y2 - y1) / length];
  const [bx, by] = [x2 - dx * 13, y2 - dy * 13];
  return `M${x2} ${y2} L${bx - dy * 6} ${by + dx * 6} L${bx + dy * 6} ${by - dx * 6} Z`;
}

/**
 * @param {ReturnType<typeof shapeOf>} shape
 * @param {[number, number]} at
 * @param {number} r
 */
function glyphOf(shape, [x, y], r) {
  if (shape === "cross") return `M${x - r} ${y - r} l${2 * r} ${2 * r} M${x + r} ${y - r} l${-2 * r} ${2 * r}`;
  if (shape === "diamond") return `M${x} ${y - 1.2 * r} l${1.2 * r} ${1.2 * r} l${-1.2 * r} ${1.2 * r} l${-1.2 * r} ${-1.2 * r} Z`;
  if (shape === "circle") return `M${x - r} ${y} a${r} ${r} 0 1 0 ${2 * r} 0 a${r} ${r} 0 1 0 ${-2 * r} 0`;
  return `M${x - r} ${y - r} h${2 * r} v${2 * r} h${-2 * r} Z`;
}
