// @ts-check
// Breakpoints on the line: where they came true, which one is next, and which ones the hop on the screen suggests. Pure.

import { objectKeyOf } from "./hops.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {{text: string, seqs: number[]}} Breakpoint */
/** @typedef {{seq: number, texts: string[]}} Flag */

/**
 * One flag a hop, in order.
 * @param {readonly Breakpoint[]} breakpoints
 * @returns {Flag[]}
 */
export function flagsOf(breakpoints) {
  /** @type {Map<number, string[]>} */
  const texts = new Map();
  for (const { text, seqs } of breakpoints) for (const seq of seqs) texts.set(seq, [...(texts.get(seq) ?? []), text]);
  return [...texts].map(([seq, all]) => ({ seq, texts: all })).sort((a, b) => a.seq - b.seq);
}

/**
 * @param {readonly Flag[]} flags
 * @param {number} seq
 * @param {1 | -1} direction
 * @returns {Flag | null} the nearest one behind or before hop `seq`
 */
export function flagFrom(flags, seq, direction) {
  return (direction > 0 ? flags.find((flag) => flag.seq > seq) : flags.findLast((flag) => flag.seq < seq)) ?? null;
}

/**
 * The kind of a key, as conditions name it: `pods/default/web` is about a `pod`.
 * @param {string} plural
 * @param {readonly string[]} kinds
 */
export function kindOf(plural, kinds) {
  return kinds.find((kind) => plural === `${kind}s` || plural === `${kind}es` || plural === kind.replace(/y$/, "ies")) ?? "";
}

/**
 * Conditions that stop where this hop is, or where the like of it happens again.
 * @param {Hop | null} hop
 * @param {readonly string[]} kinds
 * @returns {string[]}
 */
export function suggestionsOf(hop, kinds) {
  if (!hop) return [];
  const components = [hop.source, hop.target].filter((name) => name !== "kube-apiserver" && !name.startsWith("kube-apiserver/"));
  const [plural = "", ...names] = objectKeyOf(hop).split("/");
  const kind = kindOf(plural, kinds);
  const changed = kind ? [`${kind} ${names.at(-1)} changed`] : [];
  return [...changed, ...[...new Set(components)].map((name) => `hop ${name}`)];
}
