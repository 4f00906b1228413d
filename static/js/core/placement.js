// @ts-check
// Which pod is on which node. Pure; worked out once, then carried on by what changes, so that a hop costs the same in any cluster.

/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("./cards.js").Cards} Cards */
/** @typedef {ReadonlyMap<string, Card | null>} Changes */
/** @typedef {{key: string, card: Card}} Entry */
/**
 * Nodes in name order; pods by node, in no order; by key the pods that no node has yet, and those that carry CoreDNS. Lists that did not
 * change stay the very same.
 * @typedef {{nodes: readonly Entry[], pods: ReadonlyMap<string, readonly Entry[]>, unscheduled: ReadonlyMap<string, Card>, dns: ReadonlyMap<string, Card>}} Placement
 */

/** @type {WeakMap<Cards, Placement>} */
const known = new WeakMap();

const { compare } = new Intl.Collator("en", { numeric: true });

/** @param {{objects: Cards}} scene */
export function placement({ objects }) {
  const found = known.get(objects) ?? whole(objects);
  known.set(objects, found);
  return found;
}

/**
 * Tell that `after` is `before` with `changes`: its placement need not be worked out anew.
 * @param {Cards} before
 * @param {Cards} after
 * @param {Changes} changes
 */
export function carry(before, after, changes) {
  const from = known.get(before);
  if (!from) return;
  known.set(after, { nodes: nodesAfter(from, before, changes), ...podsAfter(from, before, changes) });
}

/**
 * @param {Placement} from
 * @param {Cards} before
 * @param {Changes} changes
 */
function nodesAfter({ nodes }, before, changes) {
  for (const [key, card] of changes) {
    const old = before.get(key);
    if ((card ?? old)?.kind !== "Node") continue;
    nodes = moved(nodes, key, card);
    if (!old && card) nodes = [...nodes].sort(byName);
  }
  return nodes;
}

/**
 * @param {Placement} from
 * @param {Cards} before
 * @param {Changes} changes
 */
function podsAfter(from, before, changes) {
  if (![...changes.keys()].some((key) => key.startsWith("pods/"))) return { pods: from.pods, unscheduled: from.unscheduled, dns: from.dns };
  const pods = new Map(from.pods);
  const unscheduled = new Map(from.unscheduled);
  const dns = new Map(from.dns);
  for (const [key, card] of changes) {
    const old = before.get(key);
    if ((card ?? old)?.kind !== "Pod") continue;
    if (old?.node && old.node !== card?.node) put(pods, old.node, moved(pods.get(old.node) ?? [], key, null));
    if (card?.node) put(pods, card.node, moved(pods.get(card.node) ?? [], key, card));
    if (card && !card.node) unscheduled.set(key, card);
    else unscheduled.delete(key);
    if (card && isDns(card)) dns.set(key, card);
    else dns.delete(key);
  }
  return { pods, unscheduled, dns };
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
export function byName(a, b) {
  return compare(a.card.name, b.card.name);
}

/**
 * @param {Cards} objects
 * @returns {Placement}
 */
function whole(objects) {
  /** @type {Entry[]} */
  const nodes = [];
  /** @type {Map<string, Entry[]>} */
  const pods = new Map();
  /** @type {Map<string, Card>} */
  const unscheduled = new Map();
  /** @type {Map<string, Card>} */
  const dns = new Map();
  for (const [key, card] of objects.entries("nodes")) if (card.kind === "Node") nodes.push({ key, card });
  for (const [key, card] of objects.entries("pods")) {
    if (card.kind !== "Pod") continue;
    if (isDns(card)) dns.set(key, card);
    const list = pods.get(card.node ?? "");
    if (!card.node) unscheduled.set(key, card);
    else if (list) list.push({ key, card });
    else pods.set(card.node, [{ key, card }]);
  }
  return { nodes: nodes.sort(byName), pods, unscheduled, dns };
}

/** @param {Card} pod */
function isDns({ namespace, name }) {
  return namespace === "kube-system" && name.startsWith("coredns-");
}

/**
 * @param {readonly Entry[]} list
 * @param {string} key
 * @param {Card | null} card  null: it is no longer there
 */
function moved(list, key, card) {
  const index = list.findIndex((each) => each.key === key);
  if (index < 0) return card ? [...list, { key, card }] : list;
  return card ? list.with(index, { key, card }) : list.toSpliced(index, 1);
}

/**
 * @param {Map<string, readonly Entry[]>} pods
 * @param {string} node
 * @param {readonly Entry[]} list
 */
function put(pods, node, list) {
  if (list.length) pods.set(node, list);
  else pods.delete(node);
}
