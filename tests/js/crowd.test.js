import assert from "node:assert/strict";
import { test } from "node:test";
import { layoutCrowd, nextTo, nodesAt, Spotlight, zonesOf } from "../../static/js/core/crowd.js";
import { unpack } from "../../static/js/core/packed.js";
import { pixelsOf } from "../../static/js/stage/cell.js";
import { hop, pod, put } from "./builders.js";

/** @typedef {{x: number, y: number, w: number, h: number}} Box */

/** @param {Box} a @param {Box} b */
const isInside = (a, b) => a.x >= b.x - 0.01 && a.y >= b.y - 0.01 && a.x + a.w <= b.x + b.w + 0.01 && a.y + a.h <= b.y + b.h + 0.01;
/** @param {Box} a @param {Box} b */
const overlap = (a, b) => a.x < b.x + b.w - 0.01 && b.x < a.x + a.w - 0.01 && a.y < b.y + b.h - 0.01 && b.y < a.y + a.h - 0.01;

const AREAS = {
  wide: { x: 12, y: 500, w: 1376, h: 328 },
  narrow: { x: 12, y: 762, w: 696, h: 294 },
  half: { x: 8, y: 528, w: 924, h: 218 },
};

for (const [name, area, counts, mode, slots] of /** @type {[string, Box, number[], string, number][]} */ ([
  ["25 nodes", AREAS.wide, [25], "tile", 3],
  ["100 nodes in three zones", AREAS.wide, [34, 33, 33], "tile", 3],
  ["100 nodes on a phone", AREAS.narrow, [100], "tile", 1],
  ["100 nodes on half a screen", AREAS.half, [50, 50], "tile", 2],
  ["1,000 nodes", AREAS.wide, [1000], "cell", 3],
  ["5,000 nodes in three zones", AREAS.wide, [1667, 1667, 1666], "cell", 3],
  ["5,000 nodes on a phone", AREAS.narrow, [5000], "cell", 1],
  ["5,000 nodes on half a screen", AREAS.half, [5000], "cell", 2],
])) {
  test(`${name} fit, each at a place of its own`, () => {
    const layout = layoutCrowd(
      counts.map((count) => ({ name: "", count })),
      area,
    );
    const boxes = layout.boxes.flat();
    const others = [...layout.slots, ...layout.blocks.map(({ heading }) => heading)];
    assert.deepEqual([layout.mode, layout.slots.length, layout.boxes.map(({ length }) => length)], [mode, slots, counts]);
    assert.ok([...boxes, ...others].every((box) => isInside(box, area) && box.w > 1 && box.h > 1));
    assert.ok(!boxes.some((box, index) => [...boxes.slice(index + 1, index + 200), ...others].some((other) => overlap(box, other))));
  });
}

/** @param {string} name @param {string} [zone] */
const node = (name, zone) => ({ key: `nodes/${name}`, card: { kind: "Node", name, zone } });

for (const [name, nodes, width, expected] of /** @type {[string, ReturnType<typeof node>[], number, [string, string[]][]][]} */ ([
  ["no zones are one group", [node("a"), node("b")], 1000, [["", ["a", "b"]]]],
  [
    "zones stand in order",
    [node("a", "z2"), node("b", "z1"), node("c", "z2")],
    1000,
    [
      ["z1", ["b"]],
      ["z2", ["a", "c"]],
    ],
  ],
  ["zones that have no room for their names are one group", [node("a", "z2"), node("b", "z1")], 300, [["", ["a", "b"]]]],
])) {
  test(`zones: ${name}`, () =>
    assert.deepEqual(
      zonesOf(nodes, width).map((zone) => [zone.name, zone.nodes.map(({ card }) => card.name)]),
      expected,
    ));
}

