import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, isDropped, lookOf } from "../../static/js/core/picture.js";
import { Recording } from "../../static/js/replay/recording.js";
import { hop, pod, put } from "./builders.js";

const KEY = "pods/default/web";
const control = { pace: /** @type {const} */ ("lecture"), rate: 1, paused: true };
const old = pod("old");
const state = { type: /** @type {const} */ ("state"), seq: 0, head: 5, began: 0, now: 0, revision: 90, objects: { "pods/default/old": old }, control };
const made = pod("web", { status: "Pending" });
const log = [
  hop(1, { quiet: true }),
  hop(2, { verb: "POST", key: KEY }),
  { ...put(3, KEY, made), cause: 2 },
  hop(4, { source: "kube-scheduler", target: "kube-scheduler/filter", verb: "filter", key: KEY, cause: 3 }),
  { ...put(5, KEY, null), cause: 4 },
];
const change = /** @type {const} */ ({ op: "+", text: "kind: Pod" });
const table = /** @type {any} */ ({ pod: KEY, nodes: [] });
const rules = /** @type {any} */ ({ to: "10.96.1.1:80", chains: [], endpoints: [] });
const recording = () =>
  new Recording([
    { state },
    { about: { key: "pods/default/old", manifest: "kind: Pod # old" } },
    ...log.map((each) => ({
      hop: each,
      ...(each.seq === 3 ? { manifest: "kind: Pod", changes: [change] } : {}),
      ...(each.seq === 4 ? { table, rules } : {}),
    })),
  ]);

for (const [seq, objects, revision] of /** @type {[number, object, number][]} */ ([
  [0, { "pods/default/old": old }, 90],
  [2, { "pods/default/old": old }, 90],
  [4, { "pods/default/old": old, [KEY]: made }, 103],
  [5, { "pods/default/old": old }, 105],
  [99, { "pods/default/old": old }, 105],
])) {
  test(`the picture behind hop ${seq}`, () => {
    const found = recording().state(seq);
    assert.deepEqual([found.seq, found.head, found.objects, found.revision], [Math.min(seq, 5), 5, objects, revision]);
    assert.equal(found.control.recorded, true);
  });
}

for (const [path, expected] of /** @type {[string, unknown][]} */ ([
  ["hops?after=1&limit=2", { hops: log.slice(1, 3), head: 5 }],
  ["hops/3", { hop: log[2], manifest: "kind: Pod", changes: [change], causes: [log[1], log[2]], table: null, rules: null }],
  ["hops/2", { hop: log[1], manifest: "kind: Pod", changes: [change], causes: [log[1]], table: null, rules: null }],
  ["hops/4", { hop: log[3], manifest: "kind: Pod", changes: [], causes: [log[1], log[2], log[3]], table, rules }],
  ["hops/6", null],
  ["branches", { branches: [], made: "" }],
  ["breakpoints", { breakpoints: [], states: {} }],
  ["etcd/keys?prefix=/", null],
  ["objects?key=pods%2Fdefault%2Fold&at=1", { key: "pods/default/old", manifest: "kind: Pod # old", events: [], history: [] }],
  [
    "objects?key=pods%2Fdefault%2Fweb&at=4",
    { key: KEY, manifest: "kind: Pod", events: [], history: [{ revision: 103, seq: 3, at: 0.3, verb: "POST", source: "dashboard" }] },
  ],
  ["why?key=pods%2Fdefault%2Fweb&at=4&line=3", { key: KEY, field: "", value: "", before: "", seq: 3, causes: [log[1], log[2]] }],
  ["why?key=pods%2Fdefault%2Fold&at=4&line=0", { key: "pods/default/old", field: "", value: "", before: "", seq: 0, causes: [] }],
])) {
  test(`what a saved session answers to ${path}`, () => assert.deepEqual(recording().answer(path), expected));
}

test("a session begins at its first step that is shown", () => assert.equal(recording().begins, 2));
test("lines without a beginning are no recording", () => assert.throws(() => new Recording([{ hop: hop(1) }]), /no beginning/));

const style = (/** @type {Record<string, string>} */ values) => (/** @type {string} */ name) => values[name] ?? "";
test("of a look what differs from the element around it is written down", () => {
  const around = style({ fill: "red", opacity: "0.5" });
  assert.deepEqual(lookOf(style({ fill: "red", opacity: "0.5", stroke: "blue", "stroke-width": "1px" }), around), { opacity: "0.5", stroke: "blue", "stroke-width": "1px" });
  assert.deepEqual(lookOf(style({ fill: "rgb(0, 0, 0)", stroke: "none", opacity: "1" }), null), {});
});
test("what leads out of a picture does not come along", () =>
  assert.deepEqual(
    ["class", "onload", "href", "xlink:href", "data-key", "aria-label", "style", "d", "x", "transform", "id"].filter((name) => !isDropped(name)),
    ["d", "x", "transform", "id"],
  ));
test("a file is named after its cluster and its step", () =>
  assert.deepEqual([fileName("demo", 5, "svg"), fileName("../a b", 5, "png"), fileName("", 0, "svg")], ["demo-5.svg", "-a-b-5.png", "podium-0.svg"]));
