// @ts-check
// Who answers for the names of the cluster. Pure.

import { placement } from "./placement.js";

/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Scene} Scene */

/** Where the cluster says how many pods shall carry CoreDNS; one without this has CoreDNS as a part of its own. */
const DNS = "deployments/kube-system/coredns";

/**
 * How many pods of CoreDNS answer: ready ones, on a machine that has power; who is without power can tell nobody. Null where no pods carry it.
 * @param {Pick<Scene, "objects">} scene
 * @returns {{answering: number, wanted: number} | null}
 */
export function dnsIn({ objects }) {
  const wanted = objects.get(DNS)?.replicas;
  if (wanted === undefined) return null;
  const answers = (/** @type {Card} */ { node, ready }) => Boolean(node && ready) && !objects.get(`nodes/${node}`)?.stopped;
  return { answering: [...placement({ objects }).dns.values()].filter(answers).length, wanted };
}
