import assert from "node:assert/strict";
import { test } from "node:test";
import { flagFrom, flagsOf, kindOf, suggestionsOf } from "../../static/js/core/flags.js";
import { hop } from "./builders.js";

const FLAGS = flagsOf([
  { text: "pod * bound", seqs: [5, 9] },
  { text: "hop etcd", seqs: [2, 5] },
]);
const KINDS = ["pod", "node", "deployment", "ingressclass", "networkpolicy", "endpoints"];

test("one flag a hop, in order, with all that came true there", () =>
  assert.deepEqual(FLAGS, [
    { seq: 2, texts: ["hop etcd"] },
    { seq: 5, texts: ["pod * bound", "hop etcd"] },
    { seq: 9, texts: ["pod * bound"] },
  ]));

for (const [seq, direction, expected] of /** @type {[number, 1 | -1, number | null][]} */ ([
  [0, 1, 2],
  [2, 1, 5],
  [9, 1, null],
  [9, -1, 5],
  [2, -1, null],
])) {
  test(`the flag ${direction > 0 ? "after" : "before"} hop ${seq}`, () =>
    assert.equal(flagFrom(FLAGS, seq, direction)?.seq ?? null, expected));
}

for (const [plural, kind] of [
  ["pods", "pod"],
  ["ingressclasses", "ingressclass"],
  ["networkpolicies", "networkpolicy"],
  ["widgets", ""],
]) {
  test(`the kind of ${plural}`, () => assert.equal(kindOf(plural ?? "", KINDS), kind));
}

for (const [what, fields, expected] of /** @type {[string, Partial<import("../../static/js/types.js").Hop>, string[]][]} */ ([
  ["a write", { source: "kube-apiserver", target: "etcd", key: "/registry/pods/default/web" }, ["pod web changed", "hop etcd"]],
  ["a request", { source: "kube-scheduler", key: "pods/default/web/binding" }, ["pod web changed", "hop kube-scheduler"]],
  ["a stage", { source: "kube-apiserver", target: "kube-apiserver/admission", key: "" }, []],
  ["a node's message", { source: "node/n1/kubelet", key: "nodes/n1/status" }, ["node n1 changed", "hop node/n1/kubelet"]],
])) {
  test(`${what} suggests where to stop`, () => assert.deepEqual(suggestionsOf(hop(1, fields), KINDS), expected));
}

test("no hop suggests nothing", () => assert.deepEqual(suggestionsOf(null, KINDS), []));
