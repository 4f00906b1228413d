import assert from "node:assert/strict";
import { test } from "node:test";
import { HEIGHT, marksOf, textOf } from "../../static/js/core/why_marks.js";

const way = (/** @type {number[]} */ numbers, /** @type {number} */ length, y = 0) => ({
  points: /** @type {[number, number][]} */ ([
    [0, y],
    [length, y],
  ]),
  tone: "kubelet",
  numbers,
});
const CPU = { x: -40, y: -8, w: 55, h: 16 };

for (const [numbers, text] of /** @type {[number[], string][]} */ ([
  [[4], "4"],
  [[4, 5], "4–5"],
  [[11, 12, 13, 14], "11–14"],
  [[1, 3, 4, 9], "1, 3–4, 9"],
])) {
  test(`the steps ${numbers} are ${text}`, () => assert.equal(textOf(numbers), text));
}

for (const [what, ways, words, expected] of /** @type {[string, ReturnType<typeof way>[], typeof CPU[], [string, number, number][]][]} */ ([
  ["steps in a row are one", [way([2, 3, 4], 300)], [], [["2–4", 150, 0]]],
  ["others stand apart where there is room", [way([5, 8], 200)], [], [["5", 79, 0], ["8", 121, 0]]],
  ["and are one on a short way", [way([5, 8], 60)], [], [["5, 8", 30, 0]]],
  ["they go from left to right on a way that leads to the left", [{ ...way([5, 8], 200), points: [[200, 0], [0, 0]] }], [], [["5", 79, 0], ["8", 121, 0]]],
  ["a mark leaves a word readable", [way([11, 12, 13, 14], 115)], [CPU], [["11–14", 69, 0]]],
  ["but stands on it when its way is all words", [way([3], 100)], [{ ...CPU, w: 400 }], [["3", 50, 0]]],
  ["two ways over each other have a mark each", [way([1], 200), way([2], 200, 10)], [], [["1", 100, 0], ["2", 160, 10]]],
  ["what has no room at all is told with its neighbour", [way([1, 4], 20), way([2, 3], 20, 10)], [], [["1–4", 10, 0]]],
])) {
  test(`of a chain's numbers ${what}`, () => {
    const marks = marksOf(ways, words);
    assert.deepEqual(marks.map(({ text, at: [x, y] }) => [text, Math.round(10 * x) / 10, y]), expected);
    assert.ok(marks.every(({ w, tone }) => w >= HEIGHT && tone === "kubelet"));
  });
}

test("a mark that tells of ways of several colours has that of none", () => {
  const ways = [way([1, 4], 20), { ...way([2, 3], 20, 10), tone: "etcd" }];
  assert.deepEqual(
    marksOf(ways, []).map(({ text, tone }) => [text, tone]),
    [["1–4", "outside"]],
  );
});
