// @ts-check
// The simulated clock between two frames: it goes on as the server's does, so that a long wait is seen to pass. Pure.

/** @typedef {Pick<import("./session.js").Session, "live" | "control" | "scene"> & {player: {idle: boolean}}} Session */

/** What a shortened wait takes on the screen at rate 1: seconds, `LONGEST_WAIT` of the server. */
const WAIT = 2;

/** A frame that comes later than this (a hidden tab) does not move the clock by more: seconds. */
const LATE = 0.25;

export class Clock {
  constructor() {
    this.now = 0;
    this.wall = 0;
    this.end = Infinity;
    this.waits = 0;
    this.pace = "";
  }

  /**
   * The simulated moment to show; the log says it exactly where the past is looked at.
   * @param {Session} session
   * @param {number} wall  milliseconds of the viewer's clock
   */
  at({ live, control, scene, player }, wall) {
    const passed = Math.min(wall / 1000 - this.wall, LATE);
    this.wall = wall / 1000;
    const pace = `${control.pace} ${control.rate}`;
    const follows = live && !control.recorded;
    if (!follows || pace !== this.pace) this.now = scene.now;
    this.pace = pace;
    const waits = control.waitingSeconds ?? 0;
    if (waits !== this.waits) this.end = waits ? scene.now + waits : Infinity;
    this.waits = waits;
    const speed = control.pace === "real" ? control.rate : waits ? (waits / WAIT) * control.rate : 1;
    const goes = follows && control.running && !control.paused && player.idle;
    this.now = Math.max(scene.now, goes ? Math.min(this.now + passed * speed, this.end) : this.now);
    return this.now;
  }
}
