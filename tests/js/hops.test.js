import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { componentName, isInside, labelOf, objectKeyOf, shapeOf, shortName, toneOf } from "../../static/js/core/hops.js";
import { actorOf, routeOf } from "../../static/js/core/routes.js";
import { hop } from "./builders.js";

const API = "kube-apiserver";
const POD = "pods/default/web-5d9c7b8f4-x7k2p";

for (const [name, fields, tone, shape, label, key] of /** @type {[string, object, string, string, string, string][]} */ ([
  [
    "a request to create",
    { source: "kubectl", target: API, verb: "POST", key: "deployments/default/web" },
    "outside",
    "square",
    "POST deployments/web",
    "deployments/default/web",
  ],
  ["a read", { source: "kubectl", target: API, verb: "LIST", key: "pods/default" }, "outside", "circle", "LIST pods/default", ""],
  ["a read from etcd", { source: API, target: "etcd", verb: "list", key: "pods/default" }, "etcd", "circle", "list pods/default", ""],
  ["a watch event", { source: API, target: "kube-scheduler", verb: "ADDED", key: POD }, "scheduler", "diamond", "ADDED web…x7k2p", POD],
  ["a write into etcd", { source: API, target: "etcd", verb: "put", key: `/registry/${POD}` }, "etcd", "square", "put pods/web…x7k2p", POD],
  [
    "a node's write into etcd",
    { source: API, target: "etcd", verb: "put", key: "/registry/minions/worker-1" },
    "etcd",
    "square",
    "put nodes/worker-1",
    "nodes/worker-1",
  ],
  [
    "a binding",
    { source: "kube-scheduler", target: API, verb: "POST", key: `${POD}/binding` },
    "scheduler",
    "square",
    "POST web…x7k2p/binding",
    POD,
  ],
  [
    "a refusal",
    { source: API, target: "kubectl", verb: "reply", outcome: "409 Conflict" },
    "outside",
    "cross",
    "409 Conflict",
    "pods/default/web",
  ],
  [
    "an answer",
    { source: API, target: "kube-scheduler", verb: "reply", outcome: "201 Created" },
    "scheduler",
    "square",
    "201 Created",
    "pods/default/web",
  ],
  ["a stage", { source: API, target: `${API}/admission`, verb: "admission", key: POD }, "apiserver", "square", "admission web…x7k2p", POD],
  [
    "a lane's request",
    { source: "kube-controller-manager/replicaset", target: API, verb: "POST", key: "pods/default" },
    "controller",
    "square",
    "POST pods/default",
    "",
  ],
  [
    "a node's status",
    { source: "node/worker-1/kubelet", target: API, verb: "PATCH", key: "nodes/worker-1/status" },
    "kubelet",
    "square",
    "PATCH worker-1/status",
    "nodes/worker-1",
  ],
  [
    "a CRI call",
    { source: "node/worker-1/kubelet", target: "node/worker-1/containerd", verb: "RunPodSandbox", key: POD },
    "kubelet",
    "square",
    "RunPodSandbox web…x7k2p",
    POD,
  ],
  [
    "a CNI call",
    { source: "node/worker-1/containerd", target: "node/worker-1/cni", verb: "ADD", key: POD },
    "runtime",
    "square",
    "ADD web…x7k2p",
    POD,
  ],
  [
    "the rules choose an endpoint",
    { source: "node/worker-1/pod/default/client", target: "node/worker-1/netfilter", verb: "TCP", key: "services/default/web" },
    "network",
    "square",
    "TCP services/web",
    "services/default/web",
  ],
  [
    "a question to CoreDNS",
    { source: "node/worker-1/cni", target: "coredns/coredns-1", verb: "A", key: "web.default.svc.cluster.local." },
    "network",
    "circle",
    "A web.default.svc.cluster.loc…",
    "",
  ],
  [
    "a container is broken",
    { source: "dashboard", target: "node/n1/pod/default/web-5d9c-x7k2p", verb: "break", key: "faults/node/n1/pod/default/web-5d9c-x7k2p/nginx" },
    "outside",
    "square",
    "break web…x7k2p/nginx",
    "faults/node/n1",
  ],
  [
    "a kubelet is mended",
    { source: "dashboard", target: "node/n1/kubelet", verb: "mend", key: "faults/node/n1/kubelet" },
    "outside",
    "square",
    "mend n1 kubelet",
    "faults/node/n1",
  ],
  [
    "a message is to be lost",
    { source: "dashboard", target: "kube-scheduler", verb: "break", key: "faults/messages/7", outcome: "drop" },
    "outside",
    "square",
    "break message",
    "faults/messages/7",
  ],
  [
    "a component is down with its container",
    { source: "node/n1/containerd", target: "etcd", verb: "break", key: "faults/down/etcd", outcome: "ended" },
    "runtime",
    "square",
    "break etcd",
    "faults/down/etcd",
  ],
  [
    "kube-proxy hears of endpoints",
    { source: API, target: "node/worker-1/kube-proxy", verb: "MODIFIED", key: "endpointslices/default/web-1" },
    "network",
    "diamond",
    "MODIFIED web-1",
    "endpointslices/default/web-1",
  ],
])) {
  test(`${name}: colour, shape, words and object`, () => {
    const each = hop(1, fields);
    assert.deepEqual([toneOf(each), shapeOf(each), labelOf(each), objectKeyOf(each)], [tone, shape, label, key]);
  });
}

