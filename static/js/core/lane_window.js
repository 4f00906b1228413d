// @ts-check
// Which part of the log the lanes show: zoom and pan. Every hop takes the same room, as on the event clock. Pure.

import { markAt } from "./timeline.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {{anchor: number, x: number, gap: number}} Window  the hop `anchor` stands at `x`, the next one `gap` further: units of the drawing */
/** @typedef {{first: number, count: number, left: number, gap: number}} Part  marks that are drawn: an index, how many, where the first stands */

/** The room of a hop: at most, at least, and at first as a multiple of the size of the words. */
export const NEAREST = 320;
export const FARTHEST = 4;
export const USUAL = 4;

/** A hop that is followed is let go so far; then the window is turned like a page. Shares of the width. */
const HOLD = { from: 0.04, upto: 0.86 };
const PAGE = { on: 0.2, back: 0.72 };

/**
 * How many marks have to be known on both sides of the anchor.
 * @param {Window} window
 * @param {number} width
 */
export function needOf({ x, gap }, width) {
  return { before: Math.max(0, Math.ceil(x / gap) + 1), after: Math.max(0, Math.ceil((width - x) / gap) + 1) };
}

/**
 * @param {readonly Hop[]} marks
 * @param {Window} window
 * @param {number} width
 * @returns {Part}
 */
export function partOf(marks, { anchor, x, gap }, width) {
  const at = Math.max(0, markAt(marks, anchor));
  const first = Math.max(0, at - Math.ceil(x / gap) - 1);
  const last = Math.min(marks.length - 1, at + Math.ceil((width - x) / gap) + 1);
  return { first, count: Math.max(0, last - first + 1), left: x + (first - at) * gap, gap };
}

/**
 * The same part of the log, said by the mark nearest to a place: what lies around it is kept when the log grows or is read on. Nothing
 * leaves the middle of the window altogether.
 * @param {readonly Hop[]} marks
 * @param {Window} window
 * @param {number} place
 * @param {number} width
 * @returns {Window}
 */
export function heldAt(marks, window, place, width) {
  const at = Math.max(0, markAt(marks, window.anchor));
  const wanted = at + Math.round((place - window.x) / window.gap);
  const index = Math.min(Math.max(wanted, 0), marks.length - 1);
  const mark = marks[index];
  if (!mark) return window;
  const x = window.x + (index - at) * window.gap;
  const least = index === marks.length - 1 ? width / 2 : -Infinity;
  const most = index === 0 ? width / 2 : Infinity;
  return { anchor: mark.seq, x: Math.min(Math.max(x, least), most), gap: window.gap };
}

/**
 * @param {readonly Hop[]} marks
 * @param {Window} window
 * @param {number} by  units of the drawing, to the right
 * @param {number} width
 * @returns {Window}
 */
export function panned(marks, window, by, width) {
  return heldAt(marks, { ...window, x: window.x + by }, width / 2, width);
}

/**
 * @param {readonly Hop[]} marks
 * @param {Window} window
 * @param {number} factor
 * @param {number} place  what stays where it is
 * @param {number} width
 * @returns {Window}
 */
export function zoomed(marks, window, factor, place, width) {
  const gap = Math.min(NEAREST, Math.max(FARTHEST, window.gap * factor));
  const held = heldAt(marks, window, place, width);
  return heldAt(marks, { anchor: held.anchor, x: place + ((held.x - place) * gap) / window.gap, gap }, place, width);
}

/**
 * The window that shows hop `seq`: the same one while it is well within it, otherwise the next page.
 * @param {readonly Hop[]} marks
 * @param {Window} window
 * @param {number} seq
 * @param {number} width
 * @param {boolean} isWhole  nothing comes before the first mark: it stands at the left; otherwise there is room for what is still to be read
 * @returns {Window}
 */
export function following(marks, window, seq, width, isWhole = true) {
  const at = markAt(marks, window.anchor);
  const index = markAt(marks, seq);
  const x = window.x + (index - at) * window.gap;
  if (at >= 0 && index >= 0 && x >= width * HOLD.from && x <= width * HOLD.upto) return window;
  const isNext = at >= 0 && index > at && x < 2 * width;
  const room = isWhole ? Math.max(1, index + 1) * window.gap : Infinity;
  return { anchor: seq, x: Math.min(room, width * (isNext ? PAGE.on : PAGE.back)), gap: window.gap };
}
