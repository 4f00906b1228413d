// @ts-check
// The page around the stage: language, contrast, blank screen, help, messages. Remembered across reloads.

import { fillHelp } from "../panels/help.js";
import { byId } from "./dom.js";
import { keep, recall } from "./memory.js";

/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{focus: (id: string) => void, redraw: () => void}} Does */

const THEMES = ["light", "dark", "contrast"];

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
    const theme = recall("podium-theme");
    if (theme && THEMES.includes(theme)) this.root.dataset.theme = theme;
    const language = recall("podium-language");
    if (language && language !== strings.language && (language === "en" || language === "ko")) {
      strings.language = language;
      this.relabel();
    }
  }

  get projector() {
    return this.root.dataset.view === "projector";
  }

  /** The other language, everywhere at once. */
  language() {
    this.strings.switch();
    keep("podium-language", this.strings.language);
    document.cookie = `django_language=${this.strings.language};path=/;max-age=31536000;samesite=lax`;
    this.relabel();
    this.does.redraw();
  }

  /** What the template wrote, in the language of now. */
  relabel() {
    this.root.lang = this.strings.language;
    for (const element of document.querySelectorAll("[data-text]")) {
      element.textContent = this.strings.text(element.getAttribute("data-text") ?? "");
    }
    for (const element of document.querySelectorAll("[data-label]")) {
      const label = this.strings.text(element.getAttribute("data-label") ?? "");
      element.setAttribute("aria-label", label);
      if (element.hasAttribute("title")) element.setAttribute("title", label);
    }
    if (!byId("help").hidden) fillHelp(byId("help-list"), this.strings, this.components);
  }

  /** Light room, dark room, high contrast. */
  contrast() {
    const next = THEMES[(THEMES.indexOf(this.root.dataset.theme ?? "light") + 1) % THEMES.length] ?? "light";
    this.root.dataset.theme = next;
    keep("podium-theme", next);
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
