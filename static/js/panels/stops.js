// @ts-check
// Breakpoints set from the diagram: at the next step of a component, at a state of an object.

import { html, write } from "../page/dom.js";

/** @typedef {import("../core/strings.js").Strings} Strings */
/**
 * What can be stopped at: `statesOf` names the kind of a key as conditions do, and its states.
 * @typedef {{set: (text: string, isSet: boolean) => Promise<void>, has: (text: string) => boolean, statesOf: (key: string) => {kind: string, states: string[]}}} Stops
 */

/**
 * A switch: the cluster pauses at this condition.
 * @param {string} text
 * @param {Strings} strings
 * @param {Stops} stops
 */
export function stopButton(text, strings, stops) {
  const label = () => `⚑ ${strings.text(stops.has(text) ? "break-remove" : "break-next")}`;
  const press = () => stops.set(text, !stops.has(text)).then(() => write(button, label()));
  const button = html("button", { class: "button", type: "button", "data-breaks": text, onclick: press }, label());
  return button;
}

/**
 * A choice of states to stop this object at.
 * @param {string} key
 * @param {Strings} strings
 * @param {Stops} stops
 */
export function stopAt(key, strings, stops) {
  const { kind, states } = stops.statesOf(key);
  if (!kind) return null;
  const choice = /** @type {HTMLSelectElement} */ (
    html("select", { class: "field-input", "aria-label": strings.text("break-state") }, ...states.map((name) => html("option", {}, name)))
  );
  const set = () => stops.set(`${kind} ${key.split("/").at(-1)} ${choice.value}`, true);
  return html(
    "div",
    { class: "object-break" },
    choice,
    html("button", { class: "button", type: "button", "data-breaks": kind, onclick: set }, `⚑ ${strings.text("break-set")}`),
  );
}
