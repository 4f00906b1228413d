// @ts-check
// Why something is as it is: the field, and the chain of hops from the request that began it, as sentences.

import { isReply, toneOf } from "../core/hops.js";
import { html } from "../page/dom.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/api.js").Reason} Reason */
/** @typedef {import("../core/strings.js").Strings} Strings */

/** Sentences of a chain: a Deployment's Pod takes a dozen from the request to its running container. */
const MOST = 16;

/**
 * The hops of a chain that a class asks for: who asked, who learned of it, who acted; not how the API server worked on it.
 * @param {readonly Hop[]} causes  from the first to the one in question
 */
export function told(causes) {
  const telling = tellingOf(causes);
  return telling.length > MOST ? [...telling.slice(0, 1), ...telling.slice(1 - MOST)] : telling;
}

/** @param {readonly Hop[]} causes */
function tellingOf(causes) {
  return causes.filter(
    (hop, index) => index === 0 || index === causes.length - 1 || (!isReply(hop) && !hop.target.startsWith("kube-apiserver/") && hop.target !== "etcd"),
  );
}

/**
 * What stands in a list for the steps behind its first one that have no room.
 * @param {number} count
 * @param {Strings} strings
 * @param {string} name  of its class
 */
export function gap(count, strings, name) {
  return count > 0 ? html("li", { class: `${name} inspector-note` }, strings.text("between", { count })) : null;
}

/**
 * @param {Reason} reason
 * @param {Strings} strings
 * @param {{go: (seq: number) => void, open: (key: string) => void}} does
 * @returns {HTMLElement}
 */
export function whyPanel({ key, field, value, before, causes }, strings, does) {
  const object = key.split("/").at(-1) ?? key;
  const [first = null, ...others] = told(causes).map((hop, index) => step(hop, index + 1, strings, does.go));
  return html(
    "div",
    { class: "inspector-why" },
    html("h2", { class: "inspector-eyebrow" }, strings.text("why")),
    html("p", { class: "inspector-title" }, field || object),
    field
      ? html("p", { class: "why-value" }, before ? html("s", {}, before) : null, before ? " → " : null, html("strong", {}, value))
      : null,
    html("button", { class: "link-button", type: "button", onclick: () => does.open(key) }, field ? object : key),
    causes.length
      ? html("ol", { class: "why-chain" }, first, gap(tellingOf(causes).length - MOST, strings, "why-gap"), ...others)
      : html("p", { class: "inspector-note" }, strings.text("why-lost")),
  );
}

/**
 * @param {Hop} hop
 * @param {number} number
 * @param {Strings} strings
 * @param {(seq: number) => void} go
 */
function step(hop, number, strings, go) {
  return html(
    "li",
    { class: "why-step", "data-tone": toneOf(hop) },
    html("span", { class: "why-number", "aria-hidden": "true" }, String(number)),
    html("button", { class: "cause-button why-text", type: "button", onclick: () => go(hop.seq) }, strings.pick(hop.caption)),
  );
}

/**
 * A manifest whose lines can be asked about.
 * @param {string} manifest
 * @param {(line: number) => void} why
 * @returns {HTMLElement}
 */
export function askable(manifest, why) {
  const all = manifest.trimEnd().split("\n");
  const ask = (/** @type {number} */ index) => () => why(index + 1);
  return html(
    "div",
    { class: "yaml" },
    ...all.map((text, index) => html("button", { class: "yaml-line", type: "button", onclick: ask(index) }, text || " ")),
  );
}
