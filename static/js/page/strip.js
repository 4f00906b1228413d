// @ts-check
// The strip at the top and the buttons of the timeline: where the picture stands in time, and at which pace.

import { Clock } from "../core/clock.js";
import { faultsIn, messagesIn } from "../core/faults.js";
import { badgeFor, clockText } from "../core/timeline.js";
import { byId, write } from "./dom.js";

/** How long it is said at least what a wait is for: milliseconds. At a high rate the wait itself is over sooner. */
const READABLE = 1500;
const LINGER = 200;

/** @typedef {import("../core/session.js").Session} Session */
/** @typedef {import("../core/socket.js").Status} Status */
/** @typedef {import("../core/strings.js").Strings} Strings */

export class Strip {
  /** @param {Strings} strings */
  constructor(strings) {
    this.strings = strings;
    this.badge = byId("badge");
    this.clock = byId("clock");
    this.rate = byId("rate");
    this.quiet = byId("quiet");
    this.wait = byId("wait");
    this.play = byId("play");
    this.link = byId("link");
    this.broken = byId("broken");
    this.brokenText = byId("broken-text");
    this.pace = /** @type {HTMLSelectElement} */ (byId("pace"));
    /** @type {Status} */
    this.status = "connecting";
    this.time = new Clock();
    this.waited = { text: "", until: 0 };
  }

  /**
   * @param {Session} session
   * @param {number} now  milliseconds of the viewer's clock
   */
  draw(session, now) {
    const { live, control, scene, player } = session;
    const badge = badgeFor(session);
    const lost = this.status !== "open";
    const place = control.recorded ? this.strings.text("recorded", { step: scene.seq, steps: session.headSeq }) : this.place(badge);
    write(this.badge, lost ? this.strings.text(this.status) : place);
    mark(this.badge, lost ? "reconnecting" : control.recorded ? "recorded" : badge.state);
    this.badge.toggleAttribute("data-ahead", badge.ahead > 0);
    write(this.clock, clockText(session.elapsed(this.time.at(session, now))));
    write(this.rate, `${control.rate}×`);
    hide(this.quiet, session.quiet === 0);
    write(this.quiet, this.strings.text("quiet", { count: session.quiet }));
    const idle = control.running === false && !control.recorded;
    const passes = live && !control.paused;
    if (passes && player.idle && control.waitingSeconds) this.say(this.waiting(control), now);
    const waits = passes && now < this.waited.until;
    const stop = control.paused ? (control.stoppedBy ?? "") : "";
    document.documentElement.toggleAttribute("data-recorded", Boolean(control.recorded));
    hide(this.wait, !idle && !waits && !stop);
    mark(this.wait, stop ? "stop" : "wait");
    write(this.wait, idle ? this.strings.text("stopped") : stop || (waits ? this.waited.text : ""));
    const broken = faultsIn(scene).length + messagesIn(scene).length;
    hide(this.broken, broken === 0);
    write(this.brokenText, this.strings.text("faults-count", { count: broken }));
    if (this.broken.dataset.count !== String(broken)) this.broken.dataset.count = String(broken);
    const playing = live ? !control.paused : !player.idle;
    mark(this.play, playing ? "playing" : "paused");
    const label = this.strings.text(playing ? "pause" : "play");
    if (this.play.getAttribute("aria-label") !== label) this.play.setAttribute("aria-label", label);
    if (document.activeElement !== this.pace) this.pace.value = control.pace;
    hide(this.link, !lost);
  }

  /** @param {ReturnType<typeof badgeFor>} badge */
  place({ state, seconds, ahead }) {
    return ahead ? this.strings.text("paused-ahead", { steps: ahead }) : this.strings.text(state, { seconds });
  }

  /**
   * @param {string} text  what is waited for
   * @param {number} now
   */
  say(text, now) {
    const isOn = text === this.waited.text && now < this.waited.until;
    this.waited = { text, until: isOn ? Math.max(this.waited.until, now + LINGER) : now + READABLE };
  }

  /** @param {import("../types.js").Control} control */
  waiting({ waitingFor, waitingSeconds }) {
    return this.strings.text("wait", { what: this.strings.pick(waitingFor ?? undefined), seconds: Math.round(waitingSeconds ?? 0) });
  }
}

/**
 * @param {HTMLElement} element
 * @param {boolean} isHidden
 */
function hide(element, isHidden) {
  if (element.hidden !== isHidden) element.hidden = isHidden;
}

/**
 * @param {HTMLElement} element
 * @param {string} state
 */
function mark(element, state) {
  if (element.dataset.state !== state) element.dataset.state = state;
}
