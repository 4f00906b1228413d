// @ts-check
// Which arrows of the lanes have room for words, and where those stand. Pure: units of the drawing.

/** @typedef {import("../types.js").Box} Box */
/** @typedef {{x1: number, y1: number, x2: number, y2: number}} Line */
/** @typedef {Line & {texts: string[]}} Arrow  `texts`: the best first */
/** @typedef {Box & {index: number, text: string}} Text */
/**
 * How words are set: `levels` are the heights between lanes, `taken` what lies over everything.
 * @typedef {{height: number, width: (text: string) => number, right: number, top: number, bottom: number, levels: readonly number[], taken: Box | null}} Font
 */

const AIR = 5;

/**
 * Words beside their arrows, to the right, where they touch neither other words nor another arrow. Arrows come in the order of time.
 * @param {readonly Arrow[]} arrows
 * @param {Font} font
 * @returns {Text[]}
 */
export function placeTexts(arrows, font) {
  /** @type {Text[]} */
  const placed = [];
  arrows.forEach((arrow, index) => {
    for (const text of arrow.texts) {
      const box = boxesFor(arrow, font.width(text), font).find((each) => isFree(each, index, arrows, placed, font));
      if (!box) continue;
      placed.push({ ...box, index, text });
      return;
    }
  });
  return placed;
}

/**
 * @param {Line} arrow
 * @param {number} w
 * @param {Font} font
 * @returns {Box[]}
 */
function boxesFor({ x1, y1, x2, y2 }, w, { height: h, top, levels }) {
  if (y1 === y2) return [{ x: x1 - w / 2, y: Math.max(top, y1 - h - 2 * AIR), w, h }, { x: x1 + 3 * AIR, y: y1 + AIR, w, h }];
  const [low, high] = [Math.min(y1, y2), Math.max(y1, y2)];
  const between = levels.filter((level) => level > low && level < high);
  between.sort((a, b) => Math.abs(a - (low + high) / 2) - Math.abs(b - (low + high) / 2));
  return between.map((middle) => {
    const reach = [(middle - h / 2 - y1) / (y2 - y1), (middle + h / 2 - y1) / (y2 - y1)].map((at) => x1 + (x2 - x1) * Math.min(1, Math.max(0, at)));
    return { x: Math.max(...reach) + 2 * AIR, y: middle - h / 2, w, h };
  });
}

/**
 * @param {Box} box
 * @param {number} index  of its arrow
 * @param {readonly Arrow[]} arrows
 * @param {readonly Text[]} placed
 * @param {Font} font
 */
function isFree(box, index, arrows, placed, { right, bottom, taken }) {
  if (box.x < 0 || box.x + box.w > right || box.y + box.h > bottom) return false;
  if ((taken && overlaps(box, taken)) || placed.some((other) => overlaps(box, other))) return false;
  const isClear = (/** @type {Line | undefined} */ line) => !line || !crosses(line, box);
  for (let next = index + 1; next < arrows.length && (arrows[next]?.x1 ?? Infinity) < box.x + box.w + AIR; next += 1) {
    if (!isClear(arrows[next])) return false;
  }
  for (let before = index - 1; before >= 0 && (arrows[before]?.x1 ?? -Infinity) > box.x - AIR - box.w; before -= 1) {
    if (!isClear(arrows[before])) return false;
  }
  return true;
}

/**
 * @param {Box} a
 * @param {Box} b
 */
function overlaps(a, b) {
  return a.x < b.x + b.w + AIR && b.x < a.x + a.w + AIR && a.y < b.y + b.h && b.y < a.y + a.h;
}

/**
 * Whether a line, with some air around it, meets a box; arrows lean, so both ways of the box are looked at where the line passes.
 * @param {Line} line
 * @param {Box} box
 */
export function crosses({ x1, y1, x2, y2 }, { x, y, w, h }) {
  const [low, high] = [Math.max(Math.min(y1, y2), y), Math.min(Math.max(y1, y2), y + h)];
  if (y1 === y2) return y1 + 2 * AIR > y && y1 - 2 * AIR < y + h && x1 + 2 * AIR > x && x1 - 2 * AIR < x + w;
  if (low > high) return false;
  const at = (/** @type {number} */ level) => x1 + ((x2 - x1) * (level - y1)) / (y2 - y1);
  return Math.min(at(low), at(high)) - AIR < x + w && Math.max(at(low), at(high)) + AIR > x;
}
