// @ts-check
// One of two clusters side by side: its diagram, what it did after the two parted, and where it stands.

import { emptyScene, loadScene, showHops } from "../core/reducer.js";
import { marksOf } from "../core/timeline.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("../stage/stage.js").Stage} Stage */

/** Hops of each side that are laid side by side, at most. */
const MOST = 3000;
const PAGE = 1000;

export class Side {
  /**
   * @param {Api} api
   * @param {Stage} stage
   * @param {{caption: HTMLElement, badge: HTMLElement}} parts
   * @param {Strings} strings
   */
  constructor(api, stage, parts, strings) {
    this.api = api;
    this.stage = stage;
    this.parts = parts;
    this.strings = strings;
    /** @type {Hop[]} */
    this.hops = [];
    /** @type {readonly Hop[]} */
    this.marks = [];
    this.scene = emptyScene();
    this.shared = 0;
    /** Whether nothing has happened yet that the two do not share. */
    this.isShared = true;
    this.asked = 0;
    /** @type {Hop | null} */
    this.current = null;
  }

  /**
   * Read what came behind the hop that both share.
   * @param {number} shared
   */
  async load(shared) {
    this.shared = shared;
    for (let after = shared; this.hops.length < MOST; ) {
      const { hops } = await this.api.hops(after, PAGE);
      this.hops.push(...hops);
      after = hops.at(-1)?.seq ?? after;
      if (hops.length < PAGE) break;
    }
    this.marks = marksOf(this.hops);
  }

  /**
   * Stand behind a mark; one step on is shown as a movement.
   * @param {number} index  of the mark; -1: where both are the same
   * @param {boolean} isMoving  the mark is what happens now; else it has happened before, and nothing moves here
   * @param {boolean} isShared  the picture stands before everything that the two do not share
   */
  async go(index, isMoving, isShared) {
    this.isShared = isShared;
    const last = this.marks[index] ?? null;
    const seq = last?.seq ?? this.shared;
    const mark = isMoving ? last : null;
    const between = this.hops.filter((hop) => hop.seq > this.scene.seq && hop.seq <= seq);
    const isStep = mark !== null && this.scene.seq > 0 && between.length > 0 && marksOf(between).length === 1;
    this.asked += 1;
    if (isStep) {
      this.scene = showHops(this.scene, between);
    } else if (seq !== this.scene.seq) {
      const asked = this.asked;
      const state = await this.api.state(seq);
      if (asked !== this.asked) return;
      this.scene = loadScene(state);
    }
    this.current = mark;
    this.draw(isStep ? between : []);
  }

  /** @param {readonly Hop[]} shown */
  draw(shown) {
    this.stage.draw(this.scene, new Set(shown.flatMap(({ change }) => (change ? [change.key] : []))));
    if (this.current) this.stage.show(this.current);
    else this.stage.clear();
    if (!shown.length) this.stage.move(1);
    this.parts.caption.textContent = this.current
      ? this.strings.pick(this.current.caption)
      : this.strings.text(this.isShared ? "pair-none" : "pair-idle");
  }
}
