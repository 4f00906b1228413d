// @ts-check
// The drawer of breakpoints: what is set, a form for more, and what the hop on the screen suggests.

import { kindOf, suggestionsOf } from "../core/flags.js";
import { byId, html } from "../page/dom.js";
import { keeping } from "../page/keep.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/flags.js").Breakpoint} Breakpoint */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{set: (text: string, isSet: boolean) => void, components: () => {id: string, label: string}[], current: () => Hop | null}} Does */

const ANY_HOP = "hop";

export class BreakpointPanel {
  /**
   * @param {Strings} strings
   * @param {Record<string, string[]>} states  what can be said of objects, by the kinds' names
   * @param {Does} does
   */
  constructor(strings, states, does) {
    this.strings = strings;
    this.states = states;
    this.does = does;
    this.drawer = byId("breakpoints");
    this.form = /** @type {HTMLFormElement} */ (byId("breakpoints-form"));
    this.kind = /** @type {HTMLSelectElement} */ (byId("breakpoint-kind"));
    this.name = /** @type {HTMLInputElement} */ (byId("breakpoint-name"));
    this.component = /** @type {HTMLSelectElement} */ (byId("breakpoint-component"));
    this.state = /** @type {HTMLSelectElement} */ (byId("breakpoint-state"));
    /** @type {Breakpoint[]} */
    this.breakpoints = [];
    this.anyHop = html("option", { value: ANY_HOP });
    this.kind.replaceChildren(...Object.keys(states).map(option), this.anyHop);
    this.kind.addEventListener("change", () => this.choose());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      does.set(this.text, true);
    });
    this.choose();
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

  /** @param {Breakpoint[]} breakpoints */
  show(breakpoints) {
    this.breakpoints = breakpoints;
    if (this.open) this.draw();
  }

  draw() {
    this.anyHop.textContent = this.strings.text("break-hop");
    this.offer(this.does.components());
    const set = this.breakpoints.map(({ text }) => text);
    const more = suggestionsOf(this.does.current(), Object.keys(this.states)).filter((text) => !set.includes(text));
    keeping(this.drawer, () => {
      byId("breakpoints-set").replaceChildren(...this.breakpoints.map((each) => this.row(each)));
      byId("breakpoints-here").replaceChildren(...more.map((text) => this.button(`+ ${text}`, text, true)));
    });
    byId("breakpoints-none").hidden = this.breakpoints.length > 0;
    byId("breakpoints-here-title").hidden = more.length === 0;
  }

  /** The fields that belong to the kind that is chosen. */
  choose() {
    this.form.dataset.only = this.kind.value === ANY_HOP ? "hop" : "state";
    const before = this.state.value;
    const states = this.states[this.kind.value] ?? [];
    this.state.replaceChildren(...states.map(option));
    if (states.includes(before)) this.state.value = before;
  }

  /**
   * The components of the moment. A list that is open or chosen from is left alone while there are no others.
   * @param {{id: string, label: string}[]} components
   */
  offer(components) {
    const fresh = components.map(({ id, label }) => html("option", { value: id }, label));
    if (fresh.map((each) => each.outerHTML).join("") === this.component.innerHTML) return;
    const before = this.component.value;
    this.component.replaceChildren(...fresh);
    if (components.some(({ id }) => id === before)) this.component.value = before;
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
