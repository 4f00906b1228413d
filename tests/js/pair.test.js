import assert from "node:assert/strict";
import { test } from "node:test";
import { firstDifference, isSameHop, pairsOf } from "../../static/js/core/pair.js";
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
    assert.equal(isSameHop(hop(1, base), hop(1, { ...base, ...fields })), expected));
}

for (const [left, right, expected] of [
  ["abc", "abc", -1],
  ["abc", "abd", 2],
  ["abc", "ab", 2],
  ["", "a", 0],
  ["", "", -1],
]) {
  test(`${left || "nothing"} and ${right || "nothing"} part at ${expected}`, () => {
    const marks = (/** @type {string} */ letters) => [...letters].map((key, index) => hop(index + 1, { key }));
    const pairs = pairsOf(marks(String(left)), marks(String(right)));
    assert.deepEqual([firstDifference(pairs), pairs.length], [expected, Math.max(String(left).length, String(right).length)]);
  });
}
