// @ts-check
// A button that needs to know how many seconds.

import { html } from "../page/dom.js";

/** @typedef {import("../core/strings.js").Strings} Strings */

/**
 * What is wrong with the seconds the server says.
 * @param {number} wanted  seconds that stand there at first
 * @param {string} label
 * @param {Record<string, string>} data  of the button
 * @param {Strings} strings
 * @param {(seconds: number | null) => void} does  null: there is no number
 */
export function timed(wanted, label, data, strings, does) {
  const field = {
    class: "field-input",
    type: "number",
    name: "seconds",
    step: "any",
    value: wanted,
    "aria-label": strings.text("seconds"),
  };
  const input = /** @type {HTMLInputElement} */ (html("input", field));
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    does(Number.isNaN(input.valueAsNumber) ? null : input.valueAsNumber);
  };
  const unit = html("label", { class: "fault-seconds" }, input, strings.text("seconds-short"));
  return html(
    "form",
    { class: "fault-timed", novalidate: true, onsubmit: submit },
    unit,
    html("button", { class: "button", ...data }, label),
  );
}
