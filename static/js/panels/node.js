// @ts-check
// What can be done to a node: schedule, drain, taint it, cut its power.

import { html } from "../page/dom.js";
import { section } from "./parts.js";

/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("./actions.js").Action} Action */
/** @typedef {(action: Action) => void} Act */

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/**
 * @param {string} key
 * @param {Card} card
 * @param {Strings} strings
 * @param {Act} act
 * @returns {HTMLElement[]}
 */
export function nodeActions(key, card, strings, act) {
  /** @param {string} action @param {string} label @param {boolean} [force] */
  const button = (action, label, force = false) =>
    html(
      "button",
      { class: "button", type: "button", "data-action": action, "data-force": force, onclick: () => act({ key, action, force }) },
      strings.text(label),
    );
  return [
    card.unschedulable ? button("uncordon", "uncordon") : button("cordon", "cordon"),
    button("drain", "drain"),
    button("drain", "drain-force", true),
    card.stopped ? button("start-node", "start-node") : button("stop-node", "stop-node"),
  ];
}

/**
 * The pods that are left of a node that is being drained, each with what keeps it; nothing of any other node.
 * @param {Card} card
 * @param {import("../types.js").Scene} scene
 * @param {Strings} strings
 */
export function drainSection({ name }, scene, strings) {
  const left = scene.objects.get(`faults/drains/${name}`)?.left ?? [];
  const row = (/** @type {NonNullable<Card["left"]>[number]} */ { pod, evicted, why }) =>
    html(
      "li",
      { class: "fault" },
      html("span", { class: "fault-name" }, pod, html("span", { class: "fault-way" }, why || strings.text(evicted ? "drain-ends" : "drain-next"))),
    );
  return left.length ? section(strings.text("drain-left"), html("ul", { class: "faults drain-left" }, ...left.map(row))) : null;
}

/**
 * Its taints, each with a button that takes it away, and a line to write another one.
 * @param {string} key
 * @param {Card} card
 * @param {Strings} strings
 * @param {Act} act
 */
export function taintSection(key, card, strings, act) {
  const taints = (card.taints ?? []).map(String);
  const name = field("input", { name: "taint", value: "maintenance=yes", maxlength: 320, autocomplete: "off", spellcheck: "false" }, "taint-what");
  const effect = field("select", { name: "effect" }, "taint-effect", ...EFFECTS.map((each) => html("option", {}, each)));
  return section(
    strings.text("taints"),
    html(
      "div",
      { class: "taints" },
      html("ul", { class: "faults" }, ...taints.map(row)),
      html("form", { class: "taint-form", onsubmit: add }, name, effect, html("button", { class: "button" }, strings.text("taint"))),
    ),
  );

  /** @param {string} taint */
  function row(taint) {
    const remove = () => act({ key, action: "untaint", taint });
    return html(
      "li",
      { class: "fault" },
      html("span", { class: "fault-name" }, taint),
      html("button", { class: "button", type: "button", "data-untaints": taint, onclick: remove }, strings.text("untaint")),
    );
  }

  /** @param {Event} event */
  function add(event) {
    event.preventDefault();
    act({ key, action: "taint", taint: `${name.value.trim()}:${effect.value}` });
  }

  /**
   * @param {"input" | "select"} tag
   * @param {import("../page/dom.js").Attributes} attributes
   * @param {string} label
   * @param {...HTMLElement} options
   */
  function field(tag, attributes, label, ...options) {
    const made = html(tag, { class: "field-input", "aria-label": strings.text(label), ...attributes }, ...options);
    return /** @type {HTMLInputElement | HTMLSelectElement} */ (made);
  }
}
