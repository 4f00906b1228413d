// @ts-check
// Two logs that share a past, side by side: which hops are the same on both sides, and where the two part. Pure.

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {{left: Hop | null, right: Hop | null, isSame: boolean}} Pair */

/** The end of a generated name, and the ID of a container: other draws of the same are no difference. */
const DRAWN = /-[bcdfghjklmnpqrstvwxz2456789]{5}(?=$|[/ ])|\b[0-9a-f]{12}\b/g;

/**
 * What a hop says, apart from when it was and which names were drawn.
 * @param {Hop} hop
 */
export function saying({ source, target, verb, key, outcome }) {
  return [source, target, verb, key.replace(DRAWN, "?"), outcome.replace(DRAWN, "?")].join("\n");
}

/**
 * The marks of both sides behind what they share. What is the same stands side by side; what only comes in another order on the other
 * side is no difference either.
 * @param {readonly Hop[]} left
 * @param {readonly Hop[]} right
 * @returns {Pair[]}
 */
export function pairsOf(left, right) {
  const [ours, theirs] = [left.map(saying), right.map(saying)];
  const matches = [...aligned(ours, theirs), { left: left.length, right: right.length }];
  const isElsewhere = { left: elsewhere(ours, theirs, "left", matches), right: elsewhere(theirs, ours, "right", matches) };
  /** @type {Pair[]} */
  const pairs = [];
  let at = { left: 0, right: 0 };
  for (const match of matches) {
    const length = Math.max(match.left - at.left, match.right - at.right);
    for (let index = 0; index < length; index += 1) {
      const [a, b] = [at.left + index, at.right + index];
      const [isLeft, isRight] = [a < match.left, b < match.right];
      const isSame = (!isLeft || isElsewhere.left.has(a)) && (!isRight || isElsewhere.right.has(b));
      pairs.push({ left: isLeft ? (left[a] ?? null) : null, right: isRight ? (right[b] ?? null) : null, isSame });
    }
    const [a, b] = [left[match.left], right[match.right]];
    if (a && b) pairs.push({ left: a, right: b, isSame: true });
    at = { left: match.left + 1, right: match.right + 1 };
  }
  return pairs;
}

/**
 * The index of the first pair that differs; -1 when none does.
 * @param {readonly Pair[]} pairs
 */
export function firstDifference(pairs) {
  return pairs.findIndex(({ isSame }) => !isSame);
}

/**
 * The index of the mark at which each side stands at a pair; -1 before its first.
 * @param {readonly Pair[]} pairs
 * @param {number} position
 */
export function placesAt(pairs, position) {
  const passed = pairs.slice(0, position + 1);
  return { left: passed.filter(({ left }) => left).length - 1, right: passed.filter(({ right }) => right).length - 1 };
}

/**
 * The longest sequence that both have in this order.
 * @param {readonly string[]} ours
 * @param {readonly string[]} theirs
 */
function aligned(ours, theirs) {
  const width = theirs.length + 1;
  const longest = new Uint16Array((ours.length + 1) * width);
  const at = (/** @type {number} */ a, /** @type {number} */ b) => longest[a * width + b] ?? 0;
  for (let a = ours.length - 1; a >= 0; a -= 1) {
    for (let b = theirs.length - 1; b >= 0; b -= 1) {
      longest[a * width + b] = ours[a] === theirs[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
    }
  }
  const matches = [];
  for (let a = 0, b = 0; a < ours.length && b < theirs.length; ) {
    if (ours[a] === theirs[b]) {
      matches.push({ left: a, right: b });
      [a, b] = [a + 1, b + 1];
    } else if (at(a + 1, b) >= at(a, b + 1)) a += 1;
    else b += 1;
  }
  return matches;
}

/**
 * The places of one side's hops that stand beside nothing like them, and that the other side has at some other place.
 * @param {readonly string[]} mine
 * @param {readonly string[]} theirs
 * @param {"left" | "right"} side
 * @param {readonly {left: number, right: number}[]} matches
 */
function elsewhere(mine, theirs, side, matches) {
  const [taken, other] = [new Set(matches.map((match) => match[side])), new Set(matches.map((match) => match[side === "left" ? "right" : "left"]))];
  /** @type {Map<string, number>} */
  const left = new Map();
  theirs.forEach((text, index) => {
    if (!other.has(index)) left.set(text, (left.get(text) ?? 0) + 1);
  });
  const found = new Set();
  mine.forEach((text, index) => {
    const count = left.get(text) ?? 0;
    if (taken.has(index) || !count) return;
    left.set(text, count - 1);
    found.add(index);
  });
  return found;
}
