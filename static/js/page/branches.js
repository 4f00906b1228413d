// @ts-check
// Branches: rows of the timeline, and what is done while looking back is done in a branch of its own.

import { counterpartOf, rowsOf } from "../core/family.js";
import { badgeFor } from "../core/timeline.js";
import { byId, html, svg, write } from "./dom.js";

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
    /** @type {Map<string, HTMLElement>} by name; a row that stays keeps its element, and with it the focus */
    this.rows = new Map();
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
    const rows = rowsOf(this.family, MOST);
    const shown = new Map(rows.map((row) => [row.relative.name, this.rows.get(row.relative.name) ?? this.row(row)]));
    const more = this.family.length - rows.length;
    for (const [index, row] of rows.entries()) {
      const rest = more && index === rows.length - 1 ? ` · ${this.strings.text("branch-more", { count: more })}` : "";
      fill(/** @type {HTMLElement} */ (shown.get(row.relative.name)), row, this.noteOf(row) + rest);
    }
    const before = [...this.rows.values()];
    const now = [...shown.values()];
    this.rows = shown;
    if (before.length !== now.length || before.some((element, index) => element !== now[index])) this.root.replaceChildren(...now);
  }

  /**
   * A row without what changes.
   * @param {Row} row
   */
  row({ relative: { name, address, here } }) {
    const line = svg(
      "svg",
      { class: "branch-line", viewBox: "0 0 1000 20", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("path", { class: "branch-past" }),
      svg("path", { class: "branch-own" }),
    );
    const link = html("a", { class: "branch-name", href: address + window.location.search, "aria-current": here ? "page" : null }, name);
    return html("li", { class: "branch", "data-here": here }, link, line, html("span", { class: "branch-note" }));
  }

  /** @param {Row} row */
  noteOf({ relative: { parent, began } }) {
    return parent ? this.strings.text("branch-from", { name: parent, hop: began }) : this.strings.text("branch-first");
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

/**
 * @param {HTMLElement} element  a row
 * @param {Row} row
 * @param {string} note
 */
function fill(element, { from, to }, note) {
  const [past, own] = element.querySelectorAll("path");
  draw(past, `M0 10 H${1000 * from}`);
  draw(own, `M${1000 * from} 10 H${Math.max(1000 * to, 1000 * from + 4)}`);
  write(/** @type {Element} */ (element.lastElementChild), note);
}

/**
 * @param {Element | undefined} path
 * @param {string} way
 */
function draw(path, way) {
  if (path && path.getAttribute("d") !== way) path.setAttribute("d", way);
}
