// Small builders of what the server sends.

/** @typedef {import("../../static/js/types.js").Hop} Hop */
/** @typedef {import("../../static/js/types.js").Card} Card */

/**
 * @param {number} seq
 * @param {Partial<Hop>} [fields]
 * @returns {Hop}
 */
export function hop(seq, fields = {}) {
  return {
    seq,
    at: seq / 10,
    step: seq,
    cause: 0,
    source: "dashboard",
    target: "kube-apiserver",
    verb: "POST",
    key: "pods/default/web",
    revision: 0,
    outcome: "",
    ms: 900,
    quiet: false,
    caption: { en: `hop ${seq}`, ko: `${seq}번` },
    change: null,
    ...fields,
  };
}

/**
 * A hop into etcd that leaves `card` behind; null deletes.
 * @param {number} seq
 * @param {string} key
 * @param {Card | null} card
 */
export function put(seq, key, card) {
  return hop(seq, {
    source: "kube-apiserver",
    target: "etcd",
    verb: card ? "put" : "delete",
    key: `/registry/${key}`,
    revision: 100 + seq,
    change: { key, card },
  });
}

/**
 * @param {string} name
 * @param {Partial<Card>} [fields]
 * @returns {Card}
 */
export function pod(name, fields = {}) {
  const containers = [{ name: "app", image: "app", state: "Running", ready: true, restarts: 0 }];
  return {
    kind: "Pod",
    namespace: "default",
    name,
    node: "worker-1",
    status: "Running",
    ready: 1,
    cpu: 100,
    memory: 1000,
    deleting: false,
    containers,
    ...fields,
  };
}

/** @returns {import("../../static/js/types.js").Control} */
export function control(fields = {}) {
  return { pace: "lecture", rate: 1, paused: false, ...fields };
}

/**
 * @param {number} seq
 * @param {Record<string, Card>} objects
 * @returns {import("../../static/js/types.js").StateMessage}
 */
export function state(seq, objects = {}) {
  return { type: "state", seq, head: seq, began: seq ? 0.1 : 0, now: seq / 10, revision: 100 + seq, objects, control: control() };
}

/**
 * @param {Hop[]} hops
 * @returns {import("../../static/js/types.js").FrameMessage}
 */
export function frame(hops) {
  return { type: "frame", first: hops[0]?.seq ?? 0, last: hops.at(-1)?.seq ?? 0, now: hops.at(-1)?.at ?? 0, hops, control: control() };
}

/**
 * A scene with its cards as a plain record, to be compared.
 * @param {import("../../static/js/types.js").Scene} scene
 */
export function plain(scene) {
  return { ...scene, objects: Object.fromEntries(scene.objects.entries()) };
}
