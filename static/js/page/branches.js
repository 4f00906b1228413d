// @ts-check
// Branches: rows of the timeline, and what is done while looking back is done in a branch of its own.

import { counterpartOf, rowsOf } from "../core/family.js";
import { badgeFor } from "../core/timeline.js";
import { byId, html, svg } from "./dom.js";

/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/family.js").Relative} Relative */
/** @typedef {import("../core/family.js").Row} Row */
/** @typedef {import("../core/session.js").Session} Session */
/** @typedef {import("../core/strings.js").Strings} Strings */

/** Milliseconds between two looks at how far the others have come. */
const LOOK = 3000;
const MOST = 2;

export class Branches {
  /**
   * @param {Api} api
   * @param {Session} session
   * @param {Strings} strings
   * @param {(error: unknown) => void} fail
   */
  constructor(api, session, strings, fail) {
    this.api = api;
    this.session = session;
    this.strings = strings;
    this.fail = fail;
    this.root = byId("branches");
    /** @type {Relative[]} */
    this.family = [];
    this.looked = -Infinity;
    this.isLooking = false;
  }

  /** @param {number} now  milliseconds */
  tick(now) {
    if (this.isLooking || now - this.looked < (this.family.length > 1 ? LOOK : 5 * LOOK) || document.hidden) return;
    this.looked = now;
    this.isLooking = true;
    this.api
      .branches()
      .then(({ branches }) => {
        this.family = branches;
        this.draw();
      }, this.fail)
      .finally(() => {
        this.isLooking = false;
      });
  }

  draw() {
    this.root.hidden = this.family.length < 2;
    document.documentElement.toggleAttribute("data-branches", !this.root.hidden);
    this.root.replaceChildren(...rowsOf(this.family, MOST).map((row) => this.row(row)));
  }

  /** @param {Row} row */
  row({ relative, from, to }) {
    const { name, address, here, began } = relative;
    const line = svg(
      "svg",
      { class: "branch-line", viewBox: "0 0 1000 20", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("path", { class: "branch-past", d: `M0 10 H${1000 * from}` }),
      svg("path", { class: "branch-own", d: `M${1000 * from} 10 H${Math.max(1000 * to, 1000 * from + 4)}` }),
    );
    const note = relative.parent ? this.strings.text("branch-from", { name: relative.parent, hop: began }) : this.strings.text("branch-first");
    return html(
      "li",
      { class: "branch", "data-here": here },
      html("a", { class: "branch-name", href: address + window.location.search, "aria-current": here ? "page" : null }, name),
      line,
      html("span", { class: "branch-note" }, note),
    );
  }

  /** Whether the picture shows the past, so that acting on it must not act on the present. */
  get looksBack() {
    return Boolean(this.session.control.recorded) || badgeFor(this.session).state === "rewound";
  }

  /** This cluster beside its parent, or its latest branch. */
  compare() {
    const here = this.family.find((each) => each.here);
    const other = counterpartOf(this.family);
    if (here && other) window.location.assign(`${here.address}compare/${other.name}/`);
    else this.fail(new Error(this.strings.text("pair-alone")));
  }

  /** A branch that begins at the hop on the screen. */
  fork() {
    this.api.fork(this.session.scene.seq).then(({ made }) => this.open(made), this.fail);
  }

  /**
   * Post something where an act is to happen.
   * @param {string} what
   * @param {object} wanted
   * @returns {Promise<{message: string}>}
   */
  write(what, wanted) {
    return this.act((there) => there.write(what, wanted));
  }

  /**
   * Do something to the cluster; while looking back, to a branch that begins at the hop on the screen.
   * @template T
   * @param {(there: Api) => Promise<T>} call
   * @returns {Promise<T>}
   */
  async act(call) {
    if (!this.looksBack) return call(this.api);
    const { made } = await this.api.fork(this.session.scene.seq);
    const result = await call(this.api.at(made));
    this.open(made);
    return result;
  }

  /** @param {string} address */
  open(address) {
    window.location.assign(address + window.location.search);
  }
}
