// @ts-check
// Where badges stand on what is broken. Pure: boxes in the diagram's units in, badges that hide no other badge of the same box out.

/** @typedef {import("../types.js").Box} Box */
/** @typedef {{look: string, text: string, box: Box, inset?: number}} Wanted  `inset`: what stays free at the right */
/** @typedef {{look: string, text: string, x: number, y: number, w: number, h: number, worded: boolean}} Badge */

/** How high a badge is, and at least; what is free between two. */
const HEIGHT = 36;
const LEAST = 16;
const GAP = 6;
/** What stands before the words and behind them. */
const FRAME = 58;
/** About how wide a letter is, Korean and any other. */
const WIDE = 21;
const SLIM = 13;
/** A box lower than this has room for the mark alone. */
const LOW = 60;

/**
 * Badges at the upper right corner of their boxes, those of one box from right to left: with words as long as there is room for those and
 * for the marks of the others. In a box lower than a badge it hides nothing else; of a cell of the field it is larger than the cell.
 * @param {readonly Wanted[]} wanted
 * @returns {Badge[]}
 */
export function badgesOf(wanted) {
  /** @type {Map<Box, number>} */
  const taken = new Map();
  return wanted.map(({ look, text, box, inset = 0 }, index) => {
    const used = taken.get(box) ?? inset;
    const others = wanted.slice(index + 1).filter((each) => each.box === box).length;
    const wide = [...text].reduce((sum, letter) => sum + (letter < "가" ? SLIM : WIDE), FRAME);
    const worded = box.h >= LOW && used + wide + others * (HEIGHT + GAP) <= box.w + 8;
    const h = Math.max(LEAST, Math.min(HEIGHT, box.h));
    const w = worded ? wide : h;
    taken.set(box, used + w + GAP);
    const right = box.x + box.w - used + (worded || used ? 8 : h / 2 - 2);
    const isTiny = box.h < HEIGHT;
    const x = isTiny ? Math.max(box.x + box.w - w, box.x + (box.w - w) / 2) : Math.max(0, right - w);
    const y = isTiny ? box.y + (box.h - h) / 2 : Math.max(0, box.y + 12 - h);
    return { look, text, x, y, w, h, worded };
  });
}
