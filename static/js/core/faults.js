// @ts-check
// What is broken in a scene, and what can be. Pure.

/** @typedef {import("../types.js").Actor} Actor */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Scene} Scene */
/**
 * What can be wrong, as the server says: with a component, with a controller of the manager, with a part of a node (empty: the node).
 * @typedef {{components: Record<string, string[]>, controller: string[], node: Record<string, string[]>}} Offers
 */

/** The answer for the objects that were asked about last: they are many, and are asked about in each frame. */
let known = { objects: /** @type {Scene["objects"]} */ ({}), faults: /** @type {Card[]} */ ([]) };

const MANAGER = "kube-controller-manager";

/**
 * Everything that is broken, in the order of its names.
 * @param {Scene} scene
 * @returns {Card[]}
 */
export function faultsIn({ objects }) {
  if (objects !== known.objects) {
    const broken = Object.values(objects).filter(({ kind }) => kind === "Fault");
    known = { objects, faults: broken.sort((one, other) => one.name.localeCompare(other.name)) };
  }
  return known.faults;
}

/**
 * What is wrong with a component itself.
 * @param {Scene} scene
 * @param {string} target
 * @returns {Card | undefined}
 */
export function faultOf(scene, target) {
  return scene.objects[`faults/${target}`];
}

/**
 * @param {Offers} offers
 * @param {string} target
 * @returns {string[]}
 */
export function offersFor(offers, target) {
  const [first = "", second = "", part = ""] = target.split("/");
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
const EVENTS = ["ADDED", "MODIFIED", "DELETED"];

/**
 * What can become of the next message like a hop: of a request, of a watch event; nothing of anything else.
 * @param {import("../types.js").Hop} hop
 * @returns {{effects: string[], message: {source: string, target: string, verb: string, key: string}}}
 */
export function messageOf({ source, target, verb, key }) {
  const isRequest = target === "kube-apiserver" && REQUESTS.includes(verb);
  const isEvent = source === "kube-apiserver" && EVENTS.includes(verb);
  const effects = isEvent ? ["drop", "duplicate", "delay"] : isRequest ? ["drop", "duplicate"] : [];
  const reader = target.startsWith("kube-controller-manager/") ? "kube-controller-manager" : target;
  return { effects, message: { source, target: isEvent ? reader : target, verb, key: `${key.split("/")[0]}/` } };
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
