// @ts-check
// The language and the light of a page, remembered for every page of this server.

import { keep, recall } from "./memory.js";

/** @typedef {import("../core/strings.js").Strings} Strings */

const THEMES = ["light", "dark", "contrast"];
const root = document.documentElement;

/** What was chosen on another page. @param {Strings} strings */
export function recallLooks(strings) {
  const theme = recall("podium-theme");
  if (theme && THEMES.includes(theme)) root.dataset.theme = theme;
  const language = recall("podium-language");
  if (language && language !== strings.language && (language === "en" || language === "ko")) {
    strings.language = language;
    relabel(strings);
  }
}

/** The other language, in all that the template wrote. @param {Strings} strings */
export function switchLanguage(strings) {
  strings.switch();
  keep("podium-language", strings.language);
  document.cookie = `django_language=${strings.language};path=/;max-age=31536000;samesite=lax`;
  relabel(strings);
}

/** @param {Strings} strings */
export function relabel(strings) {
  root.lang = strings.language;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = strings.text(element.getAttribute("data-text") ?? "");
  }
  for (const element of document.querySelectorAll("[data-label]")) {
    const label = strings.text(element.getAttribute("data-label") ?? "");
    element.setAttribute("aria-label", label);
    if (element.hasAttribute("title")) element.setAttribute("title", label);
  }
}

/** Light room, dark room, high contrast. */
export function nextTheme() {
  const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? "light") + 1) % THEMES.length] ?? "light";
  root.dataset.theme = next;
  keep("podium-theme", next);
}
