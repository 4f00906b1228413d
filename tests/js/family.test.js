import assert from "node:assert/strict";
import { test } from "node:test";
import { counterpartOf, rowsOf, sharedUpto } from "../../static/js/core/family.js";

/** @param {string} here */
function family(here) {
  return [
    ["demo", "", 0, 1000],
    ["demo-2", "demo", 400, 900],
    ["demo-4", "demo-2", 300, 500],
    ["demo-5", "demo-2", 600, 800],
    ["demo-3", "demo", 700, 2000],
  ].map(([name, parent, began, head]) => ({
    name: String(name),
    parent: String(parent),
    began: Number(began),
    head: Number(head),
    address: "",
    here: name === here,
  }));
}

for (const [here, most, names] of /** @type {[string, number, string[]][]} */ ([
  ["demo", 3, ["demo", "demo-2", "demo-3"]],
  ["demo-4", 3, ["demo-2", "demo-4", "demo-5"]],
  ["demo-3", 2, ["demo", "demo-3"]],
  ["demo", 2, ["demo", "demo-3"]],
  ["demo", 9, ["demo", "demo-2", "demo-4", "demo-5", "demo-3"]],
])) {
  test(`${most} rows of the family of ${here}`, () =>
    assert.deepEqual(
      rowsOf(family(here), most).map(({ relative }) => relative.name),
      names,
    ));
}

test("a row begins where it left its parent and ends where it is", () =>
  assert.deepEqual(
    rowsOf(family("demo"), 3).map(({ from, to }) => [from, to]),
    [
      [0, 0.5],
      [0.2, 0.45],
      [0.35, 1],
    ],
  ));

for (const [here, name] of [
  ["demo", "demo-3"],
  ["demo-2", "demo"],
  ["demo-5", "demo-2"],
]) {
  test(`${here} is compared with ${name}`, () => assert.equal(counterpartOf(family(here ?? ""))?.name, name));
}

test("a cluster alone is compared with nothing", () => assert.equal(counterpartOf(family("demo").slice(0, 1)), null));

for (const [one, other, hop] of /** @type {[string, string, number][]} */ ([
  ["demo", "demo-2", 400],
  ["demo-2", "demo-5", 600],
  ["demo-4", "demo-5", 300],
  ["demo", "demo-5", 400],
  ["demo-2", "demo-3", 400],
  ["demo-4", "demo-3", 300],
])) {
  test(`${one} and ${other} share the log up to hop ${hop}`, () => {
    assert.equal(sharedUpto(family("demo"), one, other), hop);
    assert.equal(sharedUpto(family("demo"), other, one), hop);
  });
}
