// @ts-check
// What is on the screen as a pure function of what the server sent: scene + hop -> scene.

import { Cards } from "./cards.js";
import { unpack } from "./packed.js";
import { byName, carry, placement } from "./placement.js";

/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Card} Card */

/** Nodes that a list to choose from names; the others are chosen on the picture. */
const MOST_NODES = 100;

/** @returns {Scene} what is shown before the first message */
export function emptyScene() {
  return { seq: 0, now: 0, revision: 0, objects: new Cards() };
}

/**
 * @param {Pick<import("../types.js").StateMessage, "seq" | "now" | "revision" | "objects" | "pods">} message
 * @returns {Scene}
 */
export function loadScene({ seq, now, revision, objects, pods }) {
  const cards = Cards.of(objects);
  return { seq, now, revision, objects: pods ? cards.with(unpack(pods)) : cards };
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
  /** @type {Map<string, Card | null>} */
  const changes = new Map();
  for (const hop of news) {
    if (hop.target === "etcd") revision = Math.max(revision, hop.revision);
    if (hop.change) changes.set(hop.change.key, hop.change.card);
  }
  const at = { seq: last.seq, now: Math.max(scene.now, last.at), revision };
  if (!changes.size) return { ...at, objects: scene.objects };
  const objects = scene.objects.with(changes);
  carry(scene.objects, objects, changes);
  return { ...at, objects };
}

/**
 * The key of the object that owns one; empty when it has no owner that is drawn.
 * @param {Scene} scene
 * @param {string} key
 */
export function ownerOf({ objects }, key) {
  const owner = objects.get(key)?.owner;
  if (!owner) return "";
  for (const [each, { uid }] of objects.entries()) if (uid === owner) return each;
  return "";
}

/**
 * What a click on a component leads to: workloads behind the controllers, waiting pods behind the scheduler, CoreDNS' own pods behind it.
 * @param {Scene} scene
 * @param {string} tone
 */
export function objectsBehind({ objects }, tone) {
  const workloads = tone === "controller" || tone === "etcd" || tone === "outside" ? ["deployments", "replicasets"] : [];
  const chosen = workloads.flatMap((plural) => [...objects.entries(plural)].map(([key, card]) => ({ key, card })));
  const { unscheduled, dns } = placement({ objects });
  const pods = tone === "scheduler" ? unscheduled : tone === "network" ? dns : [];
  chosen.push(...[...pods].map(([key, card]) => ({ key, card })));
  return chosen
    .sort(byName)
    .slice(0, 12)
    .map(({ key, card: { kind, name, ready, replicas } }) => ({
      key,
      label: kind === "Pod" ? `Pod ${name}` : `${kind} ${name} ${ready ?? 0}/${replicas ?? 0}`,
    }));
}

/**
 * What can be stopped at by its next hop: every component of the diagram and of the nodes, each with a name of its own.
 * @param {import("../types.js").Diagram} diagram
 * @param {Scene} scene
 * @param {(id: string) => string} nameOf
 */
export function componentsOf({ actors }, { objects }, nameOf) {
  const named = actors.flatMap(({ components, parts = [] }) => {
    const [whole = ""] = components;
    const own = components.map((id) => ({ id, label: components.length > 1 ? `${nameOf(id)} · ${id}` : nameOf(id) }));
    return [...own, ...parts.map(({ id }) => ({ id, label: `${nameOf(whole)} · ${nameOf(id)}` }))];
  });
  const nodes = placement({ objects }).nodes.slice(0, MOST_NODES);
  const known = new Map(
    [...named, ...nodes.map(({ card }) => ({ id: `node/${card.name}`, label: card.name }))].map((each) => [each.id, each]),
  );
  return [...known.values()];
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
