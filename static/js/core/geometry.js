// @ts-check
// Ways along the diagram's edges. Pure.

/** @typedef {import("../types.js").Point} Point */
/** @typedef {import("../types.js").Box} Box */

/**
 * @param {readonly Point[]} points
 * @returns {number}
 */
export function lengthOf(points) {
  let length = 0;
  for (let index = 1; index < points.length; index += 1) length += distance(at(points, index - 1), at(points, index));
  return length;
}

/**
 * The point at `share` (0 to 1) of the way.
 * @param {readonly Point[]} points
 * @param {number} share
 * @returns {Point}
 */
export function pointAt(points, share) {
  let left = lengthOf(points) * Math.min(1, Math.max(0, share));
  for (let index = 1; index < points.length; index += 1) {
    const from = at(points, index - 1);
    const to = at(points, index);
    const part = distance(from, to);
    if (left <= part && part > 0) {
      const ratio = left / part;
      return [from[0] + (to[0] - from[0]) * ratio, from[1] + (to[1] - from[1]) * ratio];
    }
    left -= part;
  }
  return at(points, points.length - 1);
}

/**
 * @param {readonly Point[]} points
 * @returns {string} the `d` of an SVG path
 */
export function pathOf(points) {
  return points.map(([x, y], index) => `${index ? "L" : "M"}${x} ${y}`).join(" ");
}

/**
 * Slow at both ends, quick between.
 * @param {number} share
 */
export function ease(share) {
  return share < 0.5 ? 2 * share * share : 1 - (-2 * share + 2) ** 2 / 2;
}

/**
 * @param {Box} box
 * @returns {Point}
 */
export function centre(box) {
  return [box.x + box.w / 2, box.y + box.h / 2];
}

/**
 * @param {readonly Point[]} points
 * @param {number} index
 * @returns {Point}
 */
function at(points, index) {
  return points[index] ?? [0, 0];
}

/**
 * @param {Point} a
 * @param {Point} b
 */
function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/**
 * Where a straight way from the middle of a box leaves it, so that it crosses no word in it.
 * @param {Box} box
 * @param {Point} towards
 * @returns {Point}
 */
export function borderOf(box, [x, y]) {
  const [middleX, middleY] = centre(box);
  const [right, down] = [x - middleX, y - middleY];
  const share = Math.min(1, box.w / 2 / Math.abs(right), box.h / 2 / Math.abs(down));
  return [middleX + share * right, middleY + share * down];
}
