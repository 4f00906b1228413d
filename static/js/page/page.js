// @ts-check
// The page around the stage: language, contrast, blank screen, help, messages. Remembered across reloads.

import { fillHelp } from "../panels/help.js";
import { byId } from "./dom.js";
import { nextTheme, recallLooks, switchLanguage } from "./looks.js";

/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{focus: (id: string) => void, redraw: () => void}} Does */

/** How long a message stays: milliseconds. */
const SAID = 6000;

export class Page {
  /**
   * @param {Strings} strings
   * @param {Does} does
   */
  constructor(strings, does) {
    this.strings = strings;
    this.does = does;
    this.root = document.documentElement;
    this.toast = byId("toast");
    this.timer = 0;
    this.focused = "";
    this.components = 0;
    recallLooks(strings);
  }

  get projector() {
    return this.root.dataset.view === "projector";
  }

  /** The other language, everywhere at once. */
  language() {
    switchLanguage(this.strings);
    if (!byId("help").hidden) fillHelp(byId("help-list"), this.strings, this.components);
    this.does.redraw();
  }

  contrast() {
    nextTheme();
  }

  blank() {
    this.root.toggleAttribute("data-blank");
  }

  /** @param {number} components */
  help(components) {
    this.components = components;
    const help = byId("help");
    help.hidden = !help.hidden;
    if (!help.hidden) fillHelp(byId("help-list"), this.strings, components);
  }

  close() {
    byId("help").hidden = true;
    this.root.removeAttribute("data-blank");
    this.openInspector(false);
    this.focus("");
  }

  /** @param {string} id  an actor; empty: the whole */
  focus(id) {
    const next = id === this.focused ? "" : id;
    if (next === this.focused) return;
    this.focused = next;
    this.does.focus(next);
    this.openInspector(Boolean(next));
  }

  /** On a narrow screen the inspector is a sheet. @param {boolean} open */
  openInspector(open) {
    this.root.toggleAttribute("data-inspecting", open);
  }

  /** @param {string} message */
  say(message) {
    this.toast.textContent = message;
    this.toast.dataset.state = "good";
    this.toast.hidden = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.toast.hidden = true;
    }, SAID);
  }

  /**
   * Say how something went.
   * @param {Promise<{message: string}>} done
   */
  report(done) {
    done.then(
      ({ message }) => this.say(message),
      (error) => this.fail(error),
    );
  }

  /** @param {unknown} error */
  fail(error) {
    this.say(error instanceof Error ? error.message : String(error));
    this.toast.dataset.state = "faulty";
  }
}
