// @ts-check
// Two logs that share a past, step by step side by side: what is the same on both sides, and where they part. Pure.

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {{left: Hop | null, right: Hop | null, isSame: boolean}} Pair */

/** The end of a generated name: other draws of the same name are no difference. */
const DRAWN = /-[bcdfghjklmnpqrstvwxz2456789]{5}(?=$|[/ ])/g;

/**
 * Whether two hops say the same, apart from when it was and which names were drawn.
 * @param {Hop} a
 * @param {Hop} b
 */
export function isSameHop(a, b) {
  return a.source === b.source && a.target === b.target && a.verb === b.verb && plain(a.key) === plain(b.key) && plain(a.outcome) === plain(b.outcome);
}

/** @param {string} text */
function plain(text) {
  return text.replace(DRAWN, "-?????");
}

/**
 * The marks of both sides behind what they share, in lock step.
 * @param {readonly Hop[]} left
 * @param {readonly Hop[]} right
 * @returns {Pair[]}
 */
export function pairsOf(left, right) {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const [a, b] = [left[index] ?? null, right[index] ?? null];
    return { left: a, right: b, isSame: Boolean(a && b && isSameHop(a, b)) };
  });
}

/**
 * The index of the first pair that differs; -1 when none does.
 * @param {readonly Pair[]} pairs
 */
export function firstDifference(pairs) {
  return pairs.findIndex(({ isSame }) => !isSame);
}
