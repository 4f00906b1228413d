// @ts-check
// The buttons of an object's panel: what can be done to it.

import { html } from "../page/dom.js";
import { nodeActions } from "./node.js";

/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{action: string, key: string, replicas?: number, container?: string, turn?: string, force?: boolean, taint?: string}} Action */

/** Kinds whose pods carry a load together. */
const LOADED = ["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"];

/**
 * What can be done to an object, as buttons.
 * @param {string} key
 * @param {Card} card
 * @param {Strings} strings
 * @param {{act: (action: Action) => void, sheet: (name: "join") => void}} does
 */
export function actions(key, card, strings, { act, sheet }) {
  /** @param {Omit<Action, "key">} action @param {string} label */
  const button = (action, label) =>
    html("button", { class: "button", type: "button", "data-action": action.action, onclick: () => act({ key, ...action }) }, label);
  const remove = button({ action: "delete" }, strings.text("delete"));
  if (card.kind === "Node") return [...nodeActions(key, card, strings, act), joinButton(strings, sheet)];
  const load = LOADED.includes(card.kind)
    ? [
        button({ action: "load", turn: "down" }, `− ${strings.text("load")}`),
        button({ action: "load", turn: "up" }, `+ ${strings.text("load")}`),
      ]
    : [];
  if (card.kind === "Deployment" || card.kind === "ReplicaSet") {
    const replicas = card.replicas ?? 0;
    return [
      button({ action: "scale", replicas: Math.max(0, replicas - 1) }, `− ${strings.text("scale")}`),
      button({ action: "scale", replicas: replicas + 1 }, `+ ${strings.text("scale")}`),
      card.kind === "Deployment" ? button({ action: "restart" }, strings.text("restart")) : null,
      ...load,
      remove,
    ];
  }
  if (card.kind === "Pod") {
    const containers = card.containers ?? [];
    return [
      ...containers.map(({ name }) => button({ action: "kill-container", container: name }, strings.text("kill-container", { name }))),
      remove,
    ];
  }
  return [...load, remove];
}

/**
 * One more machine for the cluster.
 * @param {Strings} strings
 * @param {(name: "join") => void} sheet
 */
export function joinButton(strings, sheet) {
  return html("button", { class: "button", type: "button", "data-action": "join", onclick: () => sheet("join") }, strings.text("join"));
}
