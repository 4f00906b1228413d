// @ts-check
// Where in a manifest a position is: the keys that lead to it. The text is being written, so it may not parse; block
// style is read by its indentation, line by line, as a person does.

/** @typedef {{apiVersion: string, kind: string, path: string[], key: string, isValue: boolean, from: number, indent: number}} Place */
/** @typedef {{dash: number, column: number, key: string, colon: number, value: string}} Line */

const KEY = /^(["']?)([\w./$-]+)\1[ \t]*:(?=[ \t]|$)/;
const TYPE = /^(apiVersion|kind):[ \t]*["']?([\w./-]+)/;
const BLOCK_TEXT = /^[|>][-+0-9]*([ \t]+#.*)?$/;

/**
 * Take a line apart. `dash`: the column of its first list dash or -1; `column`: where its content begins.
 * @param {string} text
 * @returns {Line}
 */
function read(text) {
  const lead = /** @type {RegExpExecArray} */ (/^[ ]*(?:-[ ]+)*(?:-$)?/.exec(text))[0];
  const content = text.slice(lead.length);
  const found = KEY.exec(content);
  const colon = found ? lead.length + found[0].length - 1 : -1;
  return {
    dash: lead.indexOf("-"),
    column: lead.length,
    key: found?.[2] ?? "",
    colon,
    value: found ? text.slice(colon + 1).trim() : "",
  };
}

/** @param {string} text */
const isEmpty = (text) => /^\s*(#|$)/.test(text);

/** @param {string} text */
const isDivider = (text) => /^(---|\.\.\.)(\s|$)/.test(text);

/**
 * The keys above a line, outermost first; null inside a block of text.
 * @param {readonly string[]} lines
 * @param {number} row
 * @param {Line} line
 */
function keysAbove(lines, row, line) {
  /** @type {string[]} */
  const path = [];
  let limit = line.dash >= 0 ? line.dash : line.column;
  let inItem = line.dash >= 0;
  for (let above = row - 1; above >= 0 && (limit > 0 || inItem) && !isDivider(lines[above] ?? ""); above -= 1) {
    const text = lines[above] ?? "";
    if (isEmpty(text)) continue;
    const other = read(text);
    if (!other.key) continue;
    const isParent = other.column < limit || (inItem && other.column === limit && other.dash < 0);
    if (isParent && BLOCK_TEXT.test(other.value)) return null;
    if (isParent) path.unshift(other.key);
    if (isParent || (!inItem && other.dash >= 0 && other.column === limit)) {
      inItem = other.dash >= 0;
      limit = inItem ? other.dash : other.column;
    }
  }
  return path;
}

/**
 * @param {readonly string[]} lines
 * @param {number} row
 */
function typeOf(lines, row) {
  const found = { apiVersion: "", kind: "" };
  let first = row;
  while (first > 0 && !isDivider(lines[first] ?? "")) first -= 1;
  for (let at = first; at < lines.length && (at <= row || !isDivider(lines[at] ?? "")); at += 1) {
    const match = TYPE.exec(lines[at] ?? "");
    if (match) found[/** @type {"apiVersion" | "kind"} */ (match[1])] = match[2] ?? "";
  }
  return found;
}

/**
 * `path`: the keys above; `key`: the key of the line itself; `isValue`: behind its colon; `from`: where the word begins that is being
 * written; `indent`: where the keys of this object stand. Null where there is nothing to say: in text blocks and comments.
 * @param {string} text
 * @param {number} row  from 0
 * @param {number} column  from 0
 * @returns {Place | null}
 */
export function placeAt(text, row, column) {
  const lines = text.split("\n");
  const whole = lines[row] ?? "";
  if (/^\s*#/.test(whole) || isDivider(whole)) return null;
  const line = whole.trim() ? read(whole) : { dash: -1, column, key: "", colon: -1, value: "" };
  const path = keysAbove(lines, row, line);
  if (!path) return null;
  const isValue = line.colon >= 0 && column > line.colon;
  const gap = isValue ? /** @type {RegExpExecArray} */ (/^[ \t]*/.exec(whole.slice(line.colon + 1)))[0].length : 0;
  const from = isValue ? Math.min(column, line.colon + 1 + gap) : Math.min(column, line.column);
  return { ...typeOf(lines, row), path, key: line.key, isValue, from, indent: line.column };
}
