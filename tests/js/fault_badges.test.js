// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { badgesOf } from "../../static/js/core/fault_badges.js";

const card = { x: 100, y: 500, w: 430, h: 300 };
const part = { x: 110, y: 560, w: 80, h: 46 };
const cell = { x: 10, y: 10, w: 12, h: 12 };

/** @param {readonly import("../../static/js/core/fault_badges.js").Wanted[]} wanted */
function shown(wanted) {
  return badgesOf(wanted).map(({ x, y, w, h, worded }) => [x, y, w, h, worded]);
}

for (const [name, wanted, expected] of /** @type {[string, any[], unknown[]][]} */ ([
  ["words stand at the corner of a card", [{ text: "cut off", box: card }], [[389, 476, 149, 36, true]]],
  ["Korean letters are wider", [{ text: "끊김", box: card }], [[438, 476, 100, 36, true]]],
  [
    "a second one stands beside the first",
    [
      { text: "disk: short", box: card },
      { text: "memory: short", box: card },
    ],
    [
      [337, 476, 201, 36, true],
      [104, 476, 227, 36, true],
    ],
  ],
  [
    "what has no room for its words, and for the others, is a mark",
    [
      { text: "disk: short", box: card },
      { text: "memory: short", box: card },
      { text: "cut off", box: card },
    ],
    [
      [337, 476, 201, 36, true],
      [295, 476, 36, 36, false],
      [140, 476, 149, 36, true],
    ],
  ],
  ["a low box has the mark alone", [{ text: "hung", box: part }], [[170, 536, 36, 36, false]]],
  ["a badge is never cut off at the edge of the picture", [{ text: "cut off", box: { ...card, y: 12 } }], [[389, 0, 149, 36, true]]],
  ["a mark is larger than a cell", [{ text: "cut off", box: cell }], [[8, 8, 16, 16, false]]],
  ["what stays free at the right of a frame", [{ text: "cut off", box: card, inset: 100 }], [[289, 476, 149, 36, true]]],
])) {
  test(name, () => assert.deepEqual(shown(wanted), expected));
}
