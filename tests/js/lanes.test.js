import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { momentsOf } from "../../static/js/core/lane_moments.js";
import { LaneReel } from "../../static/js/core/lane_reel.js";
import { crosses, placeTexts } from "../../static/js/core/lane_texts.js";
import { FARTHEST, following, heldAt, needOf, NEAREST, panned, partOf, zoomed } from "../../static/js/core/lane_window.js";
import { laneOf, lanesIn, planOf, rowOf } from "../../static/js/core/lanes.js";
import { arrowOf } from "../../static/js/stage/lane_arrow.js";
import { hop } from "./builders.js";

const diagram = JSON.parse(readFileSync(new URL("../../dashboard/diagrams/components.json", import.meta.url), "utf8"));
const ACTORS = ["outside", "kube-apiserver", "etcd", "kube-scheduler", "kube-controller-manager", "coredns"];
const hops = (/** @type {number} */ count) => Array.from({ length: count }, (_, index) => hop(index + 1));
const ids = (/** @type {import("../../static/js/core/lanes.js").Plan} */ { lanes, detail }) => [detail, ...lanes.map(({ id }) => id)];

for (const [component, lane] of [
  ["kubectl", "outside"],
  ["kube-apiserver/admission/LimitRanger", "kube-apiserver"],
  ["kube-controller-manager/replicaset", "kube-controller-manager"],
  ["coredns/coredns-1", "coredns"],
  ["node/worker-1/kubelet", "node/worker-1/kubelet"],
  ["node/worker-1/netfilter", "node/worker-1/netfilter"],
  ["node/worker-1/pod/default/web", "node/worker-1/pod"],
  ["node/worker-1", "node/worker-1/kubelet"],
  ["somebody", "outside"],
]) {
  test(`${component} stands on the lane ${lane}`, () => assert.equal(laneOf(diagram, component ?? ""), lane));
}

for (const [what, fields, texts] of /** @type {[string, object, string[]][]} */ ([
  ["an answer, in the page's word where there is little room", { verb: "reply", outcome: "201 Created" }, ["201 Created", "응답"]],
  ["a request, in Kubernetes' own", { verb: "PUT", key: "/registry/pods/default/web" }, ["PUT pods/web", "PUT"]],
  ["a part at work", { source: "kube-apiserver", target: "kube-apiserver/admission" }, ["admission"]],
])) {
  test(`an arrow of ${what}`, () => assert.deepEqual(arrowOf({ ...hop(1), ...fields }, "응답", 10, 20, 0, 9).texts, texts));
}

const far = new Set(["kube-apiserver", "node/worker-10/kubelet", "node/worker-2/containerd", "node/worker-2/kubelet"]);
for (const [name, room, expected] of /** @type {[string, number, string[]][]} */ ([
  ["all lanes in the order of the diagram", 9, ["part", ...ACTORS, "node/worker-2/kubelet", "node/worker-2/containerd", "node/worker-10/kubelet"]],
  ["without the components that say nothing", 8, ["part", "kube-apiserver", "node/worker-2/kubelet", "node/worker-2/containerd", "node/worker-10/kubelet"]],
  ["a lane for each node", 3, ["node", "kube-apiserver", "node/worker-2", "node/worker-10"]],
  ["nodes that share a lane", 2, ["rest", "kube-apiserver", "node"]],
])) {
  test(`where ${room} lanes have room: ${name}`, () => assert.deepEqual(ids(planOf(diagram, far, room)), expected));
}

test("a component finds its lane in every plan", () => {
  const rows = [9, 3, 2].map((room) => [...far].map((id) => rowOf(planOf(diagram, far, room), id)));
  assert.deepEqual(rows, [
    [1, 8, 7, 6],
    [0, 2, 1, 1],
    [0, 1, 1, 1],
  ]);
  assert.equal(rowOf(planOf(diagram, new Set(["etcd"]), 9), "node/worker-1/kubelet"), -1);
});

test("the lanes of hops are those of both ends", () =>
  assert.deepEqual([...lanesIn(diagram, [hop(1, { source: "kubectl" }), hop(2, { target: "etcd" })])], ["outside", "kube-apiserver", "etcd"]));

const marks = hops(100);
test("the part that is drawn reaches a hop beyond both ends", () =>
  assert.deepEqual(partOf(marks, { anchor: 50, x: 100, gap: 10 }, 200), { first: 38, count: 23, left: -10, gap: 10 }));
test("what must be known lies on both sides of the anchor", () => assert.deepEqual(needOf({ anchor: 50, x: 100, gap: 10 }, 300), { before: 11, after: 21 }));
test("a window is held by the hop nearest to a place", () =>
  assert.deepEqual(heldAt(marks, { anchor: 50, x: 100, gap: 10 }, 151, 300), { anchor: 55, x: 150, gap: 10 }));
test("the first hop is not moved beyond the middle", () =>
  assert.deepEqual(panned(marks, { anchor: 3, x: 100, gap: 10 }, 500, 300), { anchor: 1, x: 150, gap: 10 }));
test("the last hop is not moved beyond the middle", () =>
  assert.deepEqual(panned(marks, { anchor: 99, x: 100, gap: 10 }, -500, 300), { anchor: 100, x: 150, gap: 10 }));
