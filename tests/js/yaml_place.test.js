import assert from "node:assert/strict";
import { test } from "node:test";
import { placeAt } from "../../static/js/core/yaml_place.js";

const CURSOR = "▮";
const POD = "apiVersion: v1\nkind: Pod\n";

/** The place of the mark in a text. */
function place(marked) {
  const at = marked.indexOf(CURSOR);
  const before = marked.slice(0, at).split("\n");
  return placeAt(marked.replace(CURSOR, ""), before.length - 1, before[before.length - 1].length);
}

const CASES = [
  ["at the top", `${POD}▮`, { path: [], key: "", isValue: false, from: 0, indent: 0 }],
  ["in a word at the top", `${POD}met▮`, { path: [], key: "", isValue: false, from: 0, indent: 0 }],
  ["below a key", `${POD}spec:\n  ▮`, { path: ["spec"], key: "", isValue: false, from: 2, indent: 2 }],
  ["beside a sibling", `${POD}spec:\n  a: 1\n  b▮`, { path: ["spec"], key: "", isValue: false, from: 2, indent: 2 }],
  ["on a key", `${POD}spec:\n  node▮Name: a`, { path: ["spec"], key: "nodeName", isValue: false, from: 2, indent: 2 }],
  ["in a value", `${POD}spec:\n  restartPolicy: Al▮`, { path: ["spec"], key: "restartPolicy", isValue: true, from: 17, indent: 2 }],
  ["in an empty value", `${POD}spec:\n  restartPolicy:▮`, { path: ["spec"], key: "restartPolicy", isValue: true, from: 16, indent: 2 }],
  [
    "in the first line of an item",
    `${POD}spec:\n  containers:\n    - na▮`,
    { path: ["spec", "containers"], key: "", isValue: false, from: 6, indent: 6 },
  ],
  [
    "in an item's further lines",
    `${POD}spec:\n  containers:\n    - name: c\n      im▮`,
    { path: ["spec", "containers"], key: "", isValue: false, from: 6, indent: 6 },
  ],
  [
    "in an item that stands as far left as its list's key",
    `${POD}spec:\n  containers:\n  - name: c\n    im▮`,
    { path: ["spec", "containers"], key: "", isValue: false, from: 4, indent: 4 },
  ],
  [
    "after a list that stands as far left as its key",
    `${POD}spec:\n  containers:\n  - name: c\n  node▮`,
    { path: ["spec"], key: "", isValue: false, from: 2, indent: 2 },
  ],
  [
    "in a list in an item",
    `${POD}spec:\n  containers:\n    - name: c\n      env:\n        - n▮`,
    { path: ["spec", "containers", "env"], key: "", isValue: false, from: 10, indent: 10 },
  ],
  [
    "past comments and empty lines",
    `${POD}spec:\n  # a: note\n\n  containers:\n    # b: note\n    ▮`,
    { path: ["spec", "containers"], key: "", isValue: false, from: 4, indent: 4 },
  ],
  ["below a quoted key", `${POD}"spec":\n  ▮`, { path: ["spec"], key: "", isValue: false, from: 2, indent: 2 }],
];

for (const [name, text, expected] of CASES)
  test(`a position ${name}`, () => assert.deepEqual(place(text), { apiVersion: "v1", kind: "Pod", ...expected }));

test("the type is that of the position's own document, wherever in it the type stands", () => {
  const found = place(`${POD}---\nspec:\n  ▮\nkind: Deployment\napiVersion: apps/v1\n---\nkind: Service\n`);
  assert.deepEqual(found, { apiVersion: "apps/v1", kind: "Deployment", path: ["spec"], key: "", isValue: false, from: 2, indent: 2 });
});

for (const [name, text] of [
  ["a comment", `${POD}# spec▮`],
  ["a divider", `${POD}---▮`],
  ["a block of text", `${POD}data:\n  a: |\n    spec▮`],
])
  test(`nothing is said in ${name}`, () => assert.equal(place(text), null));
