// @ts-check
// What is broken in a scene, and what can be. Pure.

import { dnsIn } from "./dns.js";

/** @typedef {import("../types.js").Actor} Actor */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Scene} Scene */
/**
 * What can be wrong, as the server says: with a component, with a controller of the manager, with a part of a node (empty: the node),
 * with a container; of what takes seconds, how many when nobody says.
 * @typedef {{components: Record<string, string[]>, controller: string[], node: Record<string, string[]>, container: string[], seconds: Record<string, number>}} Offers
 */

const MOST_PLACES = 200;
const MANAGER = "kube-controller-manager";

/**
 * Everything that is broken, in the order of its names.
 * @param {Scene} scene
 * @returns {Card[]}
 */
export function faultsIn({ objects }) {
  return wrongIn(objects, "Fault");
}

/**
 * The nodes that are being drained.
 * @param {Scene} scene
 * @returns {Card[]}
 */
export function drainsIn({ objects }) {
  return wrongIn(objects, "Drain");
}

/** CoreDNS without a pod that answers. */
const SILENT = { kind: "Down", name: "coredns", fault: "down" };

/** What stands for a component that is down with the power of its machine. */
const DARK = ["kube-apiserver", "etcd", "kube-scheduler", "kube-controller-manager"].map((name) => ({ kind: "Down", name, fault: "down" }));

/**
 * The components that are down though nobody broke them: their container has ended, their machine has no power, none of their pods answers.
 * @param {Pick<Scene, "objects">} scene
 * @param {string} machine  the node that they run on
 * @returns {Card[]}
 */
export function downIn({ objects }, machine) {
  const found = objects.get(`nodes/${machine}`)?.stopped ? DARK : wrongIn(objects, "Down");
  const silent = dnsIn({ objects })?.answering === 0 ? [SILENT] : [];
  return [...found, ...silent].filter(({ name }) => !objects.get(`faults/${name}`));
}

/**
 * The messages that something is to become of, the oldest first.
 * @param {Scene} scene
 * @returns {Card[]}
 */
export function messagesIn({ objects }) {
  return wrongIn(objects, "MessageFault");
}

/**
 * @param {Scene["objects"]} objects
 * @param {string} wanted  the kind
 */
function wrongIn(objects, wanted) {
  const found = [...objects.entries("faults")].map(([, card]) => card).filter(({ kind }) => kind === wanted);
  return found.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
}

/**
 * What is wrong with a component itself.
 * @param {Scene} scene
 * @param {string} target
 * @returns {Card | undefined}
 */
export function faultOf(scene, target) {
  return scene.objects.get(`faults/${target}`);
}

/**
 * @param {Offers} offers
 * @param {string} target
 * @returns {string[]}
 */
export function offersFor(offers, target) {
  const [first = "", second = "", part = "", ...container] = target.split("/");
  if (first === "node" && part === "pod") return container.length === 3 ? offers.container : [];
  if (first === "node") return (second && offers.node[part]) || [];
  if (first === MANAGER && second) return offers.controller;
  return offers.components[target] ?? [];
}

/**
 * What can be broken of an actor of the diagram: itself, then its controllers.
 * @param {Actor} actor
 * @param {Offers} offers
 * @returns {string[]}
 */
export function targetsOf(actor, offers) {
  const parts = (actor.parts ?? []).flatMap(({ id, components, rest }) => (rest ? [] : [id, ...(components ?? [])]));
  const lanes = actor.id === MANAGER ? parts : [];
  return [...actor.components, ...lanes].filter((target) => offersFor(offers, target).length > 0);
}

const REQUESTS = ["POST", "PUT", "PATCH", "DELETE", "GET", "LIST"];
const CLUSTER_WIDE = ["nodes", "namespaces", "persistentvolumes"];
const EVENTS = ["ADDED", "MODIFIED", "DELETED"];

/** A client that waits for nobody. */
const IMPATIENT = "kubeadm";

/**
 * What can become of the next message like a hop: of a request, of a watch event; nothing of anything else. Like it is what is about
 * the same object; where each is made with a name of its own, what is about any object of the namespace.
 * @param {import("../types.js").Hop} hop
 * @returns {{effects: string[], message: {source: string, target: string, verb: string, key: string}}}
 */
export function messageOf({ source, target, verb, key }) {
  const isRequest = target === "kube-apiserver" && REQUESTS.includes(verb);
  const isEvent = source === "kube-apiserver" && EVENTS.includes(verb);
  const all = isEvent || (isRequest && source !== IMPATIENT);
  const effects = all ? ["drop", "duplicate", "delay"] : isRequest ? ["drop", "duplicate"] : [];
  const reader = target.startsWith("kube-controller-manager/") ? "kube-controller-manager" : target;
  return { effects, message: { source, target: isEvent ? reader : target, verb, key: patternOf(verb, key) } };
}

/**
 * What can be broken of a pod: its containers, once it is on a node.
 * @param {Card} pod
 * @param {Offers} offers
 * @returns {string[]}
 */
function targetsIn({ node, namespace, name, containers }, offers) {
  const targets = node ? (containers ?? []).map((container) => `node/${node}/pod/${namespace}/${name}/${container.name}`) : [];
  return targets.filter((target) => offersFor(offers, target).length > 0);
}

/**
 * What can be broken of an object: of a node or a pod.
 * @param {Card} card
 * @param {Offers} offers
 */
export function targetsAt(card, offers) {
  if (card.kind === "Node") return targetsOn(card.name, offers);
  return card.kind === "Pod" ? targetsIn(card, offers) : [];
}

/**
 * Where something can be broken, for those who choose it from a list: the panels of actors, nodes and pods, the first ones of many.
 * @param {readonly Actor[]} actors
 * @param {Scene} scene
 * @param {Offers} offers
 * @returns {{group: "components" | "nodes" | "pods", id: string}[]}
 */
export function placesToBreak(actors, { objects }, offers) {
  const keys = (/** @type {string} */ plural) =>
    [...objects.entries(plural)]
      .map(([key]) => key)
      .sort()
      .slice(0, MOST_PLACES);
  const components = actors.filter((actor) => targetsOf(actor, offers).length).map(({ id }) => id);
  return [
    ...components.map((id) => ({ group: /** @type {const} */ ("components"), id })),
    ...keys("nodes").map((id) => ({ group: /** @type {const} */ ("nodes"), id })),
    ...keys("pods").map((id) => ({ group: /** @type {const} */ ("pods"), id })),
  ];
}

/**
 * @param {string} verb
 * @param {string} key  `plural/namespace/name`, with a subresource behind it
 */
function patternOf(verb, key) {
  if (verb !== "POST" && verb !== "ADDED") return key;
  const [plural = "", namespace = "", name, ...subresource] = key.split("/");
  if (CLUSTER_WIDE.includes(plural)) return [plural, "*", ...(name ? [name] : [])].join("/");
  return [plural, namespace, "*", ...subresource].join("/");
}

/**
 * What can be broken of a node: the node, then what runs on it.
 * @param {string} node
 * @param {Offers} offers
 * @returns {string[]}
 */
export function targetsOn(node, offers) {
  return Object.keys(offers.node)
    .sort()
    .map((part) => (part ? `node/${node}/${part}` : `node/${node}`));
}