for (const [name, happens, expected] of /** @type {[string, import("../../static/js/types.js").Hop, string[]][]} */ ([
  ["a request of a kubelet happens at its node", hop(1, { source: "node/n1/kubelet" }), ["n1"]],
  ["a connection happens at both of its nodes", hop(1, { source: "node/n1/netfilter", target: "node/n2/cni" }), ["n1", "n2"]],
  ["a pod that is stored happens at its node", put(1, "pods/default/a", pod("a", { node: "n3" })), ["n3"]],
  ["a pod without a node happens at none", put(1, "pods/default/a", pod("a", { node: "" })), []],
  ["a node that is stored happens at itself", put(1, "nodes/n4", { kind: "Node", name: "n4" }), ["n4"]],
  ["a node that goes happens at itself", put(1, "nodes/n4", null), ["n4"]],
  ["a request of a person happens at none", hop(1), []],
])) {
  test(`where: ${name}`, () => assert.deepEqual(nodesAt(happens), expected));
}

test("a node comes in the place of the one at which nothing happened longest, the others keep theirs", () => {
  const light = new Spotlight();
  light.fill(["a", "b", "c", "d", "e"], 3);
  const seen = ["b", "d", "d", "e", "a"].map((name) => [light.turn(name), light.names.join("")]);
  assert.deepEqual(seen, [
    [-1, "abc"],
    [0, "dbc"],
    [-1, "dbc"],
    [2, "dbe"],
    [1, "dae"],
  ]);
});

test("when nodes go, others take their places; with fewer nodes than places there are fewer cards", () => {
  const light = new Spotlight();
  light.fill(["a", "b", "c", "d"], 3);
  light.turn("d");
  light.fill(["b", "d"], 3);
  assert.deepEqual(light.names, ["d", "b"]);
  light.fill(["b", "d", "e", "f"], 3);
  const filled = [...light.names];
  assert.deepEqual([filled, light.turn("f"), light.names], [["d", "b", "e"], 2, ["d", "b", "f"]]);
});

test("packed pods become cards again", () => {
  const shape = { kind: "Pod", namespace: "default", status: "Running" };
  const packed = {
    shapes: [shape, { ...shape, namespace: "x" }],
    nodes: ["n1", "n2"],
    names: ["a", "b", "c"],
    shape: [0, 0, 1],
    node: [1, -1, 0],
  };
  assert.deepEqual(
    [...unpack(packed)],
    [
      ["pods/default/a", { ...shape, name: "a", node: "n2" }],
      ["pods/default/b", { ...shape, name: "b", node: "" }],
      ["pods/x/c", { ...shape, namespace: "x", name: "c", node: "n1" }],
    ],
  );
});

/** Two zones: a and b side by side, c below a; d and e in the other, a little higher than b and c. */
const SEATS = new Map(
  /** @type {[string, number, number][]} */ ([
    ["a", 0, 10],
    ["b", 20, 10],
    ["c", 0, 30],
    ["d", 60, 8],
    ["e", 60, 27],
  ]).map(([name, x, y]) => [name, { box: { x, y, w: 16, h: 16 } }]),
);

for (const [from, key, to] of /** @type {[string, string, string | null][]} */ ([
  ["a", "ArrowRight", "b"],
  ["b", "ArrowRight", "d"],
  ["d", "ArrowLeft", "b"],
  ["c", "ArrowRight", "e"],
  ["a", "ArrowDown", "c"],
  ["e", "ArrowUp", "d"],
  ["a", "ArrowLeft", "a"],
  ["d", "ArrowUp", "d"],
  ["a", "PageDown", null],
  ["gone", "ArrowRight", null],
])) {
  test(`${key} leads from ${from} to ${to ?? "nowhere"}`, () => assert.equal(nextTo(SEATS, from, key), to));
}

for (const [scale, free] of [[0.53, 0], [0.9, 1], [1.9, 1], [3, 2]]) {
  test(`at ${scale} pixels for a unit all cells are ${free} apart`, () => {
    const boxes = layoutCrowd([{ name: "", count: 5000 }], AREAS.wide).boxes[0] ?? [];
    const cells = boxes.map((box) => pixelsOf(box, Number(scale)));
    const pairs = cells.slice(1).map((cell, index) => ({ cell, before: cells[index] ?? cell }));
    const apart = pairs.filter(({ cell, before }) => cell.y === before.y).map(({ cell, before }) => cell.x - before.x - before.w);
    assert.deepEqual([...new Set(apart)], [free]);
  });
}
