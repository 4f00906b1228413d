// @ts-check
// A list of everything that can be broken, which leads to its panel.

import { placesToBreak } from "../core/faults.js";
import { html } from "../page/dom.js";

/**
 * Every place where something can be broken, for those who have no pointer.
 * @param {import("./faults.js").Breaks} breaks
 * @param {import("../core/strings.js").Strings} strings
 */
export function chooser({ actors, scene, faults, nameOf, open }, strings) {
  const places = placesToBreak(actors, scene, faults.offers);
  const groups = [...new Set(places.map(({ group }) => group))];
  const choice = /** @type {HTMLSelectElement} */ (
    html(
      "select",
      { class: "field-input", name: "place", "aria-label": strings.text("faults-where") },
      ...groups.map((group) =>
        html(
          "optgroup",
          { label: strings.text(`places-${group}`) },
          ...places
            .filter((place) => place.group === group)
            .map(({ id }) => html("option", { value: id }, group === "components" ? nameOf(id) : id.slice(id.indexOf("/") + 1))),
        ),
      ),
    )
  );
  const go = html("button", { class: "button", type: "button", "data-opens": "place", onclick: () => open(choice.value) }, strings.text("open"));
  return html("div", { class: "object-break" }, choice, go);
}
