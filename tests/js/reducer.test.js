import assert from "node:assert/strict";
import { test } from "node:test";
import { componentsOf, loadScene, objectsBehind, ownerOf, podTone, showHops, usage } from "../../static/js/core/reducer.js";
import { hop, plain, pod, put, state } from "./builders.js";

const web = pod("web");
const log = [
  hop(1),
  put(2, "pods/default/web", pod("web", { status: "Pending" })),
  hop(3),
  put(4, "pods/default/web", web),
  put(5, "pods/default/old", null),
];

test("state at any position and the hops after it give the state at the head", () => {
  const start = loadScene(state(0, { "pods/default/old": pod("old") }));
  const head = showHops(start, log);
  assert.deepEqual(plain(head), { seq: 5, now: 0.5, revision: 105, objects: { "pods/default/web": web } });
  for (let at = 0; at <= log.length; at += 1) {
    const middle = showHops(start, log.slice(0, at));
    assert.deepEqual(plain(showHops(middle, log.slice(at))), plain(head), `resumed after hop ${at}`);
    assert.deepEqual(plain(showHops(middle, log)), plain(head), `the whole log again after hop ${at}`);
  }
});

test("showing a hop leaves the scene before it as it was", () => {
  const before = loadScene(state(0, { "pods/default/old": pod("old") }));
  const copy = structuredClone(plain(before));
  showHops(before, log);
  assert.deepEqual(plain(before), copy);
});

test("a hop that changes nothing keeps the very same objects, so that nothing is drawn anew", () => {
  const before = loadScene(state(0, { "pods/default/web": web }));
  assert.equal(showHops(before, [hop(1)]).objects, before.objects);
});

for (const [name, pods, expected] of /** @type {const} */ ([
  ["nothing requested", [], 0],
  ["the sum of its pods' requests", [{ cpu: 250 }, { cpu: 750 }], 0.5],
  ["a completed pod no longer counts", [{ cpu: 500 }, { cpu: 1000, status: "Completed" }], 0.25],
  ["never more than the whole", [{ cpu: 5000 }], 1],
])) {
  test(`usage: ${name}`, () => {
    const node = { kind: "Node", name: "worker-1", cpu: 2000 };
    assert.equal(
      usage(
        node,
        pods.map((fields, index) => ({ card: pod(`p${index}`, fields) })),
        "cpu",
      ),
      expected,
    );
  });
}

test("usage of a node that has not said what it has is 0", () => {
  assert.equal(usage({ kind: "Node", name: "new" }, [{ card: web }], "memory"), 0);
});

for (const [status, fields, tone] of /** @type {const} */ ([
  ["Running", {}, "running"],
  ["Running", { ready: 0 }, "starting"],
  ["Pending", { ready: 0 }, "starting"],
  ["ContainerCreating", { ready: 0 }, "starting"],
  ["Terminating", { deleting: true }, "ending"],
  ["Completed", { ready: 0 }, "done"],
  ["ErrImagePull", { ready: 0 }, "failed"],
  ["ImagePullBackOff", { ready: 0 }, "failed"],
  ["CrashLoopBackOff", { ready: 0 }, "failed"],
  ["Error", { ready: 0 }, "failed"],
  ["OOMKilled", { ready: 0 }, "failed"],
  ["OutOfcpu", { ready: 0 }, "failed"],
  ["NodeAffinity", { ready: 0 }, "failed"],
])) {
  test(`a pod that is ${status} ${JSON.stringify(fields)} is drawn as ${tone}`, () => {
    assert.equal(podTone(pod("web", { status, ...fields })), tone);
  });
}

const OBJECTS = {
  "pods/default/a": pod("a", { owner: "uid-rs", node: "" }),
  "pods/default/b": pod("b", { owner: "" }),
  "replicasets/default/rs": { kind: "ReplicaSet", namespace: "default", name: "rs", uid: "uid-rs", ready: 1, replicas: 2 },
  "nodes/n1": { kind: "Node", name: "n1" },
};
const SCENE = loadScene(state(1, OBJECTS));

for (const [key, owner] of [
  ["pods/default/a", "replicasets/default/rs"],
  ["pods/default/b", ""],
  ["pods/default/none", ""],
]) {
  test(`the owner of ${key} is ${owner || "nobody"}`, () => assert.equal(ownerOf(SCENE, key ?? ""), owner));
}

for (const [tone, expected] of /** @type {[string, object[]][]} */ ([
  ["scheduler", [{ key: "pods/default/a", label: "Pod a" }]],
  ["controller", [{ key: "replicasets/default/rs", label: "ReplicaSet rs 1/2" }]],
  ["kubelet", []],
])) {
  test(`behind a component in the colour of the ${tone}`, () => assert.deepEqual(objectsBehind(SCENE, tone), expected));
}

test("every component of the diagram and every node can be stopped at, and no two have the same name", () => {
  const actors = [
    { components: ["dashboard", "kubectl"] },
    { components: ["kube-scheduler"], parts: [{ id: "kube-scheduler/filter" }, { id: "kube-scheduler/score" }] },
  ];
  const diagram = /** @type {import("../../static/js/types.js").Diagram} */ (/** @type {unknown} */ ({ actors }));
  const names = /** @type {Record<string, string>} */ ({ dashboard: "User", kubectl: "User", "kube-scheduler/filter": "filter" });
  assert.deepEqual(
    componentsOf(diagram, SCENE, (id) => names[id] ?? id),
    [
      { id: "dashboard", label: "User · dashboard" },
      { id: "kubectl", label: "User · kubectl" },
      { id: "kube-scheduler", label: "kube-scheduler" },
      { id: "kube-scheduler/filter", label: "kube-scheduler · filter" },
      { id: "kube-scheduler/score", label: "kube-scheduler · kube-scheduler/score" },
      { id: "node/n1", label: "n1" },
    ],
  );
});
