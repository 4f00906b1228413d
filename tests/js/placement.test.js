import assert from "node:assert/strict";
import { test } from "node:test";
import { placement, withoutProxy } from "../../static/js/core/placement.js";
import { emptyScene, loadScene, showHops } from "../../static/js/core/reducer.js";
import { hop, pod, put, state } from "./builders.js";

test("the empty scene shows nothing", () => {
  assert.deepEqual(placement(emptyScene()), { nodes: [], pods: new Map(), unscheduled: new Map(), dns: new Map() });
});

/** @param {import("../../static/js/types.js").Scene} scene */
function told(scene) {
  const { nodes, pods, unscheduled, dns } = placement(scene);
  const names = (/** @type {readonly {key: string, card: {status?: string}}[]} */ list) =>
    list.map(({ key, card }) => `${key} ${card.status ?? ""}`.trim());
  return {
    nodes: names(nodes),
    pods: Object.fromEntries([...pods].sort().map(([node, list]) => [node, names(list).sort()])),
    unscheduled: [...unscheduled.keys()].sort(),
    dns: [...dns].sort().map(([key, card]) => `${key} ${card.status}`),
  };
}

const OBJECTS = {
  "nodes/worker-10": { kind: "Node", name: "worker-10" },
  "nodes/worker-2": { kind: "Node", name: "worker-2" },
  "pods/default/b": pod("b", { node: "worker-2" }),
  "pods/default/a": pod("a", { node: "worker-2" }),
  "pods/default/c": pod("c", { node: "" }),
  "pods/kube-system/coredns-1-a": { ...pod("coredns-1-a", { node: "worker-10" }), namespace: "kube-system" },
  "configmaps/default/x": { kind: "ConfigMap", namespace: "default", name: "x" },
};

test("nodes stand in natural order, pods under their node, pods without one wait", () => {
  assert.deepEqual(told(loadScene(state(1, OBJECTS))), {
    nodes: ["nodes/worker-2", "nodes/worker-10"],
    pods: {
      "worker-10": ["pods/kube-system/coredns-1-a Running"],
      "worker-2": ["pods/default/a Running", "pods/default/b Running"],
    },
    unscheduled: ["pods/default/c"],
    dns: ["pods/kube-system/coredns-1-a Running"],
  });
});

const STEPS = /** @type {const} */ ([
  ["a node comes between two others", [put(2, "nodes/worker-5", { kind: "Node", name: "worker-5" })]],
  ["a node goes", [put(2, "nodes/worker-2", null)]],
  ["a node changes", [put(2, "nodes/worker-2", { kind: "Node", name: "worker-2", ready: true })]],
  ["a pod is created", [put(2, "pods/default/d", pod("d", { node: "" }))]],
  ["a pod is bound", [put(2, "pods/default/c", pod("c", { node: "worker-10" }))]],
  ["a pod changes", [put(2, "pods/default/a", pod("a", { node: "worker-2", status: "Error" }))]],
  ["a pod goes", [put(2, "pods/default/a", null)]],
  ["a pod of CoreDNS goes", [put(2, "pods/kube-system/coredns-1-a", null)]],
  ["a pod that waits goes", [put(2, "pods/default/c", null)]],
  ["the last pods of a node go", [put(2, "pods/default/a", null), put(3, "pods/default/b", null)]],
  ["a pod comes and goes at once", [put(2, "pods/default/d", pod("d")), put(3, "pods/default/d", null)]],
  ["a pod is created, bound and runs at once", [put(2, "pods/default/d", pod("d", { node: "" })), put(3, "pods/default/d", pod("d"))]],
  ["something without a place changes", [put(2, "configmaps/default/x", null), hop(3)]],
]);

for (const [name, hops] of STEPS) {
  test(`carried on as worked out anew: ${name}`, () => {
    const before = loadScene(state(1, OBJECTS));
    placement(before);
    const fresh = showHops(loadScene(state(1, OBJECTS)), hops);
    assert.deepEqual(told(showHops(before, hops)), told(fresh));
  });
}

test("lists of nodes at which nothing happened stay the very same", () => {
  const before = loadScene(state(1, OBJECTS));
  const { nodes, pods } = placement(before);
  const after = placement(showHops(before, [put(2, "pods/default/c", pod("c", { node: "worker-10" }))]));
  assert.equal(after.nodes, nodes);
  assert.equal(after.pods.get("worker-2"), pods.get("worker-2"));
});

test("kube-proxy's pod is told apart from the others of its node", () => {
  const proxy = { card: pod("kube-proxy-x7k2p", { namespace: "kube-system" }) };
  const others = [{ card: pod("kube-proxy-x7k2p") }, { card: pod("coredns-5d9c7b8f4-x7k2p", { namespace: "kube-system" }) }];
  assert.deepEqual(withoutProxy([others[0], proxy, others[1]]), { proxy, others });
  assert.deepEqual(withoutProxy(others), { proxy: undefined, others });
});
