// @ts-check
// What keys and buttons do. The server owns the cluster's time; this viewer owns only its place in the log.

import { nextPhaseEnd, phaseBefore } from "../core/phases.js";

/** @typedef {import("../core/session.js").Session} Session */
/** @typedef {import("../core/keys.js").Press} Press */
/**
 * @typedef {object} Page  what commands touch beside the session
 * @property {(message: object) => boolean} send
 * @property {(id: string) => void} focus
 * @property {() => void} whole
 * @property {string[]} components
 * @property {() => void} language
 * @property {() => void} contrast
 * @property {() => void} blank
 * @property {() => void} help
 * @property {() => void} manifest
 * @property {() => void} breakpoints
 * @property {() => void} lanes
 * @property {() => void} export
 * @property {(direction: 1 | -1) => void} zoom  of the lanes or the diagram
 * @property {(direction: 1 | -1) => void} pan  likewise, 1: later, to the right
 * @property {() => void} fork
 * @property {() => void} compare
 * @property {() => void} etcd
 * @property {() => void} join  a form for one more machine
 * @property {() => void} kubectl  a line to type
 * @property {() => void} faults
 * @property {(direction: 1 | -1) => import("../core/flags.js").Flag | null} flag  the next breakpoint that the log has
 * @property {() => void} inspect
 * @property {() => void} why  why the object on the screen is as it is
 * @property {() => void} close
 * @property {() => void} moved  the picture jumped
 * @property {() => void} idle  a step that was asked for has nothing to do
 * @property {(error: unknown) => void} fail
 */

/** What `[` and `]` lead through: a lecture is watched, real time may crawl or race. */
const RATES = { lecture: [0.25, 0.5, 1, 2, 4, 8], real: [0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 60, 100, 1000], instant: [1] };

/** After so many milliseconds without an answer a step has had nothing to do. */
const PATIENCE = 1500;

export class Commands {
  /**
   * @param {Session} session
   * @param {Page} page
   */
  constructor(session, page) {
    this.session = session;
    this.page = page;
    /** @type {{before: number, value: number} | null} the rate asked for, until the server answers */
    this.asked = null;
    this.wanted = -1;
    this.isScrubbing = false;
  }

  /** @param {Press} press */
  run({ command, argument }) {
    const { page } = this;
    /** @type {Record<string, () => unknown>} */
    const does = {
      next: () => this.next(),
      back: () => this.jump(this.session.back()),
      "phase-next": () => this.phase(),
      "phase-back": () => this.phaseBack(),
      "flag-next": () => this.flag(1),
      "flag-back": () => this.flag(-1),
      play: () => this.play(),
      slower: () => this.rate(-1),
      faster: () => this.rate(1),
      start: () => this.jump(this.session.rewind(0)),
      live: () => this.live(),
      component: () => page.focus(page.components[(argument ?? 0) - 1] ?? ""),
      whole: page.whole,
      language: page.language,
      contrast: page.contrast,
      blank: page.blank,
      help: page.help,
      manifest: page.manifest,
      breakpoints: page.breakpoints,
      lanes: page.lanes,
      export: page.export,
      "zoom-in": () => page.zoom(1),
      "zoom-out": () => page.zoom(-1),
      "pan-back": () => page.pan(-1),
      "pan-on": () => page.pan(1),
      fork: page.fork,
      compare: page.compare,
      etcd: page.etcd,
      join: page.join,
      kubectl: page.kubectl,
      faults: page.faults,
      inspect: page.inspect,
      why: page.why,
      close: page.close,
    };
    does[command]?.();
  }

  /** The next hop: out of the log when rewound, otherwise the cluster takes a step. */
  next() {
    if (this.session.forward()) return;
    if (!this.session.live) this.live();
    else if (this.session.control.paused) this.step((marks, position) => marks[position + 1] ?? null);
    else this.page.send({ type: "control", action: "pause" });
  }

  /**
   * Let the cluster take a step and show it up to a mark; what it did beyond that lies ahead.
   * @param {import("../core/session.js").Hold} hold
   */
  step(hold) {
    this.session.hold = hold;
    this.page.send({ type: "control", action: "step" });
    window.setTimeout(() => this.session.hold === hold && this.page.idle(), PATIENCE);
  }

  /** To the end of the next phase: out of the log, otherwise the cluster takes a step. */
  phase() {
    const { session } = this;
    const end = nextPhaseEnd(session.marks, session.position);
    if (end && session.player.idle) session.playTo(end);
    else if (end || !session.live) this.next();
    else if (session.control.paused) this.step(nextPhaseEnd);
    else this.page.send({ type: "control", action: "pause" });
  }

  phaseBack() {
    const { session } = this;
    this.scrub(phaseBefore(session.marks, session.position)?.seq ?? Math.max(0, (session.log[0]?.seq ?? 1) - 1));
  }

  /**
   * To the next breakpoint of the log; at the present the cluster runs until it meets one.
   * @param {1 | -1} direction
   */
  flag(direction) {
    const flag = this.page.flag(direction);
    if (flag) this.scrub(flag.seq);
    else if (direction > 0 && !this.session.live) this.live();
    else if (direction > 0 && this.session.control.paused) this.page.send({ type: "control", action: "play" });
  }

  /** Rewound: play or halt the log. Live: play or pause the cluster. */
  play() {
    const { session } = this;
    if (session.live && session.control.recorded) this.jump(session.rewind(0).then(() => session.replay()));
    else if (!session.live && session.player.idle) session.replay();
    else if (!session.live) session.halt();
    else this.page.send({ type: "control", action: session.control.paused ? "play" : "pause" });
    this.page.moved();
  }

  live() {
    this.jump(this.session.follow());
  }

  /** @param {number} direction */
  rate(direction) {
    const confirmed = this.session.control.rate;
    const rate = this.asked?.before === confirmed ? this.asked.value : confirmed;
    const rates = RATES[this.session.control.pace];
    const value = (direction > 0 ? rates.find((each) => each > rate) : rates.findLast((each) => each < rate)) ?? rate;
    this.asked = { before: confirmed, value };
    this.page.send({ type: "control", action: "rate", value });
  }

  /**
   * Go there; while that is being read only the place asked for last is remembered, so that a dragged pointer is followed.
   * @param {number} seq
   */
  scrub(seq) {
    this.wanted = seq;
    if (!this.isScrubbing) this.follow().catch(this.page.fail);
  }

  async follow() {
    this.isScrubbing = true;
    try {
      for (let seq = this.wanted; seq >= 0; seq = this.wanted) {
        this.wanted = -1;
        await this.session.rewind(seq);
        this.page.moved();
      }
    } finally {
      this.isScrubbing = false;
    }
  }

  /** @param {Promise<void>} arriving */
  jump(arriving) {
    this.page.moved();
    arriving.then(() => this.page.moved(), this.page.fail);
  }
}
