// @ts-check
// A cluster's family as rows of a timeline: where each row leaves its parent and how far it has come. Pure.

/** @typedef {{name: string, parent: string, began: number, head: number, address: string, here: boolean}} Relative */
/** @typedef {{relative: Relative, from: number, to: number}} Row  from 0 to 1 along the longest log */

/**
 * The rows that fit, this cluster and its nearest relatives first to stay, of equally near ones the latest; in the family's order.
 * @param {readonly Relative[]} family  each before its branches
 * @param {number} most
 * @returns {Row[]}
 */
export function rowsOf(family, most) {
  const longest = Math.max(1, ...family.map(({ head }) => head));
  const here = family.find((each) => each.here);
  const near = (/** @type {Relative} */ each) =>
    each.here || each.name === here?.parent || each.parent === here?.name ? 0 : each.parent === here?.parent ? 1 : 2;
  const order = (/** @type {Relative} */ each) => (each.here ? -1 : near(each));
  const kept = new Set([...family].sort((a, b) => order(a) - order(b) || family.indexOf(b) - family.indexOf(a)).slice(0, most));
  return family
    .filter((each) => kept.has(each))
    .map((relative) => ({ relative, from: relative.parent ? relative.began / longest : 0, to: relative.head / longest }));
}

/**
 * What a cluster is compared with when nothing is said: its parent, else its latest branch.
 * @param {readonly Relative[]} family
 * @returns {Relative | null}
 */
export function counterpartOf(family) {
  const here = family.find((each) => each.here);
  return family.find(({ name }) => name === here?.parent) ?? family.findLast(({ parent }) => parent === here?.name) ?? null;
}

/**
 * The last hop that two clusters of a family share.
 * @param {readonly Relative[]} family
 * @param {string} one
 * @param {string} other
 */
export function sharedUpto(family, one, other) {
  const upto = reach(family, one);
  let shared = 0;
  for (const [name, hop] of reach(family, other)) shared = Math.max(shared, Math.min(hop, upto.get(name) ?? 0));
  return shared;
}

/**
 * Up to which hop each ancestor's log, and its own, belongs to a cluster.
 * @param {readonly Relative[]} family
 * @param {string} name
 */
function reach(family, name) {
  /** @type {Map<string, number>} */
  const upto = new Map();
  let bound = Infinity;
  for (let at = family.find((each) => each.name === name); at; at = family.find((each) => each.name === at?.parent)) {
    upto.set(at.name, Math.min(bound, at.head));
    bound = Math.min(bound, at.began);
  }
  return upto;
}
