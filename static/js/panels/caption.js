// @ts-check
// The line below the picture, for the back row and for screen readers, and the list of all lines so far.

import { toneOf } from "../core/hops.js";
import { html, write } from "../page/dom.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/strings.js").Strings} Strings */

const KEPT = 200;

export class Caption {
  /**
   * @param {{line: HTMLElement, number: HTMLElement, text: HTMLElement, list: HTMLElement}} parts
   * @param {Strings} strings
   */
  constructor(parts, strings) {
    this.parts = parts;
    this.strings = strings;
    /** @type {Hop[]} */
    this.hops = [];
    /** @type {Hop | null} */
    this.current = null;
    this.opening = "waiting";
  }

  /**
   * @param {Hop | null} hop
   * @param {string} opening  the name of the text that stands where there is no hop
   */
  show(hop, opening = "waiting") {
    this.current = hop;
    this.opening = opening;
    write(this.parts.number, hop ? String(hop.seq) : "");
    this.parts.line.dataset.tone = hop ? toneOf(hop) : "outside";
    write(this.parts.text, hop ? this.strings.pick(hop.caption) : this.strings.text(opening));
  }

  /** @param {readonly Hop[]} hops */
  add(hops) {
    const lines = hops.filter((hop) => !hop.quiet).slice(-KEPT);
    this.hops = [...this.hops, ...lines].slice(-KEPT);
    for (const hop of lines) this.parts.list.append(this.line(hop));
    while (this.parts.list.childElementCount > KEPT) this.parts.list.firstElementChild?.remove();
    if (lines.length && this.parts.list.closest("details")?.open) this.parts.list.scrollTop = this.parts.list.scrollHeight;
  }

  /** Say everything in the language of now. */
  relabel() {
    this.parts.list.replaceChildren(...this.hops.map((hop) => this.line(hop)));
    this.parts.text.textContent = this.current ? this.strings.pick(this.current.caption) : this.strings.text(this.opening);
  }

  /** @param {Hop} hop */
  line(hop) {
    return html("li", { class: "log-line", "data-tone": toneOf(hop), value: hop.seq }, this.strings.pick(hop.caption));
  }
}
