// @ts-check
// What is broken, what can be, and the buttons for both.

import { faultOf, faultsIn, messageOf, offersFor } from "../core/faults.js";
import { html } from "../page/dom.js";
import { folded, section } from "./parts.js";

/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{offers: import("../core/faults.js").Offers, set: (target: string, fault: string) => void, lose: (message: object) => void}} Faults  an empty fault mends */
/** @typedef {{faults: Faults, scene: Scene, nameOf: (target: string) => string}} Breaks */

/**
 * @param {import("../core/faults.js").Offers} offers
 * @param {(what: string, wanted: object) => void} post
 * @returns {Faults}
 */
export function faultsBy(offers, post) {
  return { offers, set: (target, fault) => post("faults", { target, fault }), lose: (message) => post("messages", message) };
}

/**
 * What can be broken of something, as a part of its panel; nothing when nothing can.
 * @param {readonly string[]} targets
 * @param {Strings} strings
 * @param {Breaks} breaks
 */
export function faultSection(targets, strings, breaks) {
  return targets.length ? section(strings.text("faults-here"), rows(targets, strings, breaks)) : null;
}

/**
 * Everything that is broken, with a button that mends all of it.
 * @param {Breaks} breaks
 * @param {Strings} strings
 */
export function faultList(breaks, strings) {
  const broken = faultsIn(breaks.scene).map(({ name }) => name);
  const all = button(strings.text("mend-all"), "", "", breaks.faults);
  return html(
    "div",
    { class: "inspector-faults" },
    html("h2", { class: "inspector-eyebrow" }, strings.text("faults")),
    html("p", { class: "inspector-about" }, strings.text(broken.length ? "faults-about" : "faults-none")),
    broken.length ? html("div", { class: "object-actions" }, all) : null,
    rows(broken, strings, breaks),
  );
}

/**
 * One row for each target: what is wrong with it, or what can be made wrong.
 * @param {readonly string[]} targets
 * @param {Strings} strings
 * @param {Breaks} breaks
 */
function rows(targets, strings, { scene, faults, nameOf }) {
  return html("ul", { class: "faults" }, ...targets.map((target) => row(target, scene, strings, faults, nameOf(target))));
}

/**
 * What can become of the next message like the one on the screen; nothing of what is none.
 * @param {import("../types.js").Hop} hop
 * @param {Strings} strings
 * @param {Faults} faults
 */
export function messageSection(hop, strings, { lose }) {
  const { effects, message } = messageOf(hop);
  const buttons = effects.map((effect) =>
    html(
      "button",
      { class: "button", type: "button", "data-effect": effect, onclick: () => lose({ effect, ...message }) },
      strings.text(`message-${effect}`),
    ),
  );
  return effects.length ? folded(strings.text("message-next"), html("div", { class: "object-actions" }, ...buttons)) : null;
}

/**
 * @param {string} target
 * @param {Scene} scene
 * @param {Strings} strings
 * @param {Faults} faults
 * @param {string} name
 */
function row(target, scene, strings, faults, name) {
  const fault = faultOf(scene, target);
  const offers = offersFor(faults.offers, target);
  return html(
    "li",
    { class: "fault", "data-fault": fault?.fault ?? "" },
    html("span", { class: "fault-name" }, fault ? `${name}: ${stateOf(fault, strings)}` : name),
    html(
      "span",
      { class: "fault-buttons" },
      ...(fault
        ? [button(strings.text("mend"), target, "", faults)]
        : offers.map((offer) => button(strings.text(`break-${offer}`), target, offer, faults))),
    ),
  );
}

/**
 * @param {Card} fault
 * @param {Strings} strings
 */
export function stateOf(fault, strings) {
  return strings.text(`is-${fault.fault}`, { seconds: fault.seconds ?? 0 });
}

/**
 * @param {string} label
 * @param {string} target
 * @param {string} fault
 * @param {Faults} faults
 */
function button(label, target, fault, faults) {
  return html(
    "button",
    { class: "button", type: "button", "data-target": target, "data-breaks-as": fault, onclick: () => faults.set(target, fault) },
    label,
  );
}
