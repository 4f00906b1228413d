// @ts-check
// What the inspector can be about. Pure.

/** @typedef {{kind: "hop"} | {kind: "object", key: string} | {kind: "component", id: string} | {kind: "faults"} | {kind: "why", key: string, line: number, at: number}} Subject */

/**
 * Whether a change of these objects changes what is shown of a subject.
 * @param {Subject} subject
 * @param {ReadonlySet<string>} changed  keys
 */
export function isAbout(subject, changed) {
  if (subject.kind === "hop") return false;
  return (subject.kind === "object" && changed.has(subject.key)) || [...changed].some((key) => key.startsWith("faults/"));
}
