// @ts-check
// Which way a hop takes across the diagram. Pure: names and boxes in, points out.

import { borderOf, centre } from "./geometry.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Point} Point */
/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {ReadonlyMap<string, Box>} Places */

/**
 * The actor that stands for a component: the nearest one of its path that the diagram draws; a part may stand for several
 * components, and one of them for all that no other is drawn for.
 * @param {Diagram} diagram
 * @param {string} component
 * @param {Places} places
 * @returns {string} an id of `places`; empty when the diagram does not know the component
 */
export function actorOf(diagram, component, places) {
  for (let name = component; name; name = name.slice(0, Math.max(0, name.lastIndexOf("/")))) {
    if (places.has(name)) return (name !== component && restOf(diagram, name)) || name;
    const shared = diagram.actors.flatMap(({ parts }) => parts ?? []).find((part) => part.components?.includes(name));
    if (shared) return shared.id;
    const actor = diagram.actors.find((each) => each.components.includes(name));
    if (actor) return actor.id;
  }
  return component.startsWith("node/") && places.has(diagram.nodes.frame) ? diagram.nodes.frame : "";
}

/**
 * @param {Diagram} diagram
 * @param {string} id  of an actor
 */
function restOf(diagram, id) {
  return diagram.actors.find((each) => each.id === id)?.parts?.find(({ rest }) => rest)?.id;
}

/**
 * The words that the diagram has for a component.
 * @param {Diagram} diagram
 * @param {string} component
 */
export function labelIn({ actors }, component) {
  const part = actors.flatMap(({ parts }) => parts ?? []).find(({ id }) => id === component);
  return (part ?? actors.find(({ components }) => components.includes(component)))?.label;
}

/**
 * The outermost actor an id belongs to: a lane's process, a kubelet's node.
 * @param {string} id
 */
export function rootOf(id) {
  const parts = id.split("/");
  return parts[0] === "node" ? parts.slice(0, 2).join("/") : (parts[0] ?? id);
}

/**
 * The points a hop travels along from `source` to `target`; fewer than two when it stays inside one actor.
 * @param {Diagram} diagram
 * @param {string} source  an id of `places`
 * @param {string} target  an id of `places`
 * @param {Places} places
 * @returns {Point[]}
 */
export function routeOf(diagram, source, target, places) {
  const from = places.get(source);
  const to = places.get(target);
  const [sourceRoot, targetRoot] = [rootOf(source), rootOf(target)];
  if (!from || !to || source === target) return [];
  if (sourceRoot === targetRoot) return source.startsWith("node/") ? [inNode(source, from), inNode(target, to)] : [];
  for (const { between, points } of diagram.edges) {
    if (between[0] === sourceRoot && between[1] === targetRoot) return points;
    if (between[1] === sourceRoot && between[0] === targetRoot) return points.toReversed();
  }
  if (sourceRoot === diagram.nodes.hub && target.startsWith("node/")) return nodeRoute(diagram, to);
  if (targetRoot === diagram.nodes.hub && source.startsWith("node/")) return nodeRoute(diagram, from).reverse();
  if (sourceRoot === diagram.nodes.hub && target === diagram.nodes.frame) return machineRoute(diagram, to);
  if (targetRoot === diagram.nodes.hub && source === diagram.nodes.frame) return machineRoute(diagram, from).reverse();
  if (isOnNetwork(diagram, source) && isOnNetwork(diagram, target)) return networkRoute(diagram, source, target, places);
  const [start, end] = [places.get(sourceRoot) ?? from, places.get(targetRoot) ?? to];
  return [borderOf(start, centre(end)), borderOf(end, centre(start))];
}

/**
 * @param {Diagram} diagram
 * @param {{source: string, target: string}} hop
 * @param {Places} places
 * @returns {{source: string, target: string, points: Point[]}} the ids of both ends, and the way between
 */
export function wayOf(diagram, hop, places) {
  const [source, target] = [actorOf(diagram, hop.source, places), actorOf(diagram, hop.target, places)];
  return { source, target, points: routeOf(diagram, source, target, places) };
}

/**
 * The edges that a hop passes along, each in one direction whichever way the hop goes: to a node the one to the bus, which all nodes
 * share, and the one from there on, when the node stands right below the bus.
 * @param {Diagram} diagram
 * @param {{source: string, target: string}} hop
 * @param {Places} places
 * @returns {Point[][]}
 */
export function edgesOf(diagram, hop, places) {
  const { hub, y } = diagram.nodes;
  const ends = [hop.source, hop.target].map((name) => rootOf(actorOf(diagram, name, places))).sort();
  const [from = "", to = ""] = ends[1] === hub ? ends.toReversed() : ends;
  const points = routeOf(diagram, from, to, places);
  if (points.length < 2) return [];
  if (from !== hub || !to.startsWith("node/")) return [points];
  const box = places.get(to);
  return box?.y === y && box.top === undefined ? [points.slice(0, 2), points.slice(1)] : [points.slice(0, 2)];
}

/**
 * From the hub to the machine that it runs on, which is the frame around it: along its lower edge, where nothing else stands.
 * @param {Diagram} diagram
 * @param {Box} frame
 * @returns {Point[]}
 */
function machineRoute({ nodes: { port } }, frame) {
  const y = (port[1] + frame.y + frame.h) / 2;
  return [port, [port[0], y], [frame.x + frame.w / 8, y]];
}

/**
 * @param {Diagram} diagram
 * @param {string} id
 */
function isOnNetwork({ nodes: { frame, dns } }, id) {
  return id === frame || id === dns || id.startsWith("node/");
}

/**
 * Between two ends of the pod network. The control plane's machine has a door at its edge, and behind it a way to the DNS server, so
 * that no packet seems to pass the API server or etcd.
 * @param {Diagram} diagram
 * @param {string} source
 * @param {string} target
 * @param {Places} places
 * @returns {Point[]}
 */
function networkRoute({ nodes: { frame, dns, door } }, source, target, places) {
  const inside = [source, target].includes(frame) ? door.slice(1) : door;
  const end = (/** @type {string} */ id) => {
    const box = places.get(id);
    return id === dns ? inside.toReversed() : id === frame || !box ? door.slice(0, 1) : [centre(box)];
  };
  return [...end(source), ...end(target).toReversed()];
}

/**
 * From the hub down to the bus, along it, and up or down to the box, or to what stands before it.
 * @param {Diagram} diagram
 * @param {Box} box
 * @returns {Point[]}
 */
export function nodeRoute(diagram, box) {
  const { port, bus } = diagram.nodes;
  const x = box.x + box.w / 2;
  return [port, [port[0], bus], [x, bus], [x, box.top ?? box.y]];
}

/**
 * Within a node hops pass under its parts, beside the packet rules, so that the names stay readable, and lead to the middle of its pods.
 * @param {string} id
 * @param {Box} box
 * @returns {Point}
 */
function inNode(id, box) {
  if (id.endsWith("/netfilter")) return [box.x - box.w, box.y + box.h / 2];
  const share = id.endsWith("/kubelet") ? 0.8 : 0.5; // the word CPU stands below its left half
  return /^node\/[^/]+\/[^/]+$/.test(id) ? [box.x + share * box.w, box.y + 1.6 * box.h] : centre(box);
}
