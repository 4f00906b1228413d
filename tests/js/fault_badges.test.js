// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { badgesOf } from "../../static/js/core/fault_badges.js";

const card = { x: 100, y: 500, w: 430, h: 300 };
const part = { x: 110, y: 560, w: 80, h: 46 };
const cell = { x: 10, y: 10, w: 12, h: 12 };

/** @param {readonly import("../../static/js/core/fault_badges.js").Wanted[]} wanted */
function shown(wanted) {
  return badgesOf(wanted, 10).map(({ x, y, w, h, worded }) => [x, y, w, h, worded]);
}

for (const [name, wanted, expected] of /** @type {[string, any[], unknown[]][]} */ ([
  ["words stand at the corner of a card", [{ text: "cut off", box: card }], [[420, 482, 118, 30, true]]],
  [
    "a second one stands beside the first",
    [
      { text: "disk: short", box: card },
      { text: "memory: short", box: card },
    ],
    [
      [380, 482, 158, 30, true],
      [196, 482, 178, 30, true],
    ],
  ],
  [
    "a third one for which there is no room is a mark",
    [
      { text: "disk: short", box: card },
      { text: "memory: short", box: card },
      { text: "cut off", box: card },
    ],
    [
      [380, 482, 158, 30, true],
      [196, 482, 178, 30, true],
      [165, 482, 30, 30, false],
    ],
  ],
  ["a low box has the mark alone", [{ text: "hung", box: part }], [[173, 542, 30, 30, false]]],
  ["a badge is never cut off at the edge of the picture", [{ text: "cut off", box: { ...card, y: 12 } }], [[420, 0, 118, 30, true]]],
  ["a mark is larger than a cell", [{ text: "cut off", box: cell }], [[8, 8, 16, 16, false]]],
  ["what stays free at the right of a frame", [{ text: "cut off", box: card, inset: 100 }], [[320, 482, 118, 30, true]]],
])) {
  test(name, () => assert.deepEqual(shown(wanted), expected));
}
