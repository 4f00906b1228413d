// @ts-check
// The drawer of breakpoints: what is set, a form for more, and what the hop on the screen suggests.

import { kindOf, suggestionsOf } from "../core/flags.js";
import { byId, html } from "../page/dom.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/flags.js").Breakpoint} Breakpoint */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{set: (text: string, isSet: boolean) => void, components: () => {id: string, label: string}[], current: () => Hop | null}} Does */

const ANY_HOP = "hop";

export class BreakpointPanel {
  /**
   * @param {Strings} strings
   * @param {Does} does
   */
  constructor(strings, does) {
    this.strings = strings;
    this.does = does;
    this.drawer = byId("breakpoints");
    this.form = /** @type {HTMLFormElement} */ (byId("breakpoints-form"));
    this.kind = /** @type {HTMLSelectElement} */ (byId("breakpoint-kind"));
    this.name = /** @type {HTMLInputElement} */ (byId("breakpoint-name"));
    this.component = /** @type {HTMLSelectElement} */ (byId("breakpoint-component"));
    this.state = /** @type {HTMLSelectElement} */ (byId("breakpoint-state"));
    /** @type {Breakpoint[]} */
    this.breakpoints = [];
    /** @type {Record<string, string[]>} */
    this.states = {};
    this.kind.addEventListener("change", () => this.choose());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      does.set(this.text, true);
    });
  }

  get open() {
    return !this.drawer.hidden;
  }

  /** The condition that the form says. */
  get text() {
    if (this.kind.value === ANY_HOP) return `${ANY_HOP} ${this.component.value}`;
    return `${this.kind.value} ${this.name.value.trim() || "*"} ${this.state.value}`;
  }

  /** @param {boolean} open */
  toggle(open = !this.open) {
    const focused = document.activeElement;
    if (!open && focused instanceof HTMLElement && this.drawer.contains(focused)) focused.blur();
    this.drawer.hidden = !open;
    if (!open) return;
    this.draw();
    this.drawer.focus();
  }

  /**
   * @param {Breakpoint[]} breakpoints
   * @param {Record<string, string[]>} states
   */
  show(breakpoints, states) {
    this.breakpoints = breakpoints;
    this.states = states;
    if (this.open) this.draw();
  }

  draw() {
    const chosen = this.kind.value || "pod";
    const kinds = Object.keys(this.states);
    this.kind.replaceChildren(...kinds.map(option), html("option", { value: ANY_HOP }, this.strings.text("break-hop")));
    this.kind.value = kinds.includes(chosen) || chosen === ANY_HOP ? chosen : (kinds[0] ?? ANY_HOP);
    this.component.replaceChildren(...this.does.components().map(({ id, label }) => html("option", { value: id }, label)));
    this.choose();
    const set = this.breakpoints.map(({ text }) => text);
    const more = suggestionsOf(this.does.current(), kinds).filter((text) => !set.includes(text));
    byId("breakpoints-set").replaceChildren(...this.breakpoints.map((each) => this.row(each)));
    byId("breakpoints-none").hidden = this.breakpoints.length > 0;
    byId("breakpoints-here").replaceChildren(...more.map((text) => this.button(`+ ${text}`, text, true)));
    byId("breakpoints-here-title").hidden = more.length === 0;
  }

  /** The fields that belong to the kind that is chosen. */
  choose() {
    const isHop = this.kind.value === ANY_HOP;
    this.form.dataset.only = isHop ? "hop" : "state";
    const before = this.state.value;
    const states = this.states[this.kind.value] ?? [];
    this.state.replaceChildren(...states.map(option));
    if (states.includes(before)) this.state.value = before;
  }

  /** @param {Breakpoint} breakpoint */
  row({ text, seqs }) {
    return html(
      "li",
      { class: "break-row" },
      html("span", { class: "break-text" }, `⚑ ${text}`),
      html("span", { class: "break-count" }, `${seqs.length}×`),
      this.button(this.strings.text("break-remove"), text, false),
    );
  }

  /**
   * @param {string} label
   * @param {string} text
   * @param {boolean} isSet
   */
  button(label, text, isSet) {
    return html("button", { class: "button", type: "button", "data-breaks": text, onclick: () => this.does.set(text, isSet) }, label);
  }

  /**
   * The states that an object of the diagram can be stopped at.
   * @param {string} key  `plural/namespace/name`
   * @returns {{kind: string, states: string[]}}
   */
  statesOf(key) {
    const kind = kindOf(key.split("/")[0] ?? "", Object.keys(this.states));
    return { kind, states: this.states[kind] ?? [] };
  }
}

/** @param {string} name */
function option(name) {
  return html("option", { value: name }, name);
}
