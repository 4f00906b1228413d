// @ts-check
// The panel on the right: the hop on the screen, what it changed and why it came.

import { componentName, isReply, shortName, toneOf } from "../core/hops.js";
import { html } from "../page/dom.js";
import { scheduleTable } from "./schedule.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/api.js").HopDetail} HopDetail */
/** @typedef {import("../core/api.js").Change} Change */
/** @typedef {import("../core/strings.js").Strings} Strings */

const CONTEXT = 1;
const MOST_CHANGES = 14;
const MOST_CAUSES = 6;

/**
 * @param {Hop} hop
 * @param {HopDetail | null} detail  null while it is being read
 * @param {Strings} strings
 * @param {(seq: number) => void} go  to another hop
 * @returns {HTMLElement}
 */
export function hopPanel(hop, detail, strings, go) {
  return html(
    "div",
    { class: "inspector-hop", "data-tone": toneOf(hop) },
    html("h2", { class: "inspector-eyebrow" }, strings.text("now")),
    html("p", { class: "inspector-title" }, title(hop)),
    html("p", { class: "inspector-note" }, route(hop)),
    hop.outcome && !isReply(hop) ? html("p", { class: "inspector-outcome" }, hop.outcome) : null,
    detail?.table ? scheduleTable(detail.table, strings) : null,
    detail?.changes.length ? section(strings.text("changed"), diff(detail.changes)) : null,
    detail && detail.causes.length > 1 ? section(strings.text("why"), causes(detail.causes, hop, strings, go)) : null,
    detail?.manifest ? folded("YAML", html("pre", { class: "yaml" }, detail.manifest)) : null,
  );
}

/** @param {Hop} hop */
export function title(hop) {
  if (isReply(hop)) return hop.outcome || "OK";
  const key = hop.key.replace(/^\/registry\//, "").split("/").filter(Boolean);
  const shown = key.length > 2 ? [key[0], shortName(key[2] ?? "", 20), ...key.slice(3)] : key;
  return `${hop.verb} ${shown.join("/")}`.trim();
}

/** @param {Hop} hop */
function route(hop) {
  const revision = hop.revision ? ` · rev ${hop.revision}` : "";
  return `${componentName(hop.source)} → ${componentName(hop.target)}${revision}`;
}

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

/**
 * Only the lines near a change, as many as the back row reads.
 * @param {readonly Change[]} changes
 * @returns {HTMLElement}
 */
export function diff(changes) {
  const near = changes.filter((_, index) =>
    changes.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ op }) => op !== " "),
  );
  const lines = near.slice(0, MOST_CHANGES).map(({ op, text }) =>
    html("div", { class: "diff-line", "data-op": op === "+" ? "added" : op === "-" ? "removed" : "same" }, html("span", { class: "diff-mark" }, op), text),
  );
  const more = near.length - lines.length;
  return html("div", { class: "diff" }, ...lines, more > 0 ? html("div", { class: "diff-line", "data-op": "same" }, html("span", { class: "diff-mark" }), `… ${more}`) : null);
}

/**
 * @param {readonly Hop[]} chain
 * @param {Hop} current
 * @param {Strings} strings
 * @param {(seq: number) => void} go
 */
function causes(chain, current, strings, go) {
  const telling = chain.filter((hop) => hop === chain[0] || hop.seq === current.seq || (!isReply(hop) && !hop.target.startsWith("kube-apiserver/") && hop.target !== "etcd"));
  const shown = telling.length > MOST_CAUSES ? [...telling.slice(0, 1), ...telling.slice(1 - MOST_CAUSES)] : telling;
  return html(
    "ol",
    { class: "causes" },
    ...shown.map((hop) =>
      html(
        "li",
        { class: "cause", "data-tone": toneOf(hop), "aria-current": hop.seq === current.seq ? "step" : null },
        html("button", { class: "cause-button", type: "button", onclick: () => go(hop.seq) }, strings.pick(hop.caption) || title(hop)),
      ),
    ),
  );
}
