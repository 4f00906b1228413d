// @ts-check
// What the clock of the lanes says, and where a long wait was passed over. Pure.

import { clockText } from "./timeline.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {{x: number, text: string, isJump: boolean}} Moment */

/** A wait of so many simulated seconds is marked. */
const LONG = 1;

/**
 * Moments that are said, from left to right, each with room for its words; a wait goes before the time of day.
 * @param {readonly Hop[]} hops
 * @param {(index: number) => number} xOf
 * @param {{elapsed: (at: number) => number}} clock
 * @param {number} room  for the words of one
 * @returns {Moment[]}
 */
export function momentsOf(hops, xOf, clock, room) {
  /** @type {Moment[]} */
  const waits = [];
  hops.forEach(({ at }, index) => {
    const waited = at - (hops[index - 1]?.at ?? at);
    const x = (xOf(index) + xOf(index - 1)) / 2;
    if (waited >= LONG && x - (waits.at(-1)?.x ?? -Infinity) >= room) waits.push({ x, text: `+${Math.round(waited)} s`, isJump: true });
  });
  /** @type {Moment[]} */
  const moments = [];
  hops.forEach(({ at }, index) => {
    const x = xOf(index);
    const text = clockText(clock.elapsed(at));
    const isFree = [...waits, ...moments.slice(-1)].every((other) => Math.abs(other.x - x) >= room);
    if (isFree && x >= 0 && text !== moments.at(-1)?.text) moments.push({ x, text, isJump: false });
  });
  return [...waits, ...moments].sort((a, b) => a.x - b.x);
}
