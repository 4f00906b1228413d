// @ts-check
// The scheduler's table: which nodes were filtered out and why, what the others scored, and who would have to make room.

import { html } from "../page/dom.js";
import { bodies, detail, names } from "./schedule_rows.js";

/** @typedef {import("../core/api.js").Table} Table */
/** @typedef {import("../core/api.js").ScoreResult} ScoreResult */
/** @typedef {import("../core/api.js").Preemption} Preemption */
/** @typedef {import("../core/strings.js").Strings} Strings */

/** So many nodes with their scores, and so many reasons, are on the wall. */
const BEST = 4;
const REASONS = 3;

/**
 * @param {Table} table
 * @param {Strings} strings
 * @returns {HTMLElement}
 */
export function scheduleTable(table, strings) {
  const { nodes, left, rejected, chosen } = table;
  const scored = nodes.some(({ score }) => score.length > 0);
  const all = nodes.map(({ node }) => node);
  const ranked = nodes.map((row) => [
    line([row.node], 0, row.node === chosen, row.total),
    detail(plugins(row.score, row.node === chosen, strings), 3),
  ]);
  const together = all.length ? [[line(all, left, all[0] === chosen)]] : [];
  const ones = nodes.map(() => 1);
  const refused = rejected.map((group) => refusal(group, scored));
  const counts = rejected.map((group) => group.nodes.length + group.left);
  const more = (/** @type {number} */ count) => strings.text("table-more", { count });
  const turnedAway = (/** @type {number} */ count) => strings.text("table-refused", { count });
  return html(
    "div",
    {},
    table.preemption ? preemption(table.preemption, strings) : null,
    html(
      "table",
      { class: "schedule", "data-scored": scored },
      html("caption", { class: "inspector-eyebrow" }, strings.text("table")),
      header(["node", "filter", ...(scored ? ["score"] : [])], strings),
      ...(scored ? bodies(ranked, ones, left, BEST, more) : together.map((rows) => html("tbody", {}, ...rows))),
      ...bodies(refused, counts, table.rejectedLeft, scored ? 0 : REASONS, scored ? turnedAway : more),
      table.unseen ? html("tbody", {}, detail(strings.text("table-unseen", { count: table.unseen }), 3)) : null,
    ),
  );
}

/**
 * @param {string[]} columns  names of strings; all but the first two are numbers
 * @param {Strings} strings
 */
function header(columns, strings) {
  const cells = columns.map((name, index) => html("th", { scope: "col", class: index > 1 ? "schedule-number" : null }, strings.text(name)));
  return html("thead", {}, html("tr", {}, ...cells));
}

/**
 * @param {string[]} nodes  of which the same is said
 * @param {number} left  how many more
 * @param {boolean} chosen
 * @param {number} [total]
 */
function line(nodes, left, chosen, total) {
  const score = total === undefined ? null : html("td", { class: "schedule-number" }, String(total));
  return html(
    "tr",
    { class: "schedule-row", "data-chosen": chosen },
    html("th", { scope: "row" }, chosen ? "▸ " : "", ...names(nodes, left)),
    html("td", {}, "✓"),
    score,
  );
}

/**
 * @param {import("../core/api.js").Rejected} group
 * @param {boolean} scored
 */
function refusal({ plugin, message, nodes, left }, scored) {
  const row = html(
    "tr",
    { class: "schedule-row", "data-refused": true },
    html("th", { scope: "row" }, ...names(nodes, left)),
    html("td", {}, "✕"),
    scored ? html("td", {}) : null,
  );
  return [row, detail(`${plugin}: ${message}`, 3)];
}

/**
 * What each plugin gave: as it counts, brought to 0..100, times its weight.
 * @param {ScoreResult[]} scores
 * @param {boolean} open
 * @param {Strings} strings
 */
function plugins(scores, open, strings) {
  const short = scores.filter(({ sum }) => sum > 0).map(({ plugin, sum }) => `${plugin} ${sum}`);
  const table = html(
    "table",
    { class: "schedule-plugins" },
    html(
      "thead",
      {},
      html("tr", {}, ...["plugin", "raw", "normalized", "weight", "sum"].map((name) => html("th", { scope: "col" }, strings.text(name)))),
    ),
    html(
      "tbody",
      {},
      ...scores.map(({ plugin, raw, score, weight, sum }) =>
        html(
          "tr",
          { "data-empty": sum === 0 },
          html("th", { scope: "row" }, ...inWords(plugin)),
          ...[raw, score, `× ${weight}`, sum].map((n) => html("td", {}, String(n))),
        ),
      ),
    ),
  );
  return html("details", { class: "schedule-fold", open }, html("summary", {}, short.join(" · ") || strings.text("score")), table);
}

/**
 * @param {Preemption} found
 * @param {Strings} strings
 */
function preemption(found, strings) {
  const listed = found.candidates.map((candidate) => [
    html(
      "tr",
      { class: "schedule-row", "data-chosen": candidate.node === found.node },
      html("th", { scope: "row" }, candidate.node === found.node ? `▸ ${candidate.node}` : candidate.node),
      ...[candidate.violations, candidate.highestPriority, candidate.victims.length].map((n) =>
        html("td", { class: "schedule-number" }, String(n)),
      ),
    ),
    detail(candidate.victims.map(({ pod, priority }) => `${pod} (${strings.text("priority")} ${priority})`).join(" · "), 4),
  ]);
  return html(
    "table",
    { class: "schedule" },
    html("caption", { class: "inspector-eyebrow" }, strings.text("preemption")),
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        ...["node", "violations", "highest", "victims"].map((name, index) =>
          html("th", { scope: "col", class: index ? "schedule-number" : null }, strings.text(name)),
        ),
      ),
    ),
    ...bodies(
      listed,
      listed.map(() => 1),
      found.left,
      REASONS,
      (count) => strings.text("table-more", { count }),
    ),
    found.decidedBy ? html("tfoot", {}, detail(strings.text(`decided-${found.decidedBy}`), 4)) : null,
  );
}

/**
 * A name that may be broken between its words.
 * @param {string} name
 */
function inWords(name) {
  return name.split(/(?=[A-Z])/).flatMap((word, index) => (index ? [html("wbr"), word] : [word]));
}
