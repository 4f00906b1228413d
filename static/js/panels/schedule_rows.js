// @ts-check
// Lines of the scheduler's tables: which of them stand on the wall, where nobody can scroll, and what is said of those that do not.

import { html } from "../page/dom.js";

/** So many names of a line are on the wall. */
const NAMES = 3;

/**
 * What is listed, each with its rows. The wall has room for the first ones, and for how many nodes there are beyond them; elsewhere only those are
 * counted that were not sent.
 * @param {HTMLElement[][]} listed
 * @param {number[]} counts  nodes of each
 * @param {number} left  nodes that were not sent
 * @param {number} few
 * @param {(count: number) => string} tell
 */
export function bodies(listed, counts, left, few, tell) {
  const beyond = counts.slice(few).reduce((sum, count) => sum + count, left);
  const more = (/** @type {number} */ count, /** @type {Record<string, string | boolean>} */ where) =>
    count ? html("tbody", where, detail(tell(count), 4)) : null;
  const shown = listed.map((rows, index) => html("tbody", { "data-rest": index >= few }, ...rows));
  return [...shown, more(beyond, { class: "schedule-more" }), more(left, { "data-rest": true })];
}

/**
 * @param {Node | string} more
 * @param {number} columns
 */
export function detail(more, columns) {
  return html("tr", { class: "schedule-detail" }, html("td", { colspan: columns }, more));
}

/**
 * The names of nodes; the wall has room for the first ones, and for how many more there are.
 * @param {readonly string[]} nodes
 * @param {number} left  how many more were not sent
 */
export function names(nodes, left) {
  const each = nodes.flatMap((node, index) => [
    html("span", { class: "schedule-name", "data-rest": index >= NAMES }, node, index < nodes.length - 1 ? "," : ""),
    " ",
  ]);
  const beyond = Math.max(nodes.length - NAMES, 0) + left;
  const more = (/** @type {number} */ count, /** @type {Record<string, string | boolean>} */ where) =>
    count ? html("span", where, `+ ${count}`) : null;
  return [...each, more(beyond, { class: "schedule-more" }), more(left, { "data-rest": true })];
}
