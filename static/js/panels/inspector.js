// @ts-check
// The panel on the right: the hop on the screen, what it changed and why it came.

import { componentName, isReply, keyOf, labelOf, shortName, toneOf } from "../core/hops.js";
import { html } from "../page/dom.js";
import { messageSection } from "./faults.js";
import { folded, section } from "./parts.js";
import { rulesTable } from "./rules.js";
import { scheduleTable } from "./schedule.js";
import { gap } from "./why.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/api.js").HopDetail} HopDetail */
/** @typedef {import("../core/api.js").Change} Change */
/** @typedef {import("../core/strings.js").Strings} Strings */

/** What every write changes tells nothing at a glance; the YAML below has it. */
const ALWAYS_CHANGED =
  /^\s*(?:- )?(?:resourceVersion|generation|observedGeneration|creationTimestamp|uid|last(?:Transition|Update|Probe|Heartbeat)Time):/;
const MOST_CHANGES = 8;
const LEAST_CHANGES = 2;
const MOST_CAUSES = 5;

/**
 * @param {Hop} hop
 * @param {HopDetail | null} detail  null while it is being read
 * @param {readonly Hop[]} causes  from the first one to the hop itself
 * @param {Strings} strings
 * @param {{go: (seq: number) => void, nameOf: (component: string) => string, faults: import("./faults.js").Faults}} does
 * @returns {HTMLElement}
 */
export function hopPanel(hop, detail, causes, strings, does) {
  return html(
    "div",
    { class: "inspector-hop", "data-tone": toneOf(hop) },
    html("h2", { class: "inspector-eyebrow" }, strings.text("now")),
    html("p", { class: "inspector-title" }, title(hop)),
    html("p", { class: "inspector-note" }, route(hop)),
    hop.outcome && !isReply(hop) ? html("p", { class: "inspector-outcome" }, hop.outcome) : null,
    detail?.table ? scheduleTable(detail.table, strings) : null,
    detail?.rules ? rulesTable(detail.rules, strings) : null,
    detail && telling(detail.changes).length ? section(strings.text("changed"), diff(detail.changes)) : null,
    causes.length > 1 ? section(strings.text("why"), chain(causes, hop, strings, does)) : null,
    detail?.manifest ? folded("YAML", html("pre", { class: "yaml" }, detail.manifest)) : null,
    messageSection(hop, strings, does.faults),
  );
}

/** @param {Hop} hop */
export function title(hop) {
  if (isReply(hop)) return hop.outcome || "OK";
  const key = keyOf(hop).split("/").filter(Boolean);
  const shown = key.length > 2 ? [key[0], shortName(key[2] ?? "", 14), ...key.slice(3)] : key;
  return `${hop.verb} ${shown.join("/")}`.trim().replace("…", "…\u2060");
}

/** @param {Hop} hop */
function route(hop) {
  const revision = hop.revision ? ` · rev ${hop.revision}` : "";
  return `${componentName(hop.source)} → ${componentName(hop.target)}${revision}`;
}

/** @param {readonly Change[]} changes */
function telling(changes) {
  return changes.filter(({ op, text }) => op !== " " && !ALWAYS_CHANGED.test(text));
}

/**
 * Of a new object what somebody wants of it: all of it is new, and its head says nothing that the title does not.
 * @param {readonly Change[]} changes
 */
function whole(changes) {
  const spec = changes.findIndex(({ text }) => text === "spec:");
  return spec > 0 && changes.every(({ op }) => op === "+") ? changes.slice(spec) : changes;
}

/** How deep a line of YAML is; an item of a list is deeper than the key that it stands below. @param {string} text */
function depth(text) {
  return text.search(/[^ ]/) + Number(/^ *- /.test(text));
}

/**
 * The changed lines, and above each group the line that it belongs to, if that is near.
 * @param {readonly Change[]} changes
 */
function grouped(changes) {
  /** @type {Change[]} */
  const lines = [];
  let wanted = 0;
  for (const line of changes.toReversed()) {
    if (line.op === " " && (line.text === "..." || depth(line.text) >= wanted)) continue;
    wanted = line.op === " " ? 0 : depth(line.text);
    lines.push(line);
  }
  return lines.toReversed();
}

/**
 * The changed lines, as many as the back row reads.
 * @param {readonly Change[]} changes
 * @param {number} [most]
 * @returns {HTMLElement}
 */
export function diff(changes, most = MOST_CHANGES) {
  const near = grouped(whole(changes).filter(({ text }) => !ALWAYS_CHANGED.test(text)));
  const indent = Math.min(...near.map(({ text }) => text.length - text.trimStart().length));
  const lines = near
    .slice(0, most)
    .map(({ op, text }) =>
      html(
        "div",
        { class: "diff-line", "data-op": op === "+" ? "added" : op === "-" ? "removed" : "same" },
        html("span", { class: "diff-mark" }, op),
        html("span", { class: "diff-text" }, text.slice(indent)),
      ),
    );
  const more = near.length - lines.length;
  return html(
    "div",
    { class: "diff" },
    ...lines,
    more > 0 ? html("div", { class: "diff-line", "data-op": "same" }, html("span", { class: "diff-mark" }), `… ${more}`) : null,
  );
}

/**
 * Let changed lines give way until the chain of causes below them stands whole: nobody scrolls a wall.
 * @param {HTMLElement} body  that shows the panel
 * @param {readonly Change[]} changes
 */
export function makeRoom(body, changes) {
  const [lines, causes] = [body.querySelector(".diff"), body.querySelector(".causes")];
  if (!lines || !causes) return;
  const over = causes.getBoundingClientRect().bottom - body.getBoundingClientRect().bottom;
  const surplus = Math.ceil((over * lines.childElementCount) / lines.getBoundingClientRect().height);
  if (surplus > 0) lines.replaceWith(diff(changes, Math.max(LEAST_CHANGES, lines.childElementCount - surplus - 1)));
}

/**
 * @param {readonly Hop[]} causes
 * @param {Hop} current
 * @param {Strings} strings
 * @param {{go: (seq: number) => void, nameOf: (component: string) => string}} does
 */
function chain(causes, current, strings, does) {
  const steps = causes.filter((hop, index) => index === 0 || hop.seq === current.seq || tells(hop));
  const shown = steps.length > MOST_CAUSES ? [...steps.slice(0, 1), ...steps.slice(1 - MOST_CAUSES)] : steps;
  const [first = null, ...others] = shown.map((hop) =>
    html(
      "li",
      { class: "cause", "data-tone": toneOf(hop), "aria-current": hop.seq === current.seq ? "step" : null },
      html(
        "button",
        { class: "cause-button", type: "button", onclick: () => does.go(hop.seq) },
        html("span", { class: "cause-who" }, does.nameOf(doer(hop))),
        ` ${labelOf(hop).replace("…", "…\u2060")}`,
      ),
    ),
  );
  return html("ol", { class: "causes" }, first, gap(steps.length - shown.length, strings, "cause-gap"), ...others);
}

/**
 * Replies, the API server's stages and its writes are no causes that a class asks for.
 * @param {Hop} hop
 */
function tells(hop) {
  return !isReply(hop) && !hop.target.startsWith("kube-apiserver/") && hop.target !== "etcd";
}

/**
 * The one who acts: of a watch event, the one who sees it.
 * @param {Hop} hop
 */
function doer(hop) {
  return hop.source === "kube-apiserver" && tells(hop) ? hop.target : hop.source;
}
