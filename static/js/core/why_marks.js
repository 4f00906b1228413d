// @ts-check
// Where the numbers of a chain's steps stand on the picture. Pure: numbers along ways in, marks that touch no other out, and words only
// where there is no other place.

import { lengthOf, pointAt } from "./geometry.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Point} Point */
/** @typedef {{points: Point[], tone: string, numbers: number[]}} Way  `numbers`: the steps that take it, ascending */
/** @typedef {{numbers: number[], text: string, tone: string, at: Point, w: number}} Mark  `at`: its middle */

/** How high a mark is, and what is free between two: the diagram's units. */
export const HEIGHT = 36;
const AIR = 6;
/** The tone of a mark that stands for ways of several: nobody's. */
const MIXED = "outside";

/** How wide letters of a mark are: the digits and the dash, and what stands between runs. */
const WIDE = 15;
const SLIM = 7;

/** Where on its way a mark may stand, the best first. */
const SHARES = [0.5, 0.6, 0.4, 0.7, 0.3, 0.8, 0.2];

/**
 * A mark for each run of steps where its way has room for that, else one for all of them; what has no room at all joins the mark that
 * stands there.
 * @param {readonly Way[]} ways
 * @param {readonly Box[]} words  what had better be left readable
 * @returns {Mark[]}
 */
export function marksOf(ways, words) {
  /** @type {Mark[]} */
  const placed = [];
  for (const { points, tone, numbers } of ways) {
    const rightward = (points[0]?.[0] ?? 0) <= (points.at(-1)?.[0] ?? 0) ? points : points.toReversed();
    const apart = spread(rightward, runsOf(numbers), tone);
    const together = SHARES.map((share) => [mark(numbers, pointAt(rightward, share), tone)]);
    const places = [apart, ...together].filter((marks) => areFree(marks, placed));
    const free = places.find((marks) => !marks.some((each) => words.some((box) => covers(each, box)))) ?? places[0];
    if (free) placed.push(...free);
    else join(placed, mark(numbers, pointAt(rightward, 0.5), tone));
  }
  return placed;
}

/**
 * Steps in a row as one: `1, 11–14`.
 * @param {readonly number[]} numbers  ascending
 */
export function textOf(numbers) {
  return runsOf(numbers)
    .map((run) => (run.length > 1 ? `${run[0]}–${run.at(-1)}` : `${run[0]}`))
    .join(", ");
}

/** @param {readonly number[]} numbers  ascending */
function runsOf(numbers) {
  /** @type {number[][]} */
  const runs = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.at(-1) === number - 1) run.push(number);
    else runs.push([number]);
  }
  return runs;
}

/**
 * Marks one behind the other around the middle of a way.
 * @param {Point[]} points
 * @param {readonly number[][]} runs
 * @param {string} tone
 */
function spread(points, runs, tone) {
  const widest = Math.max(...runs.map((run) => widthOf(textOf(run))));
  const step = Math.min((widest + AIR) / lengthOf(points), 1 / runs.length);
  return runs.map((run, index) => mark(run, pointAt(points, 0.5 + (index - (runs.length - 1) / 2) * step), tone));
}

/**
 * @param {number[]} numbers
 * @param {Point} at
 * @param {string} tone
 * @returns {Mark}
 */
function mark(numbers, at, tone) {
  const text = textOf(numbers);
  return { numbers, text, tone, at, w: widthOf(text) };
}

/** @param {string} text */
function widthOf(text) {
  const letters = [...text].reduce((sum, letter) => sum + (/[\d–]/.test(letter) ? WIDE : SLIM), 0);
  return Math.max(HEIGHT, letters + HEIGHT / 2);
}

/**
 * @param {readonly Mark[]} marks
 * @param {readonly Mark[]} placed
 */
function areFree(marks, placed) {
  return marks.every((each, index) => ![...placed, ...marks.slice(0, index)].some((other) => touches(each, other)));
}

/**
 * The nearest mark tells of these steps too, in a colour that is none of them where they have different ones.
 * @param {Mark[]} placed
 * @param {Mark} crowded
 */
function join(placed, crowded) {
  const far = (/** @type {Mark} */ { at: [x, y] }) => Math.hypot(x - crowded.at[0], y - crowded.at[1]);
  const nearest = placed.reduce((best, each) => (far(each) < far(best) ? each : best));
  const numbers = [...nearest.numbers, ...crowded.numbers].sort((a, b) => a - b);
  placed[placed.indexOf(nearest)] = mark(numbers, nearest.at, nearest.tone === crowded.tone ? nearest.tone : MIXED);
}

/**
 * @param {Mark} a
 * @param {Mark} b
 */
export function touches(a, b) {
  return Math.abs(a.at[0] - b.at[0]) < (a.w + b.w) / 2 + AIR - 0.01 && Math.abs(a.at[1] - b.at[1]) < HEIGHT + AIR - 0.01;
}

/**
 * @param {Mark} mark
 * @param {Box} box
 */
function covers({ at: [x, y], w }, box) {
  return x - w / 2 < box.x + box.w && box.x < x + w / 2 && y - HEIGHT / 2 < box.y + box.h && box.y < y + HEIGHT / 2;
}
