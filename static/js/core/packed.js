// @ts-check
// Pods as a large cluster's state carries them (`dashboard/packing.py`), back into cards. Pure.

/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Packed} Packed */

/**
 * @param {Packed} packed
 * @returns {Generator<[string, Card]>}
 */
export function* unpack({ shapes, nodes, names, shape, node }) {
  for (const [index, name] of names.entries()) {
    const common = shapes[shape[index] ?? -1];
    if (common) yield [`pods/${common.namespace}/${name}`, { ...common, name, node: nodes[node[index] ?? -1] ?? "" }];
  }
}
