// @ts-check
// One viewer's position: live behind the server, or rewound in its log. Frames come in, scenes and hops go out.
import { Player } from "./player.js";
import { emptyScene, loadScene, showHops } from "./reducer.js";
import { Tape } from "./tape.js";
import { markAt } from "./timeline.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Message} Message */
/** @typedef {import("../types.js").Control} Control */
/** @typedef {Pick<import("./api.js").Api, "state" | "hops" | "marks">} Reader */
/** @typedef {(marks: readonly Hop[], position: number) => Hop | null} Hold */

/** Milliseconds of hops, at rate 1, that wait to be shown while the past is played: few, so that it is played at its pace. */
const AHEAD = 4000;

export class Session {
  /** @param {Reader} reader */
  constructor(reader) {
    this.reader = reader;
    this.player = new Player();
    this.scene = emptyScene();
    this.tape = new Tape((...asked) => reader.hops(...asked), (...asked) => reader.marks(...asked));
    /** @type {Control} */
    this.control = { pace: "lecture", rate: 1, paused: false };
    this.live = true;
    /** Whether the past is being played. */
    this.replaying = false;
    /** @type {Hold | null} up to where the next hops that arrive are shown; null: all of them */
    this.hold = null;
    /** The cluster's first moment: seconds since the Unix epoch, 0 when it is not known yet. */
    this.began = 0;
    this.headNow = 0;
    this.quiet = 0;
    /** The position asked for last: an answer to an earlier question is not shown. */
    this.wanted = -1;
    /** @type {Hop | null} the hop whose outcome is on the screen */
    this.current = null;
  }

  /** @param {Message} message */
  receive(message) {
    if (message.type === "error") return;
    this.steer(message.control);
    if (message.type === "state") {
      this.began = message.began;
      this.headNow = message.now;
      this.tape.restart(Math.max(message.head, message.seq));
      this.live = !message.control.recorded || message.seq >= message.head;
      this.current = null;
      this.halt();
      this.scene = loadScene(message);
    } else if (message.type === "frame") {
      this.began ||= message.hops[0]?.at ?? 0;
      this.headNow = Math.max(this.headNow, message.now);
      this.tape.remember(message.hops, this.live);
      const end = this.live && this.hold ? this.hold(this.marks, this.position) : null;
      if (end) this.playTo(end);
      else if (this.live) this.player.enqueue(message.hops);
      if (this.live && this.player.idle) this.scene = { ...this.scene, now: message.now };
    }
  }

  /** @param {Control} control */
  steer(control) {
    this.control = control;
    if (!control.paused) this.hold = null;
    this.player.rate = control.pace === "lecture" ? control.rate : 1; // real time hurries by what there is to show
    this.player.pace = control.pace;
  }

  get log() {
    return this.tape.log;
  }

  get marks() {
    return this.tape.marks;
  }

  get headSeq() {
    return Math.max(this.tape.head, this.scene.seq);
  }

  /** Advance the picture; the hops that came on the screen. @param {number} now  milliseconds of the viewer's clock */
  tick(now) {
    if (this.replaying) this.feed();
    const shown = this.player.tick(now);
    if (shown.length) {
      this.scene = showHops(this.scene, shown);
      this.quiet += shown.reduce((count, hop) => count + (hop.quiet ? 1 : 0), 0);
      this.current = shown.findLast((hop) => !hop.quiet) ?? this.current;
    }
    if (!this.live && this.player.idle && this.scene.seq >= this.headSeq) this.arrive();
    return shown;
  }

  /** Seconds of simulated time since the cluster's beginning. @param {number} at  since the Unix epoch */
  elapsed(at) {
    return this.began ? Math.max(0, at - this.began) : 0;
  }

  /** The index of the mark on the screen. */
  get position() {
    return markAt(this.marks, this.scene.seq);
  }

  /**
   * Read the position behind hop `seq`; nothing on the server changes.
   * @param {number} seq
   */
  async rewind(seq) {
    this.wanted = seq;
    const [message] = await Promise.all([this.reader.state(seq), this.tape.reach(seq)]);
    if (this.wanted !== seq) return;
    this.live = false;
    this.halt();
    this.scene = loadScene(message);
    this.current = this.marks[this.position] ?? null;
  }

  /** @param {number} seq  how far back the log is read */
  async recall(seq) {
    await this.tape.reach(seq);
    if (!this.marks.length) await this.tape.recollect();
    this.current ??= this.marks[this.position] ?? null;
  }

  /** Show everything there is and follow the server again. */
  async follow() {
    this.wanted = -1;
    this.halt();
    this.tape.leave();
    if ((this.log[0]?.seq ?? this.headSeq + 1) > this.scene.seq + 1) {
      const [message] = await Promise.all([this.reader.state(this.headSeq), this.tape.reach(this.headSeq)]);
      if (this.wanted !== -1) return;
      this.scene = loadScene(message);
    }
    this.scene = showHops(this.scene, this.log);
    this.current = this.marks.at(-1) ?? this.current;
    this.live = true;
  }

  /** One mark back, from anywhere. */
  async back() {
    if (this.position < 1) await this.tape.recollect();
    const before = this.marks[this.position - 1];
    return this.rewind(before ? before.seq : 0);
  }

  /** One mark on within the log: true when there was one, or when it is being read. */
  forward() {
    if (!this.player.idle) {
      this.player.skip();
      return true;
    }
    const next = this.marks[this.position + 1];
    if (next) this.playTo(next);
    else if (this.tape.stretch) this.tape.more().then(() => this.forward());
    return Boolean(next ?? this.tape.stretch);
  }

  /**
   * Play the log up to a mark and stop there; behind the last mark there is only routine, which is passed over.
   * @param {Hop} mark
   */
  playTo(mark) {
    const isLast = !this.tape.stretch && mark === this.marks.at(-1);
    this.live = false;
    this.hold = null;
    this.player.enqueue(this.log.filter((hop) => hop.seq > this.scene.seq && (isLast || hop.seq <= mark.seq)));
  }

  /** Play the log from here until the present. */
  replay() {
    this.replaying = true;
    this.feed();
  }

  /** Stop playing. */
  halt() {
    this.replaying = false;
    this.player.clear();
  }

  /** Give the player what comes next in the past, at its own pace. */
  feed() {
    const from = this.player.queue.at(-1)?.seq ?? this.scene.seq;
    const { next, isAll } = this.tape.ahead(from, AHEAD * this.player.rate - this.player.backlog);
    this.player.enqueue(next);
    if (isAll && this.tape.stretch) this.tape.more();
  }

  /** The picture has come to the present by itself. */
  arrive() {
    this.live = true;
    this.replaying = false;
    this.tape.leave();
  }
}
