import assert from "node:assert/strict";
import { test } from "node:test";
import { nextPhaseEnd, phaseBefore, phaseOf } from "../../static/js/core/phases.js";
import { hop } from "./builders.js";

const API = "kube-apiserver";
/** What a Pod goes through, one letter a hop: admit, persist, schedule, control, run; `r` is a reply. */
const HOPS = {
  a: { source: "kubectl", target: API },
  p: { source: API, target: "etcd" },
  s: { source: "kube-scheduler", target: "kube-scheduler/filter" },
  c: { source: API, target: "kube-controller-manager/replicaset" },
  n: { source: "node/n1/kubelet", target: API },
  r: { source: API, target: "kubectl", verb: "reply" },
};

/** @param {string} letters */
function log(letters) {
  return [...letters].map((letter, index) => hop(index + 1, HOPS[/** @type {keyof typeof HOPS} */ (letter)]));
}

for (const [letter, phase] of /** @type {[string, string | null][]} */ ([
  ["a", "admit"],
  ["p", "persist"],
  ["s", "schedule"],
  ["c", "control"],
  ["n", "run"],
  ["r", null],
])) {
  test(`the phase of ${letter}`, () => assert.equal(phaseOf(log(letter)[0] ?? hop(1)), phase));
}

for (const [letters, position, expected] of /** @type {[string, number, number | null][]} */ ([
  ["aapprss", -1, 2],
  ["aapprss", 0, 5],
  ["aapprss", 1, 5],
  ["aapprss", 2, 7],
  ["aapprss", 5, 7],
  ["aaa", 0, 3],
  ["aaa", 2, null],
  ["", -1, null],
])) {
  test(`the phase after mark ${position} of ${letters || "nothing"} ends at hop ${expected}`, () =>
    assert.equal(nextPhaseEnd(log(letters), position)?.seq ?? null, expected));
}

for (const [letters, position, expected] of /** @type {[string, number, number | null][]} */ ([
  ["aapprss", 6, 5],
  ["aapprss", 4, 2],
  ["aapprss", 1, null],
  ["", -1, null],
])) {
  test(`the phase before mark ${position} of ${letters || "nothing"} ended at hop ${expected}`, () =>
    assert.equal(phaseBefore(log(letters), position)?.seq ?? null, expected));
}
