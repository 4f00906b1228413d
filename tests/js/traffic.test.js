import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formOf } from "../../static/js/core/layout.js";
import { edgesOf } from "../../static/js/core/routes.js";
import { placeOf, ribbonsOf, Traffic, widthOf } from "../../static/js/core/traffic.js";
import { hop } from "./builders.js";

/** @typedef {import("../../static/js/types.js").Box} Box */
/** @typedef {import("../../static/js/types.js").Diagram} Diagram */
/** @typedef {import("../../static/js/types.js").Point} Point */

/** @type {Diagram} */
const diagram = JSON.parse(readFileSync(new URL("../../dashboard/diagrams/components.json", import.meta.url), "utf8"));

const API = "kube-apiserver";
const asks = hop(1, { source: "kube-scheduler", target: API });
const answers = hop(2, { source: API, target: "kube-scheduler", verb: "reply" });
const told = hop(3, { source: API, target: "node/worker-1/kubelet", verb: "ADDED" });

for (const [name, halves, expected] of /** @type {[string, import("../../static/js/types.js").Hop[][], [string, number][]][]} */ ([
  ["both ways between two components count together", [[asks, answers]], [["kube-scheduler", 2]]],
  ["what passed in the half second before counts as well", [[asks], [answers, told]], [["kube-scheduler", 2], [API, 1]]],
  ["what passed earlier does not", [[asks], [told], [told]], [[API, 2]]],
  ["routine and what happens inside a component pass along no edge", [[hop(4, { quiet: true }), hop(5, { source: API, target: `${API}/admission` })]], []],
  ["a second without a hop has nothing", [[asks], [], []], []],
])) {
  test(`traffic: ${name}`, () => {
    const traffic = new Traffic();
    const flows = halves.map((hops) => {
      traffic.add(hops);
      return traffic.turn();
    });
    assert.deepEqual(
      flows.at(-1)?.map(({ hop: { source }, count }) => [source, count]),
      expected,
    );
  });
}

/** @type {Map<string, Box>} */
const places = new Map([
  ...diagram.actors.map((actor) => /** @type {[string, Box]} */ ([actor.id, actor])),
  ["node/worker-1", { x: 12, y: 500, w: 448, h: 328 }],
  ["node/worker-1/kubelet", { x: 26, y: 560, w: 80, h: 46 }],
  ["node/worker-2", { x: 12, y: 700, w: 40, h: 30, top: 500 }],
]);
/** @type {Point[]} */
const trunk = [
  [627, 420],
  [627, 470],
];
/** @type {Point[]} */
const drop = [
  [627, 470],
  [236, 470],
  [236, 500],
];

for (const [name, source, target, expected] of /** @type {[string, string, string, Point[][]][]} */ ([
  ["a part of a node, like the node itself, along the bus", API, "node/worker-1/kubelet", [trunk, drop]],
  ["the way back is the same", "node/worker-1/kubelet", API, [trunk, drop]],
  ["a node in a crowd has no edge of its own", API, "node/worker-2/kubelet", [trunk]],
  ["an actor has one edge, from the hub on", "kube-scheduler", API, [[[754, 122], [956, 122]]]],
  ["a reply to an actor takes the same one", API, "kube-scheduler", [[[754, 122], [956, 122]]]],
  ["within a node there is no edge", "node/worker-1/kubelet", "node/worker-1/containerd", []],
])) {
  test(`edges: ${name}`, () => assert.deepEqual(edgesOf(diagram, { source, target }, places), expected));
}

test("one ribbon for an edge, with the numbers of all who use it", () => {
  const flows = [
    { hop: told, count: 5 },
    { hop: hop(6, { source: API, target: "node/worker-2/kubelet" }), count: 1200 },
  ];
  assert.deepEqual(
    ribbonsOf(flows, (each) => edgesOf(diagram, each, places)).map(({ points, tone, count }) => [points, tone, count]),
    [
      [trunk, "kubelet", 1205],
      [drop, "kubelet", 5],
    ],
  );
});

for (const [count, width] of [[1, 6], [10, 11], [100, 16], [1000, 21], [10_000, 26]]) {
  test(`${count} hops a second are ${width} wide`, () => assert.equal(widthOf(Number(count)), width));
}

for (const [name, points, place] of /** @type {[string, Point[], ReturnType<typeof placeOf>][]} */ ([
  ["over a line to the right", [[754, 122], [956, 122]], { x: 764, y: 112, anchor: "start" }],
  ["over a line to the left", [[500, 288], [402, 288]], { x: 490, y: 278, anchor: "end" }],
  ["beside the end of a line down", trunk, { x: 641, y: 465, anchor: "start" }],
  ["beside the end of a line up", [[605, 176], [605, 112]], { x: 619, y: 135, anchor: "start" }],
  ["nowhere at a short line", [[250, 306], [194, 306]], null],
])) {
  test(`a number stands ${name}`, () => assert.deepEqual(placeOf(points), place));
}

/** Numbers of up to four digits: how far they reach. */
const DIGITS = { w: 84, h: 18 };

for (const [name, form, numbers] of /** @type {[string, Diagram, number][]} */ ([
  ["wide", diagram, 6],
  ["narrow", formOf(diagram, "narrow"), 5],
  ["half", formOf(diagram, "half"), 2],
])) {
  test(`on a ${name} screen no number stands on an actor`, () => {
    const there = new Map(form.actors.map((actor) => /** @type {[string, Box]} */ ([actor.id, actor])));
    there.set("node/worker-1", { ...form.nodes, h: 100, top: form.nodes.y });
    const found = [...there.keys()].flatMap((source) => edgesOf(form, { source, target: API }, there).flatMap((points) => placeOf(points) ?? []));
    const boxes = found.map(({ x, y, anchor }) => ({ x: anchor === "end" ? x - DIGITS.w : x, y: y - DIGITS.h, ...DIGITS }));
    const hits = boxes.filter((a) => form.actors.some((b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h));
    assert.deepEqual([found.length, hits], [numbers, []]);
  });
}