for (const [name, most, expected] of /** @type {[string, number, string][]} */ ([
  ["web", 9, "web"],
  ["web-5d9c7b8f4-x7k2p", 9, "web…x7k2p"],
  ["web-5d9c7b8f4", 12, "web…7b8f4"],
  ["frontend-5d9c7b8f4-x7k2p", 9, "fro…x7k2p"],
  ["averylongnamewithoutadash", 10, "aver…adash"],
])) {
  test(`${name} in ${most} letters is ${expected}`, () => assert.equal(shortName(name, most), expected));
}

test("component names for people", () => {
  const names = ["node/worker-1/kubelet", "kube-controller-manager/replicaset", "etcd", "node/worker-1/pod/default/web"];
  assert.deepEqual(names.map(componentName), ["worker-1 kubelet", "kube-controller-manager (replicaset)", "etcd", "web"]);
});

const diagram = JSON.parse(readFileSync(new URL("../../dashboard/diagrams/components.json", import.meta.url), "utf8"));
const box = { x: 10, y: 500, w: 100, h: 46 };
const places = new Map([
  ...diagram.actors.map((/** @type {any} */ actor) => [actor.id, actor]),
  ...diagram.frames.map((/** @type {any} */ frame) => [frame.id, frame]),
  ["kube-apiserver/admission", box],
  ["kube-controller-manager/deployment", box],
  ["node/worker-1", { x: 0, y: 480, w: 400, h: 300 }],
  ["node/worker-1/kubelet", box],
  ["node/worker-1/containerd", { ...box, x: 200 }],
  ["node/worker-1/pod/default/web", { x: 20, y: 600, w: 100, h: 60 }],
]);

for (const [component, actor] of [
  ["kubectl", "outside"],
  ["dashboard", "outside"],
  ["kube-apiserver/admission", "kube-apiserver/admission"],
  ["kube-controller-manager/deployment", "kube-controller-manager/deployment"],
  ["kube-controller-manager/endpoint", "kube-controller-manager/endpointslice"],
  ["kube-controller-manager/of-the-future", "kube-controller-manager/others"],
  ["kube-controller-manager", "kube-controller-manager"],
  ["node/worker-1/kubelet", "node/worker-1/kubelet"],
  ["node/worker-1/of-the-future", "node/worker-1"],
  ["node/control-plane-1/kubelet", "control-plane"],
  ["node/worker-1/pod/default/web", "node/worker-1/pod/default/web"],
  ["node/worker-1/pod/default/gone", "node/worker-1"],
  ["coredns/coredns-1", "coredns"],
  ["unheard-of", ""],
]) {
  test(`${component} is drawn at ${actor || "no place"}`, () => assert.equal(actorOf(diagram, String(component), places), actor));
}

test("every way leads from sender to receiver, and the way back is the same turned round", () => {
  const names = ["outside", "etcd", "kube-scheduler", "kube-controller-manager/deployment", "node/worker-1/kubelet", "coredns"];
  for (const name of names) {
    const there = routeOf(diagram, name, "kube-apiserver", places);
    const back = routeOf(diagram, "kube-apiserver", name, places);
    assert.ok(there.length >= 2, name);
    assert.deepEqual(back, there.toReversed(), name);
  }
});

test("a packet comes to the control plane's machine by its door, and from there to CoreDNS, past the API server and etcd", () => {
  const { door } = diagram.nodes;
  const [kubelet, frame, dns] = ["node/worker-1/kubelet", "control-plane", "coredns"];
  assert.deepEqual(routeOf(diagram, kubelet, frame, places), [[60, 523], door[0]]);
  assert.deepEqual(routeOf(diagram, frame, dns, places), door);
  assert.deepEqual(routeOf(diagram, dns, kubelet, places), [...door.toReversed(), [60, 523]]);
  for (const shape of [diagram, diagram.narrow, diagram.half]) {
    const others = Object.entries(shape === diagram ? Object.fromEntries(diagram.actors.map((each) => [each.id, each])) : shape.actors);
    const crossed = others.filter(([id, box]) => id !== dns && shape.nodes.door.some((point, index) => isCrossed(shape.nodes.door[index - 1] ?? point, point, box)));
    assert.deepEqual(crossed, []);
  }
});

/** Whether an upright or level line touches a box. */
function isCrossed([x1, y1], [x2, y2], { x, y, w, h }) {
  return Math.max(x1, x2) >= x && Math.min(x1, x2) <= x + w && Math.max(y1, y2) >= y && Math.min(y1, y2) <= y + h;
}

test("a kubelet reaches its runtime inside the node, beside the word CPU, and a stage needs no way", () => {
  assert.deepEqual(routeOf(diagram, "node/worker-1/kubelet", "node/worker-1/containerd", places), [
    [90, 573.6],
    [250, 573.6],
  ]);
  assert.deepEqual(routeOf(diagram, "node/worker-1/containerd", "node/worker-1/pod/default/web", places), [
    [250, 573.6],
    [70, 630],
  ]);
  assert.deepEqual(routeOf(diagram, "kube-apiserver", "kube-apiserver/admission", places), []);
  assert.equal(isInside(hop(1, { source: API, target: `${API}/admission` })), true);
});
