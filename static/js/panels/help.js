// @ts-check
// The `?` overlay: the keys that work here, from the same table that makes them work.

import { BINDINGS } from "../core/keys.js";
import { html } from "../page/dom.js";

/** @typedef {import("../core/strings.js").Strings} Strings */

/**
 * @param {HTMLElement} list
 * @param {Strings} strings
 * @param {number} components  how many have a digit
 */
export function fillHelp(list, strings, components) {
  const rows = [
    ...BINDINGS.map(({ command, shown }) => ({ command: String(command), shown: [...shown] })),
    { command: "component", shown: [`1 – ${components}`] },
  ];
  list.replaceChildren(
    ...rows.map(({ command, shown }) =>
      html(
        "div",
        { class: "help-row" },
        html("dt", {}, ...shown.map((key) => html("kbd", {}, key))),
        html("dd", {}, strings.text(`key-${command}`)),
      ),
    ),
  );
}
