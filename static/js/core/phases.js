// @ts-check
// The phases in which a request becomes a running container, and where each begins and ends on the line. Pure.

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {"admit" | "persist" | "schedule" | "control" | "run"} Phase */

/**
 * Who works decides: the API server on the way in, etcd, the scheduler, a controller, a node. A reply belongs to what it answers.
 * @param {Hop} hop
 * @returns {Phase | null} null: it goes on with the phase before
 */
export function phaseOf({ source, target, verb }) {
  if (verb === "reply") return null;
  if (target === "etcd") return "persist";
  const either = (/** @type {string} */ name) => source.startsWith(name) || target.startsWith(name);
  if (either("kube-scheduler")) return "schedule";
  if (either("kube-controller-manager")) return "control";
  if (either("node/")) return "run";
  return "admit";
}

/**
 * The phase that each mark stands in.
 * @param {readonly Hop[]} marks
 * @param {number} index
 * @returns {Phase | null}
 */
export function phaseAt(marks, index) {
  for (let at = index; at >= 0; at -= 1) {
    const hop = marks[at];
    const phase = hop && phaseOf(hop);
    if (phase) return phase;
  }
  return null;
}

/**
 * The last mark of the phase that follows the one at `position`: the rest of the log when that phase goes on to its end.
 * @param {readonly Hop[]} marks
 * @param {number} position  -1: before the first mark
 * @returns {Hop | null} null: there is no mark ahead
 */
export function nextPhaseEnd(marks, position) {
  let index = position + 1;
  const now = phaseAt(marks, position);
  while (index < marks.length - 1 && phaseAt(marks, index) === now) index += 1;
  const phase = phaseAt(marks, index);
  while (index < marks.length - 1 && phaseAt(marks, index + 1) === phase) index += 1;
  return marks[index] ?? null;
}

/**
 * The last mark of the phase before the one at `position`.
 * @param {readonly Hop[]} marks
 * @param {number} position
 * @returns {Hop | null} null: the log does not reach back to it
 */
export function phaseBefore(marks, position) {
  const now = phaseAt(marks, position);
  let index = position;
  while (index >= 0 && phaseAt(marks, index) === now) index -= 1;
  return marks[index] ?? null;
}
