// @ts-check
// Pointer and keyboard on the page, turned into commands and into what the inspector looks at.

import { pressOf } from "../core/keys.js";
import { byId } from "./dom.js";

/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("./commands.js").Commands} Commands */
/** @typedef {import("./follow.js").Follower} Follower */
/** @typedef {import("./page.js").Page} Page */
/** @typedef {import("../stage/stage.js").Stage} Stage */

/**
 * @param {Diagram} diagram
 * @param {Stage} stage
 * @param {Commands} commands
 * @param {Follower} inspector
 * @param {Page} page
 */
export function listen(diagram, stage, commands, inspector, page) {
  /** @param {Event} event */
  function clicked(event) {
    const target = /** @type {Element} */ (event.target);
    const actor = target.closest("[data-actor]")?.getAttribute("data-actor");
    const node = nodeAt(event, target);
    const object = target.closest("[data-key]")?.getAttribute("data-key") ?? (node && `nodes/${node}`);
    if (node) stage.nodes.crowd.spot(node);
    if (object) inspector.object(object);
    else if (actor && diagram.actors.some(({ id }) => id === actor)) inspector.component(actor);
    else inspector.hop();
    page.openInspector(Boolean(object || actor));
  }

  /**
   * The node of a cell, which is no element of its own.
   * @param {Event} event
   * @param {Element} target
   */
  function nodeAt(event, target) {
    const { field, cursor } = stage.nodes.crowd;
    if (!(event instanceof MouseEvent) || !target.matches(".field-ground")) return target.matches(".cell") ? cursor.name : "";
    const name = field.at(event.clientX, event.clientY);
    if (name) cursor.to(name);
    return name;
  }

  byId("stage").addEventListener("click", clicked);
  byId("stage").addEventListener("keydown", (event) => {
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "Enter") clicked(event);
    else if (isPlain && stage.nodes.crowd.cursor.walk(event.target, event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  document.addEventListener("keydown", (event) => {
    const focused = document.activeElement;
    const press = pressOf(event, { tag: focused?.tagName ?? "", editable: Boolean(focused?.shadowRoot) });
    if (!press) return;
    event.preventDefault();
    commands.run(press);
  });
  for (const button of document.querySelectorAll("[data-command]")) {
    button.addEventListener("click", () => commands.run({ command: button.getAttribute("data-command") ?? "" }));
  }
  byId("follow").addEventListener("click", () => inspector.hop());
}
