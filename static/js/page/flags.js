// @ts-check
// The breakpoints that this viewer knows: asked for when something may have come true, drawn on the line and in the drawer.

import { flagFrom, flagsOf } from "../core/flags.js";

/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/flags.js").Flag} Flag */
/** @typedef {import("../core/session.js").Session} Session */
/** @typedef {import("../panels/breakpoints.js").BreakpointPanel} BreakpointPanel */

/** Milliseconds between two looks while the cluster runs. */
const LOOK = 2000;

export class Flags {
  /**
   * @param {Api} api
   * @param {Session} session
   * @param {BreakpointPanel} panel
   * @param {(error: unknown) => void} fail
   */
  constructor(api, session, panel, fail) {
    this.api = api;
    this.session = session;
    this.panel = panel;
    this.fail = fail;
    /** @type {readonly Flag[]} */
    this.all = [];
    this.texts = new Set();
    this.looked = { at: 0, head: -1, stoppedBy: "" };
    this.isLooking = false;
  }

  /** @param {number} now  milliseconds */
  tick(now) {
    const { headSeq, control } = this.session;
    const stoppedBy = control.stoppedBy ?? "";
    const isNews = headSeq !== this.looked.head && (this.texts.size > 0 || this.looked.head < 0);
    if (this.isLooking || (stoppedBy === this.looked.stoppedBy && !(isNews && now - this.looked.at > LOOK))) return;
    this.looked = { at: now, head: headSeq, stoppedBy };
    this.take(this.api.breakpoints());
  }

  /**
   * @param {string} text
   * @param {boolean} isSet
   */
  set(text, isSet) {
    return this.take(this.api.breakpoint(text, isSet));
  }

  /** @param {ReturnType<Api["breakpoints"]>} asked */
  take(asked) {
    this.isLooking = true;
    return asked
      .then(({ breakpoints }) => {
        this.all = flagsOf(breakpoints);
        this.texts = new Set(breakpoints.map(({ text }) => text));
        this.panel.show(breakpoints);
      }, this.fail)
      .finally(() => {
        this.isLooking = false;
      });
  }

  /** @param {1 | -1} direction */
  from(direction) {
    return flagFrom(this.all, this.session.scene.seq, direction);
  }
}
