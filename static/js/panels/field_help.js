// @ts-check
// Help in the editor: the fields that fit here, and what a field means, as the API server publishes them.

import { placeAt } from "../core/yaml_place.js";
import { html } from "../page/dom.js";

/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/api.js").Field} Field */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("../core/yaml_place.js").Place} Place */
/** @typedef {import("../../vendor/codemirror.js").Document} Document */
/** @typedef {import("../../vendor/codemirror.js").Completion} Completion */
/** @typedef {import("../../vendor/codemirror.js").CompletionContext} CompletionContext */
/** @typedef {import("../../vendor/codemirror.js").CompletionResult} CompletionResult */

const WORD = /^[\w./-]*$/;

export class FieldHelp {
  /**
   * @param {Api} api
   * @param {Strings} strings
   */
  constructor(api, strings) {
    this.api = api;
    this.strings = strings;
    /** @type {Map<string, Promise<Field[]>>} */
    this.known = new Map();
  }

  /**
   * What fits at a position.
   * @param {CompletionContext} context
   * @returns {Promise<CompletionResult | null>}
   */
  async complete({ state, pos, explicit }) {
    const line = state.doc.lineAt(pos);
    const place = placeAt(state.doc.toString(), line.number - 1, pos - line.from);
    if (!place || (!explicit && line.from + place.from === pos)) return null;
    const options = await this.options(place).catch(() => []);
    return options.length ? { from: line.from + place.from, options, validFor: WORD } : null;
  }

  /**
   * What the field at a position means.
   * @param {Document} doc
   * @param {number} pos
   */
  async explain(doc, pos) {
    const line = doc.lineAt(pos);
    const place = placeAt(doc.toString(), line.number - 1, pos - line.from);
    if (!place?.key || place.isValue || !place.kind) return null;
    const fields = await this.fields(place).catch(() => /** @type {Field[]} */ ([]));
    const field = fields.find(({ name }) => name === place.key);
    if (!field) return null;
    const start = line.from + place.indent;
    return { pos: start, end: start + place.key.length, dom: this.card([...place.path, field.name].join("."), field) };
  }

  /**
   * @param {Place} place
   * @returns {Promise<Completion[]>}
   */
  async options(place) {
    const isType = !place.path.length && (place.key === "kind" || place.key === "apiVersion") && place.isValue;
    if (isType) {
      const { kinds } = await this.api.kinds();
      const names = kinds.map((each) => (place.key === "kind" ? each.kind : each.apiVersion));
      return [...new Set(names)].map((label) => ({ label }));
    }
    const fields = await this.fields(place);
    if (place.isValue) return (fields.find(({ name }) => name === place.key)?.values ?? []).map((label) => ({ label }));
    return fields.map((field) => this.option(field, place.indent));
  }

  /**
   * @param {Place} place
   * @returns {Promise<Field[]>}
   */
  fields({ apiVersion, kind, path }) {
    const key = [apiVersion, kind, path.join(".")].join(" ");
    if (!kind || !apiVersion) return Promise.resolve([]);
    let asked = this.known.get(key);
    if (!asked) {
      asked = this.api.fields(apiVersion, kind, path.join(".")).then((answer) => answer.fields);
      this.known.set(key, asked);
      asked.catch(() => this.known.delete(key));
    }
    return asked;
  }

  /**
   * @param {Field} field
   * @param {number} indent
   * @returns {Completion}
   */
  option(field, indent) {
    const below = `\n${" ".repeat(indent + 2)}`;
    const rest = field.type.startsWith("[]") ? `:${below}- ` : /^(map\[|[A-Z](?!nt|uantity))/.test(field.type) ? `:${below}` : ": ";
    return {
      label: field.name,
      detail: field.required ? `${field.type} · ${this.strings.text("required")}` : field.type,
      info: () => this.card(field.name, field),
      apply: field.name + rest,
      boost: field.required ? 1 : 0,
    };
  }

  /**
   * @param {string} title
   * @param {Field} field
   */
  card(title, { type, required, description }) {
    const marks = required ? `${type} · ${this.strings.text("required")}` : type;
    return html(
      "div",
      { class: "field-help" },
      html("p", { class: "field-help-title" }, title, " ", html("span", { class: "field-help-type" }, marks)),
      html("p", { class: "field-help-text" }, description),
    );
  }
}
