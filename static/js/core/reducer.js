// @ts-check
// What is on the screen as a pure function of what the server sent: scene + hop -> scene.

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Card} Card */

/** @returns {Scene} what is shown before the first message */
export function emptyScene() {
  return { seq: 0, now: 0, revision: 0, objects: {} };
}

/**
 * @param {{seq: number, now: number, revision: number, objects: Record<string, Card>}} message
 * @returns {Scene}
 */
export function loadScene(message) {
  return { seq: message.seq, now: message.now, revision: message.revision, objects: message.objects };
}

/**
 * The scene behind the last of `hops`. Hops that the scene already contains change nothing.
 * @param {Scene} scene
 * @param {readonly Hop[]} hops
 * @returns {Scene}
 */
export function showHops(scene, hops) {
  const news = hops.filter((hop) => hop.seq > scene.seq);
  const last = news.at(-1);
  if (!last) return scene;
  let revision = scene.revision;
  /** @type {Record<string, Card> | null} */
  let objects = null;
  for (const hop of news) {
    if (hop.target === "etcd") revision = Math.max(revision, hop.revision);
    if (!hop.change) continue;
    objects ??= { ...scene.objects };
    if (hop.change.card) objects[hop.change.key] = hop.change.card;
    else delete objects[hop.change.key];
  }
  return { seq: last.seq, now: Math.max(scene.now, last.at), revision, objects: objects ?? scene.objects };
}

/**
 * Nodes in name order, each with its pods in name order, and the pods that no node has yet.
 * @param {Scene} scene
 */
export function placement(scene) {
  /** @type {{key: string, card: Card}[]} */
  const nodes = [];
  /** @type {Map<string, {key: string, card: Card}[]>} */
  const pods = new Map();
  /** @type {{key: string, card: Card}[]} */
  const unscheduled = [];
  for (const [key, card] of Object.entries(scene.objects)) {
    if (card.kind === "Node") nodes.push({ key, card });
    if (card.kind !== "Pod") continue;
    if (!card.node) unscheduled.push({ key, card });
    else pods.set(card.node, [...(pods.get(card.node) ?? []), { key, card }]);
  }
  nodes.sort(byName);
  unscheduled.sort(byName);
  for (const list of pods.values()) list.sort(byName);
  return { nodes, pods, unscheduled };
}

/**
 * The pod that carries a node's kube-proxy, and the others: a part of the card stands for it.
 * @template {{card: Card}} T
 * @param {readonly T[]} pods
 * @returns {{proxy: T | undefined, others: T[]}}
 */
export function withoutProxy(pods) {
  const proxy = pods.find(({ card }) => card.namespace === "kube-system" && /^kube-proxy-[a-z0-9]{5}$/.test(card.name));
  return { proxy, others: pods.filter((pod) => pod !== proxy) };
}

/**
 * Names with numbers in their natural order: worker-2 before worker-10.
 * @param {{card: Card}} a
 * @param {{card: Card}} b
 */
function byName(a, b) {
  return a.card.name.localeCompare(b.card.name, "en", { numeric: true });
}

/**
 * The key of the object that owns one; empty when it has no owner that is drawn.
 * @param {Scene} scene
 * @param {string} key
 */
export function ownerOf({ objects }, key) {
  const owner = objects[key]?.owner;
  return owner ? (Object.keys(objects).find((each) => objects[each]?.uid === owner) ?? "") : "";
}

/**
 * What a click on a component leads to: workloads behind the controllers, waiting pods behind the scheduler.
 * @param {Scene} scene
 * @param {string} tone
 */
export function objectsBehind({ objects }, tone) {
  const chosen = Object.entries(objects).filter(([, card]) => {
    if (tone === "scheduler") return card.kind === "Pod" && !card.node;
    return (tone === "controller" || tone === "etcd" || tone === "outside") && (card.kind === "Deployment" || card.kind === "ReplicaSet");
  });
  return chosen.slice(0, 12).map(([key, { kind, name, ready, replicas }]) => ({
    key,
    label: kind === "Pod" ? `Pod ${name}` : `${kind} ${name} ${ready ?? 0}/${replicas ?? 0}`,
  }));
}

/**
 * What can be stopped at by its next hop: every component of the diagram and of the nodes.
 * @param {import("../types.js").Diagram} diagram
 * @param {Scene} scene
 * @param {(id: string) => string} nameOf
 */
export function componentsOf({ actors }, { objects }, nameOf) {
  const parts = actors.flatMap(({ components, parts: lanes = [] }) => [...components, ...lanes.map(({ id }) => id)]);
  const nodes = Object.values(objects).filter(({ kind }) => kind === "Node");
  const known = [...new Set(parts), ...nodes.map(({ name }) => `node/${name}`)];
  return known.map((id) => ({ id, label: id.startsWith("node/") ? id.slice(5) : nameOf(id) }));
}

/**
 * Requested of allocatable, from 0 to 1.
 * @param {Card} node
 * @param {readonly {card: Card}[]} pods
 * @param {"cpu" | "memory"} resource
 */
export function usage(node, pods, resource) {
  const allocatable = node[resource] ?? 0;
  if (!allocatable) return 0;
  const requested = pods.reduce((sum, { card }) => sum + (isFinished(card) ? 0 : (card[resource] ?? 0)), 0);
  return Math.min(1, requested / allocatable);
}

/** @param {Card} pod */
function isFinished(pod) {
  return pod.status === "Completed" || pod.status === "Succeeded" || pod.status === "Failed" || pod.status === "Evicted";
}

/**
 * How a pod is drawn: its STATUS column reduced to five tones, told apart by stroke as well as colour.
 * @param {Card} pod
 * @returns {"running" | "starting" | "ending" | "failed" | "done"}
 */
export function podTone(pod) {
  const status = pod.status ?? "";
  if (pod.deleting || status === "Terminating") return "ending";
  if (status === "Completed" || status === "Succeeded") return "done";
  if (/Err|BackOff|Failed|Evicted|OOM|OutOf|Invalid|Unknown|Preempting|NodeAffinity|NodeShutdown/.test(status)) return "failed";
  if (status === "Running") return podReady(pod) ? "running" : "starting";
  return "starting";
}

/** @param {Card} pod */
function podReady(pod) {
  return pod.containers ? pod.ready === pod.containers.length : Boolean(pod.ready);
}
