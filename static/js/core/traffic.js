// @ts-check
// Hops too many to be followed, as ribbons: how many passed along each edge within the last second. Pure.

import { pathOf } from "./geometry.js";
import { isInside, toneOf } from "./hops.js";

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Point} Point */
/** @typedef {{hop: Hop, count: number}} Flow  one of the hops between two components, and how many there were */
/** @typedef {{x: number, y: number, anchor: "start" | "end"}} Place  where a number stands beside its ribbon */
/** @typedef {{points: readonly Point[], tone: string, count: number, place: Place | null}} Ribbon */

/** What a number needs: along a line that it stands over, and along one that it stands beside. */
const ROOM = { over: 90, beside: 25 };
const AWAY = 10;
const DIGITS = 18;

/** Counts hops by who sends and who receives them, over two halves of a second. */
export class Traffic {
  constructor() {
    /** @type {Map<string, Flow>} */
    this.recent = new Map();
    /** @type {Map<string, Flow>} */
    this.before = new Map();
  }

  /** @param {readonly Hop[]} hops */
  add(hops) {
    for (const hop of hops) if (!hop.quiet && !isInside(hop)) count(this.recent, hop, 1);
  }

  get isEmpty() {
    return this.recent.size === 0;
  }

  /**
   * Half a second is over.
   * @returns {Flow[]} what passed in it and in the one before
   */
  turn() {
    /** @type {Map<string, Flow>} */
    const both = new Map();
    for (const half of [this.before, this.recent]) for (const flow of half.values()) count(both, flow.hop, flow.count);
    this.before = this.recent;
    this.recent = new Map();
    return [...both.values()];
  }

  clear() {
    this.before = new Map();
    this.recent = new Map();
  }
}

/**
 * One ribbon for each edge, whichever way its hops go; ways to nodes share the piece from the hub to the bus.
 * @param {readonly Flow[]} flows
 * @param {(hop: Hop) => readonly (readonly Point[])[]} edgesOf  the edges that a hop passes along, each from the hub on
 * @returns {Ribbon[]}
 */
export function ribbonsOf(flows, edgesOf) {
  /** @type {Map<string, Ribbon>} */
  const ribbons = new Map();
  for (const { hop, count: passed } of flows) {
    for (const points of edgesOf(hop)) {
      const key = pathOf(points);
      const ribbon = ribbons.get(key) ?? { points, tone: toneOf(hop), count: 0, place: placeOf(points) };
      ribbons.set(key, { ...ribbon, count: ribbon.count + passed });
    }
  }
  return [...ribbons.values()];
}

/**
 * Ten times as many hops make a ribbon so much wider, with no end; in the diagram's units.
 * @param {number} passed
 */
export function widthOf(passed) {
  return 6 + Math.round(5 * Math.log10(Math.max(1, passed)));
}

/**
 * Where the number of a ribbon stands: at its last piece, or nowhere when that is too short.
 * @param {readonly Point[]} points
 * @returns {Place | null}
 */
export function placeOf(points) {
  const [[x, y], [fromX, fromY]] = [points.at(-1) ?? [0, 0], points.at(-2) ?? [0, 0]];
  if (y === fromY && Math.abs(x - fromX) >= ROOM.over) {
    return x > fromX ? { x: fromX + AWAY, y: y - AWAY, anchor: "start" } : { x: fromX - AWAY, y: y - AWAY, anchor: "end" };
  }
  if (x === fromX && Math.abs(y - fromY) >= ROOM.beside) {
    return { x: x + AWAY + 4, y: y > fromY ? y - AWAY / 2 : y + AWAY / 2 + DIGITS, anchor: "start" };
  }
  return null;
}

/**
 * @param {Map<string, Flow>} flows
 * @param {Hop} hop
 * @param {number} more
 */
function count(flows, hop, more) {
  const key = [hop.source, hop.target].sort().join(" ");
  const flow = flows.get(key);
  if (flow) flow.count += more;
  else flows.set(key, { hop, count: more });
}
