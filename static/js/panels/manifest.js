// @ts-check
// The manifest drawer: samples, guided form, editor; the server's errors on their lines, its results below.

import { manifestOf } from "../core/manifest.js";
import { byId, html } from "../page/dom.js";
import { Editor } from "./editor.js";
import { FieldHelp } from "./field_help.js";

/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/api.js").DocumentResult} DocumentResult */
/** @typedef {import("../core/manifest.js").Fields} Fields */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{name: string, title: {en: string, ko: string}, text: string}} Sample */

/** Milliseconds without a key before the server is asked. */
const PAUSE = 500;

export class ManifestPanel {
  /**
   * @param {Api} api
   * @param {Strings} strings
   * @param {Sample[]} samples
   * @param {{announce: (message: string) => void, apply: Api["manifests"]}} does  `apply`: where what is written is sent to
   */
  constructor(api, strings, samples, does) {
    this.api = api;
    this.strings = strings;
    this.samples = samples;
    this.does = does;
    this.drawer = byId("manifest");
    this.form = /** @type {HTMLFormElement} */ (byId("manifest-form"));
    this.menu = /** @type {HTMLSelectElement} */ (byId("manifest-samples"));
    this.results = byId("manifest-results");
    this.editor = new Editor(byId("manifest-editor"), strings.text("manifest"), () => this.edited(), new FieldHelp(api, strings));
    this.timer = 0;
    this.asked = 0;
    this.form.addEventListener("input", () => this.write());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.menu.addEventListener("change", () => this.pick());
    byId("manifest-apply").addEventListener("click", () => void this.apply());
    this.relabel();
    this.write();
  }

  get open() {
    return !this.drawer.hidden;
  }

  /** @param {boolean} open */
  toggle(open = !this.open) {
    const focused = document.activeElement;
    if (!open && focused instanceof HTMLElement && this.drawer.contains(focused)) focused.blur();
    this.drawer.hidden = !open;
    if (open) /** @type {HTMLElement} */ (this.form.elements.namedItem("name")).focus();
  }

  relabel() {
    const chosen = this.menu.value;
    this.menu.replaceChildren(
      html("option", { value: "" }, this.strings.text("samples")),
      ...this.samples.map(({ name, title }) => html("option", { value: name }, this.strings.pick(title))),
    );
    this.menu.value = chosen;
  }

  /** The form's fields into the editor. */
  write() {
    const fields = /** @type {Fields} */ (/** @type {unknown} */ (Object.fromEntries(new FormData(this.form))));
    this.form.toggleAttribute("data-pod", fields.kind === "Pod");
    this.menu.value = "";
    this.editor.text = manifestOf(fields);
  }

  pick() {
    const sample = this.samples.find(({ name }) => name === this.menu.value);
    if (sample) this.editor.text = sample.text;
  }

  edited() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (this.open) void this.check();
    }, PAUSE);
  }

  /** Ask the server what it thinks, without changing anything. */
  async check() {
    this.asked += 1;
    const asked = this.asked;
    try {
      const { documents } = await this.api.manifests(this.editor.text, true);
      if (asked === this.asked) this.show(documents, true);
    } catch (error) {
      if (asked === this.asked) this.fail(error);
    }
  }

  async apply() {
    window.clearTimeout(this.timer);
    this.asked += 1;
    try {
      const { documents } = await this.does.apply(this.editor.text, false);
      this.show(documents, false);
      if (documents.some(({ errors }) => errors.length)) return;
      this.does.announce(documents.map((each) => `${each.kind.toLowerCase()}/${each.name} ${each.result}`).join(", "));
      if (!documents.some(({ warnings }) => warnings.length)) this.toggle(false);
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * @param {DocumentResult[]} documents
   * @param {boolean} dryRun
   */
  show(documents, dryRun) {
    this.editor.mark(documents.flatMap(({ errors }) => errors), documents.flatMap(({ warnings }) => warnings));
    const faulty = documents.some(({ errors }) => errors.length);
    const lines = documents.flatMap((each) => this.lines(each, dryRun));
    this.results.dataset.state = faulty ? "faulty" : "good";
    this.results.replaceChildren(...lines);
  }

  /**
   * @param {DocumentResult} result
   * @param {boolean} dryRun
   */
  lines({ kind, name, result, errors, warnings }, dryRun) {
    const label = kind ? `${kind.toLowerCase()}/${name}` : "YAML";
    const good = dryRun ? this.strings.text("valid", { object: label }) : `✓ ${label} ${result}`;
    return [
      errors.length ? null : html("li", { class: "result", "data-state": "good" }, good),
      ...errors.map((each) => this.line("faulty", "✕", each)),
      ...warnings.map((each) => this.line("warned", "⚠", each)),
    ].filter((each) => each !== null);
  }

  /**
   * @param {string} state
   * @param {string} sign
   * @param {import("../core/api.js").ManifestError} what
   */
  line(state, sign, { line, message, hint }) {
    const text = `${sign} ${this.strings.text("line", { line })} ${message}`;
    return html("li", { class: "result", "data-state": state }, text, hint ? html("span", { class: "result-hint" }, hint) : null);
  }

  /** @param {unknown} error */
  fail(error) {
    this.results.dataset.state = "faulty";
    this.results.replaceChildren(
      html("li", { class: "result", "data-state": "faulty" }, `✕ ${error instanceof Error ? error.message : String(error)}`),
    );
  }
}
