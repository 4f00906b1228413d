// @ts-check
// The part of a diagram that is looked at. Pure: boxes in the diagram's units, of the diagram's shape.

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Point} Point */

/** So many times as large as in the whole: a pod that is a dot there can be read. */
const MOST = 4;

/** @param {{width: number, height: number}} diagram @returns {Box} */
export function wholeOf({ width, height }) {
  return { x: 0, y: 0, w: width, h: height };
}

/**
 * Nearer or farther, with one point staying where it is.
 * @param {Box} view
 * @param {{width: number, height: number}} diagram
 * @param {number} factor  beyond 1: nearer
 * @param {Point} point
 * @returns {Box}
 */
export function zoomed(view, diagram, factor, [x, y]) {
  const w = Math.min(diagram.width, Math.max(diagram.width / MOST, view.w / factor));
  const share = w / view.w;
  return within({ x: x - (x - view.x) * share, y: y - (y - view.y) * share, w, h: view.h * share }, diagram);
}

/**
 * @param {Box} view
 * @param {{width: number, height: number}} diagram
 * @param {Point} by
 * @returns {Box}
 */
export function moved(view, diagram, [right, down]) {
  return within({ ...view, x: view.x + right, y: view.y + down }, diagram);
}

/**
 * The view with a point in it, moved no farther than is needed to have it in the middle half.
 * @param {Box} view
 * @param {{width: number, height: number}} diagram
 * @param {Point} point
 * @returns {Box}
 */
export function showing(view, diagram, [x, y]) {
  const near = (/** @type {number} */ at, /** @type {number} */ from, /** @type {number} */ size) =>
    Math.min(0, at - from - size / 4) + Math.max(0, at - from - (3 * size) / 4);
  return moved(view, diagram, [near(x, view.x, view.w), near(y, view.y, view.h)]);
}

/**
 * Nothing of it beyond the diagram.
 * @param {Box} view
 * @param {{width: number, height: number}} diagram
 */
function within(view, { width, height }) {
  return { ...view, x: Math.min(Math.max(0, view.x), width - view.w), y: Math.min(Math.max(0, view.y), height - view.h) };
}
