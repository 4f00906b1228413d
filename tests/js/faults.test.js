// @ts-check
import assert from "node:assert/strict";
import test from "node:test";

import { faultsIn, offersFor, targetsOf, targetsOn } from "../../static/js/core/faults.js";

const offers = {
  components: { etcd: ["stopped", "slow"], "kube-controller-manager": ["stopped", "cut-off"] },
  controller: ["stopped"],
  node: { "": ["cut-off"], kubelet: ["stopped", "cut-off"] },
};

test("each place has its own faults, and what nobody knows has none", () => {
  const targets = ["etcd", "kube-controller-manager", "kube-controller-manager/job", "node/n1", "node/n1/kubelet", "node/n1/cni", "kubectl"];
  assert.deepEqual(
    targets.map((target) => offersFor(offers, target)),
    [["stopped", "slow"], ["stopped", "cut-off"], ["stopped"], ["cut-off"], ["stopped", "cut-off"], [], []],
  );
});

test("the manager can be broken, and each of its controllers that has a name", () => {
  const actor = /** @type {any} */ ({
    id: "kube-controller-manager",
    components: ["kube-controller-manager"],
    parts: [
      { id: "kube-controller-manager/job", components: ["kube-controller-manager/cronjob"] },
      { id: "kube-controller-manager/others", rest: true },
    ],
  });
  assert.deepEqual(targetsOf(actor, offers), [
    "kube-controller-manager",
    "kube-controller-manager/job",
    "kube-controller-manager/cronjob",
  ]);
  assert.deepEqual(targetsOn("n1", offers), ["node/n1", "node/n1/kubelet"]);
});

test("what is broken is listed by name", () => {
  const card = (/** @type {string} */ name) => ({ kind: "Fault", name, fault: "stopped" });
  const objects = { "faults/etcd": card("etcd"), "pods/a/b": { kind: "Pod", name: "b" }, "faults/coredns": card("coredns") };
  assert.deepEqual(
    faultsIn({ seq: 1, now: 0, revision: 1, objects }).map(({ name }) => name),
    ["coredns", "etcd"],
  );
});
