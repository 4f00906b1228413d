// @ts-check
// What panels are made of.

import { html } from "../page/dom.js";

/**
 * @param {string} heading
 * @param {HTMLElement} body
 */
export function section(heading, body) {
  return html("section", { class: "inspector-section" }, html("h3", { class: "inspector-eyebrow" }, heading), body);
}

/**
 * @param {string} heading
 * @param {HTMLElement} body
 */
export function folded(heading, body) {
  return html("details", { class: "inspector-fold" }, html("summary", {}, heading), body);
}
