// @ts-check
import assert from "node:assert/strict";
import test from "node:test";
import { Cards } from "../../static/js/core/cards.js";
import { dnsIn } from "../../static/js/core/dns.js";
import {
  downIn,
  faultsIn,
  messageOf,
  offersFor,
  placesToBreak,
  targetsAt,
  targetsOf,
  targetsOn,
} from "../../static/js/core/faults.js";

const offers = {
  components: { etcd: ["stopped", "slow"], "kube-controller-manager": ["stopped", "cut-off"] },
  controller: ["stopped"],
  node: { "": ["cut-off"], kubelet: ["stopped", "cut-off"] },
  container: [],
  seconds: {},
};

test("each place has its own faults, and what nobody knows has none", () => {
  const targets = [
    "etcd",
    "kube-controller-manager",
    "kube-controller-manager/job",
    "node/n1",
    "node/n1/kubelet",
    "node/n1/cni",
    "kubectl",
  ];
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
  assert.deepEqual(targetsOf(actor, offers), ["kube-controller-manager", "kube-controller-manager/job", "kube-controller-manager/cronjob"]);
  assert.deepEqual(targetsOn("n1", offers), ["node/n1", "node/n1/kubelet"]);
});

test("a component is down without its container or its machine's power, and whoever broke one is told that instead", () => {
  const fault = { kind: "Fault", name: "kube-scheduler", fault: "stopped" };
  const down = { "faults/down/etcd": { kind: "Down", name: "etcd" }, "faults/kube-scheduler": fault };
  const scene = (/** @type {boolean} */ stopped) => ({
    seq: 1,
    now: 0,
    revision: 1,
    objects: Cards.of({ ...down, "nodes/cp": { kind: "Node", name: "cp", stopped } }),
  });
  const names = (/** @type {boolean} */ stopped) => downIn(scene(stopped), "cp").map(({ name }) => name);
  assert.deepEqual([names(false), names(true)], [["etcd"], ["kube-apiserver", "etcd", "kube-controller-manager"]]);
});

test("CoreDNS is down when none of its pods is ready on a machine with power; without a Deployment it has none", () => {
  const pod = (/** @type {string} */ name, /** @type {string} */ node, ready = 1) => ({
    kind: "Pod",
    namespace: "kube-system",
    name,
    node,
    ready,
  });
  const tell = (/** @type {boolean} */ stopped, /** @type {Record<string, import("../../static/js/types.js").Card>} */ more) => {
    const objects = Cards.of({ "nodes/cp": { kind: "Node", name: "cp", stopped }, "nodes/n1": { kind: "Node", name: "n1" }, ...more });
    return [dnsIn({ objects }), downIn({ objects }, "").map(({ name }) => name)];
  };
  const wanted = { "deployments/kube-system/coredns": { kind: "Deployment", name: "coredns", replicas: 2 } };
  const [a, b] = ["pods/kube-system/coredns-1-a", "pods/kube-system/coredns-1-b"];
  assert.deepEqual(
    [
      tell(true, {}),
      tell(true, { ...wanted, [a]: pod("coredns-1-a", "cp"), [b]: pod("coredns-1-b", "n1") }),
      tell(true, { ...wanted, [a]: pod("coredns-1-a", "cp"), [b]: pod("coredns-1-b", "cp") }),
      tell(false, { ...wanted, [a]: pod("coredns-1-a", "cp"), [b]: pod("coredns-1-b", "", 0) }),
      tell(false, wanted),
    ],
    [
      [null, []],
      [{ answering: 1, wanted: 2 }, []],
      [{ answering: 0, wanted: 2 }, ["coredns"]],
      [{ answering: 1, wanted: 2 }, []],
      [{ answering: 0, wanted: 2 }, ["coredns"]],
    ],
  );
});

test("what is broken is listed by name", () => {
  const card = (/** @type {string} */ name) => ({ kind: "Fault", name, fault: "stopped" });
  const objects = { "faults/etcd": card("etcd"), "pods/a/b": { kind: "Pod", name: "b" }, "faults/coredns": card("coredns") };
  assert.deepEqual(
    faultsIn({ seq: 1, now: 0, revision: 1, objects: Cards.of(objects) }).map(({ name }) => name),
    ["coredns", "etcd"],
  );
});

test("a container can be broken once its pod is on a node", () => {
  const pod = {
    kind: "Pod",
    namespace: "default",
    name: "web-1",
    containers: [{ name: "c", image: "", state: "", ready: true, restarts: 0 }],
  };
  const all = { ...offers, container: ["hung"] };
  assert.deepEqual(targetsAt({ ...pod, node: "n1" }, all), ["node/n1/pod/default/web-1/c"]);
  assert.deepEqual(targetsAt(pod, all), []);
  assert.deepEqual(offersFor(all, "node/n1/pod/default/web-1/c"), ["hung"]);
});

const hop = (/** @type {string} */ source, /** @type {string} */ target, /** @type {string} */ verb, /** @type {string} */ key) =>
  /** @type {any} */ ({ source, target, verb, key });

test("the next message like a hop is about the same object, or where names are drawn about any one there", () => {
  const cases = [
    hop("kube-controller-manager/replicaset", "kube-apiserver", "POST", "pods/default"),
    hop("kube-scheduler", "kube-apiserver", "POST", "pods/default/web-1/binding"),
    hop("node/n1/kubelet", "kube-apiserver", "PATCH", "pods/default/web-1/status"),
    hop("node/n1/kubelet", "kube-apiserver", "POST", "nodes"),
    hop("kube-apiserver", "kube-controller-manager/replicaset", "ADDED", "pods/default/web-1"),
    hop("kube-apiserver", "kube-scheduler", "MODIFIED", "nodes/n1"),
    hop("kubectl", "kube-apiserver", "DELETE", "deployments/default/web"),
    hop("kubeadm", "kube-apiserver", "GET", "configmaps/kube-system/kubeadm-config"),
    hop("kube-scheduler", "kube-scheduler/filter", "filter", "pods/default/web-1"),
  ];
  assert.deepEqual(
    cases.map((each) => [messageOf(each).message.target, messageOf(each).message.key, messageOf(each).effects.length]),
    [
      ["kube-apiserver", "pods/default/*", 3],
      ["kube-apiserver", "pods/default/*/binding", 3],
      ["kube-apiserver", "pods/default/web-1/status", 3],
      ["kube-apiserver", "nodes/*", 3],
      ["kube-controller-manager", "pods/default/*", 3],
      ["kube-scheduler", "nodes/n1", 3],
      ["kube-apiserver", "deployments/default/web", 3],
      ["kube-apiserver", "configmaps/kube-system/kubeadm-config", 2],
      ["kube-scheduler/filter", "pods/default/web-1", 0],
    ],
  );
});

test("places to break something are components, nodes and pods, by name", () => {
  const objects = {
    "pods/a/b": { kind: "Pod", name: "b" },
    "nodes/n2": { kind: "Node", name: "n2" },
    "nodes/n1": { kind: "Node", name: "n1" },
    "services/a/s": { kind: "Service", name: "s" },
  };
  const actors = /** @type {any} */ ([
    { id: "etcd", components: ["etcd"] },
    { id: "outside", components: ["kubectl"] },
  ]);
  assert.deepEqual(
    placesToBreak(actors, { seq: 1, now: 0, revision: 1, objects: Cards.of(objects) }, offers).map(({ id }) => id),
    ["etcd", "nodes/n1", "nodes/n2", "pods/a/b"],
  );
});
