// @ts-check
// What is broken, what can be, and the buttons for both.

import { faultOf, faultsIn, messageOf, messagesIn, offersFor } from "../core/faults.js";
import { html } from "../page/dom.js";
import { folded, section } from "./parts.js";
import { chooser } from "./places.js";
import { timed } from "./timed.js";

/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{offers: import("../core/faults.js").Offers, set: (target: string, fault: string, seconds?: number | null) => void, lose: (message: object) => void}} Faults  an empty fault mends */
/** @typedef {{faults: Faults, scene: Scene, actors: readonly import("../types.js").Actor[], nameOf: (target: string) => string, open: (id: string) => void}} Breaks */

const RESOURCES = ["memory", "disk", "pids"];

/**
 * @param {import("../core/faults.js").Offers} offers
 * @param {(what: string, wanted: object) => void} post
 * @returns {Faults}
 */
export function faultsBy(offers, post) {
  return {
    offers,
    set: (target, fault, seconds) => post("faults", { target, fault, seconds }),
    lose: (message) => post("messages", message),
  };
}

/**
 * What can be broken of something, as a part of its panel; nothing when nothing can.
 * @param {readonly string[]} targets
 * @param {Strings} strings
 * @param {Breaks} breaks
 */
export function faultSection(targets, strings, breaks) {
  const nameOf = (/** @type {string} */ target) => partOf(target, strings) || breaks.nameOf(target);
  return targets.length ? section(strings.text("faults-here"), rows(targets, strings, { ...breaks, nameOf })) : null;
}

/**
 * Everything that is broken, with a button that mends all of it.
 * @param {Breaks} breaks
 * @param {Strings} strings
 */
export function faultList(breaks, strings) {
  const broken = faultsIn(breaks.scene).map(({ name }) => name);
  const awaited = messagesIn(breaks.scene);
  const all = button(strings.text("mend-all"), "", "", breaks.faults);
  return html(
    "div",
    { class: "inspector-faults" },
    html("h2", { class: "inspector-eyebrow" }, strings.text("faults")),
    html("p", { class: "inspector-about" }, strings.text(broken.length || awaited.length ? "faults-about" : "faults-none")),
    broken.length || awaited.length ? html("div", { class: "object-actions" }, all) : null,
    rows(broken, strings, { ...breaks, nameOf: (target) => placed(target, strings, breaks.nameOf) }),
    awaited.length
      ? section(strings.text("messages"), html("ul", { class: "faults" }, ...awaited.map((each) => awaitedRow(each, strings, breaks))))
      : null,
    section(strings.text("faults-here"), chooser(breaks, strings)),
  );
}

/**
 * A message that something is to become of, with a button that takes it back.
 * @param {Card} message
 * @param {Strings} strings
 * @param {Breaks} breaks
 */
function awaitedRow({ name, effect, source, target, verb, key, seconds }, strings, { faults, nameOf }) {
  const what = strings.text(`awaited-${effect}`, { seconds: seconds ?? 0 });
  return html(
    "li",
    { class: "fault", "data-fault": effect },
    html(
      "span",
      { class: "fault-name" },
      `${what} ${verb} ${key}`,
      html("span", { class: "fault-way" }, `${nameOf(source ?? "")} → ${nameOf(target ?? "")}`),
    ),
    button(strings.text("message-back"), name, "", faults),
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
 * What is on a node, in a panel that says which one: a container, a resource, a component; nothing for anything else.
 * @param {string} target
 * @param {Strings} strings
 */
function partOf(target, strings) {
  const [first, , part = "", , , container] = target.split("/");
  if (first !== "node") return "";
  return container ?? (RESOURCES.includes(part) ? strings.text(`resource-${part}`) : part);
}

/**
 * The same in a list of everything: where it is, too.
 * @param {string} target
 * @param {Strings} strings
 * @param {(target: string) => string} nameOf
 */
function placed(target, strings, nameOf) {
  const [, node, , , pod] = target.split("/");
  const part = partOf(target, strings);
  if (!part) return nameOf(target);
  return pod ? `${part} · ${pod}` : `${node} ${part}`;
}

/**
 * What can become of the next message like the one on the screen; nothing of what is none.
 * @param {import("../types.js").Hop} hop
 * @param {Strings} strings
 * @param {Faults} faults
 */
export function messageSection(hop, strings, { lose, offers }) {
  const { effects, message } = messageOf(hop);
  const buttons = effects.map((effect) => {
    const label = strings.text(`message-${effect}`);
    const wanted = offers.seconds[effect];
    if (wanted) return timed(wanted, label, { "data-effect": effect }, strings, (seconds) => lose({ effect, ...message, seconds }));
    return html("button", { class: "button", type: "button", "data-effect": effect, onclick: () => lose({ effect, ...message }) }, label);
  });
  if (!effects.length) return null;
  const meant = html("p", { class: "fault-way" }, `${message.verb} ${message.key}`);
  return folded(strings.text("message-next"), html("div", {}, meant, html("div", { class: "object-actions" }, ...buttons)));
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
    html("span", { class: "fault-name" }, fault ? `${name}: ${strings.text(`is-${fault.fault}`)}` : name),
    html(
      "span",
      { class: "fault-buttons" },
      ...(fault
        ? [button(strings.text("mend"), target, "", faults)]
        : offers.map((offer) => {
            const label = strings.text(`break-${offer}`);
            const wanted = faults.offers.seconds[offer];
            if (!wanted) return button(label, target, offer, faults);
            const data = { "data-target": target, "data-breaks-as": offer };
            return timed(wanted, label, data, strings, (seconds) => faults.set(target, offer, seconds));
          })),
    ),
  );
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
