// @ts-check
// What is on the screen, frame by frame: the hop that travels, the words that go with it, and in a flood of hops no more than one can see.

import { SHORTEST_TRAVEL } from "../core/player.js";
import { openingOf } from "../core/timeline.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/session.js").Session} Session */
/**
 * @typedef {object} Parts
 * @property {import("../stage/stage.js").Stage} stage
 * @property {import("../panels/caption.js").Caption} caption
 * @property {import("./follow.js").Follower} inspector
 * @property {import("./drawers.js").Drawers} drawers
 * @property {import("./branches.js").Branches} branches
 * @property {import("../panels/timeline.js").Timeline} timeline
 * @property {import("./strip.js").Strip} strip
 */

/** How long the last hop stays on a picture that goes on: milliseconds. Paused or rewound, it stays. */
const REST = 3000;

/** In fast traffic the words change no sooner than this: milliseconds. */
const READABLE = 500;

/** In a flood of hops the picture and the line change no sooner than this: milliseconds. */
const SEEN = 100;

/** What changes in a flood does not flash: there is always something that has just changed. @type {ReadonlySet<string>} */
const NONE = new Set();

export class Screen {
  /**
   * @param {Session} session
   * @param {Parts} parts
   */
  constructor(session, parts) {
    this.session = session;
    this.parts = parts;
    this.rest = 0;
    this.drawn = 0;
    /** @type {Set<string>} keys of the cards that have changed since the picture was drawn */
    this.changed = new Set();
    /** @type {{hop: Hop | null, at: number}} */
    this.told = { hop: null, at: 0 };
    /** @type {Hop[]} what came on the screen and is not in the list yet */
    this.unlisted = [];
    this.frame = this.frame.bind(this);
  }

  begin() {
    window.requestAnimationFrame(this.frame);
  }

  /** The picture jumped: draw what is there without a movement, its hop at rest unless it is on its way. */
  moved() {
    const { session } = this;
    const { stage, caption, inspector, drawers } = this.parts;
    stage.clear();
    stage.draw(session.scene, new Set());
    const isOnItsWay = session.player.showing !== null;
    if (session.current && !(isOnItsWay && this.isFlood)) {
      stage.show(session.current);
      if (!isOnItsWay) stage.move(1);
    }
    this.told = { hop: session.current, at: 0 };
    caption.show(session.current, openingOf(session));
    inspector.refresh();
    drawers.refresh();
  }

  /** @param {number} now  milliseconds */
  frame(now) {
    const { stage, drawers, branches, timeline, strip } = this.parts;
    const shown = this.session.tick(now);
    for (const { change } of shown) if (change) this.changed.add(change.key);
    for (const hop of shown) this.unlisted.push(hop);
    const isDue = !this.isFlood || now - this.drawn >= SEEN;
    if (isDue) this.draw();
    this.travel(shown, now);
    this.tell(now);
    const { showing } = this.session.player;
    if (showing) {
      stage.move(this.session.player.progress(now));
      this.rest = now;
    } else if (this.session.live && !this.session.control.paused && now - this.rest > REST) {
      stage.clear();
    }
    drawers.tick(now);
    branches.tick(now);
    if (isDue) {
      timeline.draw(this.session, drawers.flags.all);
      strip.draw(this.session, now);
      this.drawn = now;
    }
    window.requestAnimationFrame(this.frame);
  }

  /** Hops pass too fast to be followed one by one. */
  get isFlood() {
    return (this.session.player.showing?.duration ?? Infinity) < SHORTEST_TRAVEL;
  }

  /** The scene as it is now. */
  draw() {
    const { stage, caption, inspector } = this.parts;
    const { changed } = this;
    stage.draw(this.session.scene, this.isFlood ? NONE : changed);
    if (this.unlisted.length) caption.add(this.unlisted);
    this.unlisted = [];
    if (inspector.concerns(changed)) inspector.refresh();
    if (changed.size) this.changed = new Set();
  }

  /**
   * @param {readonly Hop[]} shown  what came on the screen
   * @param {number} now
   */
  travel(shown, now) {
    const { showing } = this.session.player;
    const last = showing && shown.includes(showing.hop) && !this.isFlood ? showing.hop : null;
    const passed = last ? shown.filter((hop) => hop !== last) : shown;
    this.parts.stage.flow(passed, now);
    if (last) this.parts.stage.show(last);
  }

  /**
   * Caption and inspector say what the picture shows, as often as one can read.
   * @param {number} now  milliseconds
   */
  tell(now) {
    const { current, player } = this.session;
    const { stage, caption, inspector } = this.parts;
    if (!current || current === this.told.hop) return;
    if (player.showing && player.showing.duration < READABLE && now - this.told.at < READABLE) return;
    this.told = { hop: current, at: now };
    caption.show(current);
    stage.spot(current);
    if (inspector.subject.kind === "hop") inspector.refresh();
  }
}
