// @ts-check
// The scheduler's table: which nodes were filtered out and why, what the others scored, and who would have to make room.

import { html } from "../page/dom.js";

/** @typedef {import("../core/api.js").Table} Table */
/** @typedef {import("../core/api.js").TableRow} TableRow */
/** @typedef {import("../core/api.js").ScoreResult} ScoreResult */
/** @typedef {import("../core/api.js").Preemption} Preemption */
/** @typedef {import("../core/strings.js").Strings} Strings */

/** So many nodes of a line are named on the wall. */
const FEW = 4;

/**
 * @param {Table} table
 * @param {Strings} strings
 * @returns {HTMLElement}
 */
export function scheduleTable(table, strings) {
  const scored = table.nodes.some(({ score }) => score.length > 0);
  return html(
    "div",
    {},
    table.preemption ? preemption(table.preemption, strings) : null,
    html(
      "table",
      { class: "schedule", "data-scored": scored },
      html("caption", { class: "inspector-eyebrow" }, strings.text("table")),
      header(["node", "filter", ...(scored ? ["score"] : [])], strings),
      html("tbody", {}, ...alike(table).flatMap((nodes) => rows(nodes, table, scored, strings))),
    ),
    table.left ? html("p", { class: "inspector-note" }, `+ ${table.left}`) : null,
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
 * The nodes of each line: those of which the same is said share one, in the place of the first; scores are told of each.
 * @param {Table} table
 * @returns {[TableRow, ...TableRow[]][]}
 */
function alike(table) {
  /** @type {Map<string, [TableRow, ...TableRow[]]>} */
  const lines = new Map();
  for (const row of table.nodes) {
    const said = row.score.length || row.node === table.chosen ? row.node : JSON.stringify(row.filter);
    const line = lines.get(said);
    if (line) line.push(row);
    else lines.set(said, [row]);
  }
  return [...lines.values()];
}

/**
 * @param {[TableRow, ...TableRow[]]} nodes  of which the same is said
 * @param {Table} table
 * @param {boolean} scored
 * @param {Strings} strings
 */
function rows(nodes, table, scored, strings) {
  const row = nodes[0];
  const refused = row.filter.find(({ ok }) => !ok);
  const chosen = row.node === table.chosen;
  const main = html(
    "tr",
    { class: "schedule-row", "data-refused": Boolean(refused), "data-chosen": chosen },
    html("th", { scope: "row" }, ...(chosen ? [`▸ ${row.node}`] : names(nodes))),
    html("td", {}, refused ? "✕" : "✓"),
    scored ? html("td", { class: "schedule-number" }, refused ? "" : String(row.total)) : null,
  );
  const more = refused ? `${refused.plugin}: ${refused.message}` : row.score.length ? plugins(row.score, chosen, strings) : null;
  if (!more) return [main];
  return [main, html("tr", { class: "schedule-detail" }, html("td", { colspan: scored ? 3 : 2 }, more))];
}

/**
 * The names of nodes; the wall has room for the first ones, and for how many more there are.
 * @param {readonly TableRow[]} nodes
 */
function names(nodes) {
  const each = nodes.flatMap(({ node }, index) => {
    const name = html("span", { class: "schedule-name", "data-rest": index >= FEW }, node, index < nodes.length - 1 ? "," : "");
    return [name, " "];
  });
  return nodes.length > FEW ? [...each, html("span", { class: "schedule-more" }, `+ ${nodes.length - FEW}`)] : each;
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
        html("tr", { "data-empty": sum === 0 }, html("th", { scope: "row" }, ...inWords(plugin)), ...[raw, score, `× ${weight}`, sum].map((n) => html("td", {}, String(n)))),
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
  const body = found.candidates.flatMap((candidate) => [
    html(
      "tr",
      { class: "schedule-row", "data-chosen": candidate.node === found.node },
      html("th", { scope: "row" }, candidate.node === found.node ? `▸ ${candidate.node}` : candidate.node),
      html("td", { class: "schedule-number" }, String(candidate.violations)),
      html("td", { class: "schedule-number" }, String(candidate.highestPriority)),
      html("td", { class: "schedule-number" }, String(candidate.victims.length)),
    ),
    html(
      "tr",
      { class: "schedule-detail" },
      html("td", { colspan: 4 }, candidate.victims.map(({ pod, priority }) => `${pod} (${strings.text("priority")} ${priority})`).join(" · ")),
    ),
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
    html("tbody", {}, ...body),
    found.decidedBy
      ? html("tfoot", {}, html("tr", { class: "schedule-detail" }, html("td", { colspan: 4 }, strings.text(`decided-${found.decidedBy}`))))
      : null,
  );
}

/**
 * A name that may be broken between its words.
 * @param {string} name
 */
function inWords(name) {
  return name.split(/(?=[A-Z])/).flatMap((word, index) => (index ? [html("wbr"), word] : [word]));
}
