// @ts-check
// A node's packet rules at work: the chains that a packet passed, and among which endpoints one was chosen.

import { shortName } from "../core/hops.js";
import { html } from "../page/dom.js";

/** @typedef {import("../types.js").Rules} Rules */
/** @typedef {import("../types.js").Endpoint} Endpoint */
/** @typedef {import("../core/strings.js").Strings} Strings */

/**
 * @param {Rules} rules
 * @param {Strings} strings
 */
export function rulesTable({ chains, choice, endpoints, left }, strings) {
  return html(
    "div",
    {},
    html("h3", { class: "inspector-eyebrow" }, strings.text("rules-passed")),
    html("ol", { class: "chains" }, ...chains.map((name) => html("li", {}, name))),
    endpoints.length ? html("table", { class: "schedule" }, caption(choice, strings), html("tbody", {}, ...endpoints.flatMap((each) => rows(each, strings)))) : null,
    left ? html("p", { class: "inspector-note" }, `+ ${left}`) : null,
  );
}

/** @param {string} choice @param {Strings} strings */
function caption(choice, strings) {
  return html("caption", { class: "inspector-eyebrow" }, strings.text(choice ? `rules-${choice}` : "rules-none"));
}

/** @param {Endpoint} endpoint @param {Strings} strings */
function rows({ address, pod, chosen, why }, strings) {
  const main = html(
    "tr",
    { class: "schedule-row", "data-chosen": chosen, "data-refused": Boolean(why) && !chosen },
    html("th", { scope: "row" }, chosen ? `▸ ${address}` : address),
    html("td", {}, shortName(pod, 12)),
  );
  return why ? [main, html("tr", { class: "schedule-detail" }, html("td", { colspan: 2 }, strings.text(`rules-${why}`)))] : [main];
}
