// @ts-check
// Which lanes a space-time diagram has, and on which of them a component stands. Pure.

/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../types.js").Actor} Actor */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {{id: string, tone: string, actor: Actor | null, node: string, part: string}} Lane  an actor, a part of a node, a node, or all others */
/** @typedef {"part" | "node" | "rest"} Detail  a lane for each part of a node, for each node, for as many nodes as there is room */
/** @typedef {{lanes: readonly Lane[], detail: Detail}} Plan */

/** A lane for the nodes that have none of their own. */
export const REST = "node";

/** The order of a node's parts, from what speaks with the API server down to what runs. */
const PARTS = ["kubelet", "containerd", "cni", "kube-proxy", "netfilter", "pod"];
/** @type {Record<string, string>} */
const TONES = { kubelet: "kubelet", containerd: "runtime", cni: "network", "kube-proxy": "network", netfilter: "network", pod: "network" };

/**
 * The lane of a component where every part of a node has one: an actor of the diagram, or `node/<name>/<part>`.
 * @param {Diagram} diagram
 * @param {string} component
 */
export function laneOf({ actors }, component) {
  const [first = "", node = "", part = ""] = component.split("/");
  if (first === "node") return `node/${node}/${PARTS.includes(part) ? part : "kubelet"}`;
  return (actors.find(({ components }) => components.includes(first)) ?? actors[0])?.id ?? "";
}

/**
 * The lanes for hops between these lanes, in the order of the diagram, at most `room` of them: first nodes are drawn as one lane each,
 * then actors without a hop are left out, then nodes share a lane.
 * @param {Diagram} diagram
 * @param {ReadonlySet<string>} seen  lanes as `laneOf` names them
 * @param {number} room
 * @returns {Plan}
 */
export function planOf(diagram, seen, room) {
  const all = diagram.actors.map((actor) => laneFor(actor));
  const heard = all.filter(({ id }) => seen.has(id));
  const parts = [...seen].filter((id) => id.startsWith("node/")).sort(byPlace);
  const nodes = [...new Set(parts.map((id) => id.split("/", 2).join("/")))];
  for (const [actors, ids, detail] of /** @type {[Lane[], string[], Detail][]} */ ([
    [all, parts, "part"],
    [heard, parts, "part"],
    [all, nodes, "node"],
    [heard, nodes, "node"],
  ])) {
    if (actors.length + ids.length <= room) return { lanes: [...actors, ...ids.map(nodeLane)], detail };
  }
  const own = nodes.slice(0, Math.max(0, room - heard.length - 1));
  return { lanes: [...heard, ...own.map(nodeLane), nodeLane(REST)], detail: "rest" };
}

/**
 * Where a lane, as `laneOf` names it, stands in a plan; -1: nowhere.
 * @param {Plan} plan
 * @param {string} id
 */
export function rowOf({ lanes, detail }, id) {
  const wanted = detail === "part" || !id.startsWith("node/") ? id : id.split("/", 2).join("/");
  const row = lanes.findIndex((lane) => lane.id === wanted);
  return row < 0 && detail === "rest" && id.startsWith("node/") ? lanes.length - 1 : row;
}

/**
 * The lanes between which hops run.
 * @param {Diagram} diagram
 * @param {readonly Hop[]} hops
 */
export function lanesIn(diagram, hops) {
  return new Set(hops.flatMap(({ source, target }) => [laneOf(diagram, source), laneOf(diagram, target)]));
}

/** @param {Actor} actor @returns {Lane} */
function laneFor(actor) {
  return { id: actor.id, tone: actor.tone, actor, node: "", part: "" };
}

/** @param {string} id @returns {Lane} */
function nodeLane(id) {
  const [, node = "", part = ""] = id.split("/");
  return { id, tone: TONES[part] ?? "kubelet", actor: null, node, part };
}

/**
 * Nodes in their natural order, worker-2 before worker-10, and the parts of each.
 * @param {string} a
 * @param {string} b
 */
function byPlace(a, b) {
  const [, nodeA = "", partA = ""] = a.split("/");
  const [, nodeB = "", partB = ""] = b.split("/");
  return nodeA.localeCompare(nodeB, "en", { numeric: true }) || PARTS.indexOf(partA) - PARTS.indexOf(partB);
}