test("zooming keeps what is under the pointer", () => {
  const near = zoomed(marks, { anchor: 50, x: 100, gap: 10 }, 2, 150, 300);
  assert.deepEqual(near, { anchor: 55, x: 150, gap: 20 });
  assert.deepEqual([zoomed(marks, near, 1000, 150, 300).gap, zoomed(marks, near, 0, 150, 300).gap], [NEAREST, FARTHEST]);
});
for (const [name, seq, x] of /** @type {[string, number, number][]} */ ([
  ["stays while the hop is well within it", 55, 100],
  ["is turned like a page at its end", 80, 60],
  ["is turned back like a page", 30, 216],
  ["shows what led to a hop that is far away", 100, 216],
])) {
  test(`a window that follows ${name}`, () => {
    const window = following(marks, { anchor: 50, x: 100, gap: 10 }, seq, 300);
    const at = window.x + (seq - window.anchor) * window.gap;
    assert.equal(at, name.startsWith("stays") ? 150 : x);
  });
}

test("a window on a log that is not read to its beginning leaves room for what comes before", () =>
  assert.deepEqual(
    [true, false].map((isWhole) => following(hops(2), { anchor: 0, x: 0, gap: 10 }, 2, 300, isWhole).x),
    [20, 216],
  ));

const font = { height: 20, width: (/** @type {string} */ text) => text.length * 10, right: 1000, top: 0, bottom: 400, levels: [50, 150, 250], taken: null };
const arrow = (/** @type {number} */ x, /** @type {string} */ text, y1 = 0, y2 = 100) => ({ x1: x, y1, x2: x + 20, y2, texts: [text, text.slice(0, 4)] });
test("words stand between lanes, beside their arrow", () =>
  assert.deepEqual(placeTexts([arrow(0, "POST pods")], font), [{ x: 22, y: 40, w: 90, h: 20, index: 0, text: "POST pods" }]));
test("where the next arrow is near, the verb is enough", () => {
  const texts = placeTexts([arrow(0, "POST pods"), arrow(70, "POST pods"), arrow(200, "POST pods")], font);
  assert.deepEqual(
    texts.map(({ text }) => text),
    ["POST", "POST pods", "POST pods"],
  );
});
test("words that would be cut are left out", () => {
  const low = { x1: 500, y1: 390, x2: 500, y2: 390, texts: ["filter"] };
  const above = { x: 470, y: 360, w: 60, h: 20, index: 0, text: "filter" };
  assert.deepEqual(placeTexts([low], font), [above]);
  assert.deepEqual(placeTexts([low], { ...font, taken: above }), []);
  assert.deepEqual(placeTexts([{ ...low, x1: 995, x2: 995 }], font), []);
});
test("no words touch each other, an arrow or what lies over them", () => {
  const arrows = Array.from({ length: 60 }, (_, index) => arrow(index * 17, "POST deployments/web", (index % 3) * 100, ((index * 7) % 4) * 100));
  const taken = { x: 300, y: 0, w: 200, h: 200 };
  const texts = placeTexts(arrows, { ...font, taken });
  const meet = (/** @type {import("../../static/js/types.js").Box} */ a, /** @type {import("../../static/js/types.js").Box} */ b) =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  assert.ok(texts.length > 3);
  for (const text of texts) {
    assert.deepEqual([meet(text, taken), texts.filter((other) => other !== text && meet(text, other)).length], [false, 0]);
    assert.deepEqual(arrows.filter((line, index) => index !== text.index && crosses(line, text)), []);
  }
});

test("the clock says long waits before the time of day", () => {
  const run = [hop(1, { at: 10 }), hop(2, { at: 10.1 }), hop(3, { at: 50.1 }), hop(4, { at: 50.2 })];
  const clock = { elapsed: (/** @type {number} */ at) => at - 10 };
  assert.deepEqual(
    momentsOf(run, (index) => 100 * index, clock, 120).map(({ x, text }) => [x, text]),
    [
      [0, "00:00:00.0"],
      [150, "+40 s"],
      [300, "00:00:40.2"],
    ],
  );
});

test("of a log of 100,000 hops only the window is asked for", async () => {
  /** @type {[number, number][]} */
  const asked = [];
  const log = hops(100_000);
  const reel = new LaneReel(
    async (after, limit) => {
      asked.push([after, limit]);
      return { hops: log.slice(after, after + limit), head: log.length };
    },
    () => {},
    assert.fail,
  );
  const tail = log.slice(-500);
  const session = { tape: { tail, head: log.length }, current: log[49_999], scene: { seq: 50_000 }, live: false };
  const look = () => reel.look(/** @type {any} */ (session), 1400, 24);
  look();
  look();
  await new Promise(setImmediate);
  const { first, count } = look();
  assert.ok(reel.marks.slice(first, first + count).some(({ seq }) => seq === 50_000));
  assert.deepEqual(asked, [[49_699, 600]]);
  for (let turn = 0; turn < 60; turn += 1) {
    reel.turn(-1);
    look();
    await new Promise(setImmediate);
  }
  assert.equal(asked.length, 2);
  assert.ok(asked.every(([, limit]) => limit <= 600));
});
