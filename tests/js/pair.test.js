import assert from "node:assert/strict";
import { test } from "node:test";
import { firstDifference, pairsOf, placesAt, saying } from "../../static/js/core/pair.js";
import { hop } from "./builders.js";

for (const [what, fields, expected] of /** @type {[string, Partial<import("../../static/js/types.js").Hop>, boolean][]} */ ([
  ["at another time and place of the log", { seq: 9, at: 99, cause: 4, revision: 7 }, true],
  ["about a Pod whose name was drawn anew", { key: "pods/default/web-5457b6f9bf-x7k2p" }, true],
  ["about another object", { key: "pods/default/api-5457b6f9bf-x7k2p" }, false],
  ["with another verb", { verb: "DELETE" }, false],
  ["from somebody else", { source: "kubectl" }, false],
  ["with another outcome", { outcome: "409 Conflict" }, false],
])) {
  const base = { key: "pods/default/web-5457b6f9bf-m4q9z" };
  test(`a hop ${what} is ${expected ? "the same" : "another one"}`, () =>
    assert.equal(saying(hop(1, base)) === saying(hop(1, { ...base, ...fields })), expected));
}

test("another ID of a container is no difference", () => {
  assert.equal(saying(hop(1, { outcome: "8a9b1852a6a8" })), saying(hop(1, { outcome: "d5359c290142" })));
});

const marks = (/** @type {string} */ letters) => [...letters].map((key, index) => hop(index + 1, { key }));
const written = (/** @type {import("../../static/js/core/pair.js").Pair[]} */ pairs) =>
  pairs.map(({ left, right, isSame }) => `${left?.key ?? "."}${right?.key ?? "."}${isSame ? "" : "!"}`).join(" ");

for (const [left, right, expected, parting] of /** @type {[string, string, string, number][]} */ ([
  ["abc", "abc", "aa bb cc", -1],
  ["abc", "abd", "aa bb cd!", 2],
  ["abc", "ab", "aa bb c.!", 2],
  ["abcd", "abxcd", "aa bb .x! cc dd", 2],
  ["abxcd", "abcd", "aa bb x.! cc dd", 2],
  ["abc", "cab", ".c aa bb c.", -1],
  ["abcd", "cabx", ".c aa bb cx! d.!", 3],
  ["aab", "ab", "aa a.! bb", 1],
  ["", "a", ".a!", 0],
  ["", "", "", -1],
])) {
  test(`${left || "nothing"} beside ${right || "nothing"} is ${expected || "nothing"}`, () => {
    const pairs = pairsOf(marks(left), marks(right));
    assert.deepEqual([written(pairs), firstDifference(pairs)], [expected, parting]);
  });
}

test("each side stands at its own last mark", () => {
  const pairs = pairsOf(marks("abcd"), marks("abxcd"));
  assert.deepEqual(
    [-1, 1, 2, 4].map((position) => placesAt(pairs, position)),
    [
      { left: -1, right: -1 },
      { left: 1, right: 1 },
      { left: 1, right: 2 },
      { left: 3, right: 4 },
    ],
  );
});
