// @ts-check
// Where badges stand on what is broken. Pure: boxes in the diagram's units in, badges that hide no other badge of the same box out.

/** @typedef {import("../types.js").Box} Box */
/** @typedef {{look: string, text: string, box: Box, inset?: number}} Wanted  `inset`: what stays free at the right */
/** @typedef {{look: string, text: string, x: number, y: number, w: number, h: number, worded: boolean}} Badge */

/** How high a badge is, and what is free between two. */
export const HEIGHT = 30;
const GAP = 6;
/** What stands before the words and behind them. */
const FRAME = 48;
/** A box lower than this, or hardly wider than the words, has room for the mark alone. */
const LOW = 60;
/** A box lower than this has its mark inside, where it hides nothing else; of a cell of the field it is larger than the cell. */
const TINY = 38;
const LEAST = 16;

/**
 * Badges at the upper right corner of their boxes, those of one box from right to left.
 * @param {readonly Wanted[]} wanted
 * @param {number} letter  how wide one is
 * @returns {Badge[]}
 */
export function badgesOf(wanted, letter) {
  /** @type {Map<Box, number>} */
  const taken = new Map();
  return wanted.map(({ look, text, box, inset = 0 }) => {
    const used = taken.get(box) ?? inset;
    const wide = text.length * letter + FRAME;
    const isTiny = box.h < TINY;
    const worded = box.h >= LOW && wide <= box.w * 0.7 && used + wide <= box.w + 8;
    const h = isTiny ? Math.max(LEAST, Math.min(HEIGHT, box.h)) : HEIGHT;
    const w = worded ? wide : h;
    taken.set(box, used + w + GAP);
    const right = box.x + box.w + (worded ? 8 : h / 2 - 2) - used;
    const x = isTiny ? Math.max(box.x + box.w - w, box.x + (box.w - w) / 2) : Math.max(0, right - w);
    const y = isTiny ? box.y + (box.h - h) / 2 : Math.max(0, box.y - HEIGHT + 12);
    return { look, text, x, y, w, h, worded };
  });
}
