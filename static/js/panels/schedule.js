// @ts-check
// The scheduler's table: which nodes were filtered out and why, what the others scored.

import { html } from "../page/dom.js";

/** @typedef {import("../core/api.js").Table} Table */
/** @typedef {import("../core/strings.js").Strings} Strings */

/**
 * @param {Table} table
 * @param {Strings} strings
 * @returns {HTMLElement}
 */
export function scheduleTable(table, strings) {
  const scored = table.nodes.some(({ score }) => score.length > 0);
  return html(
    "table",
    { class: "schedule" },
    html("caption", { class: "inspector-eyebrow" }, strings.text("table")),
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        html("th", { scope: "col" }, strings.text("node")),
        html("th", { scope: "col" }, strings.text("filter")),
        scored ? html("th", { scope: "col", class: "schedule-number" }, strings.text("score")) : null,
      ),
    ),
    html("tbody", {}, ...table.nodes.flatMap((row) => rows(row, table, scored))),
  );
}

/**
 * @param {Table["nodes"][number]} row
 * @param {Table} table
 * @param {boolean} scored
 */
function rows(row, table, scored) {
  const refused = row.filter.find(({ ok }) => !ok);
  const chosen = row.node === table.chosen;
  const main = html(
    "tr",
    { class: "schedule-row", "data-refused": Boolean(refused), "data-chosen": chosen },
    html("th", { scope: "row" }, chosen ? `▸ ${row.node}` : row.node),
    html("td", {}, refused ? "✕" : "✓"),
    scored ? html("td", { class: "schedule-number" }, refused ? "" : String(row.total)) : null,
  );
  const words = refused
    ? `${refused.plugin}: ${refused.message}`
    : row.score
        .filter(({ score }) => score > 0)
        .map(({ plugin, score, weight }) => `${plugin} ${score}${weight > 1 ? `×${weight}` : ""}`)
        .join(" · ");
  if (!words) return [main];
  return [main, html("tr", { class: "schedule-detail" }, html("td", { colspan: scored ? 3 : 2 }, words))];
}
