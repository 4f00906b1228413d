// @ts-check
// Many nodes: up to three of them in the spotlight as cards, all of them as tiles or, when those get too small, as cells. Pure.

import { bestGrid, CARD_GAP, CARD_WIDTH, grid } from "./layout.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {{name: string, count: number}} Group  nodes of one zone */
/**
 * Where everything stands: the cards in the spotlight, a block with a heading for each group, a box for each node of it.
 * @typedef {{mode: "tile" | "cell", slots: Box[], blocks: (Box & {heading: Box})[], boxes: Box[][]}} CrowdLayout
 */

/** From here on tiles have no room for a name. */
export const CROWD = 25;

/** More nodes than this are cells of one canvas: elements for each and its pods would be too many. */
const MOST_TILES = 150;

const SLOTS = 3;
const SLOT_HEIGHT = 138;
const HEADING = 34;
const BLOCK_GAP = 20;
const ASPECT = 1.25;

/** A block narrower than this has no room for its heading. */
const LEAST_BLOCK = 200;

/**
 * @param {readonly Group[]} groups
 * @param {Box} area
 * @returns {CrowdLayout}
 */
export function layoutCrowd(groups, area) {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const mode = count > MOST_TILES ? "cell" : "tile";
  const lit = Math.min(SLOTS, Math.max(1, Math.floor((area.w + CARD_GAP) / (CARD_WIDTH + CARD_GAP))));
  const slotWidth = (area.w - (lit - 1) * CARD_GAP) / lit;
  const slots = grid(lit, lit, area, slotWidth, SLOT_HEIGHT, CARD_GAP);
  const top = area.y + SLOT_HEIGHT + 6;
  const room = area.w - (groups.length - 1) * BLOCK_GAP;
  const blocks = [];
  const boxes = [];
  let x = area.x;
  for (const group of groups) {
    const w = (room * group.count) / count;
    const block = { x, y: top + HEADING, w, h: area.y + area.h - top - HEADING };
    blocks.push({ ...block, heading: { x, y: top, w, h: HEADING } });
    boxes.push(cells(group.count, block, mode));
    x += w + BLOCK_GAP;
  }
  return { mode, slots, blocks, boxes };
}

/**
 * @param {number} count
 * @param {Box} block
 * @param {"tile" | "cell"} mode
 */
function cells(count, block, mode) {
  const { columns, rows } = bestGrid(count, block.w, block.h, mode === "tile" ? ASPECT : 1);
  const pitch = Math.min(block.w / columns, block.h / rows);
  const gap = mode === "tile" ? 6 : Math.max(0.6, Math.min(4, pitch * 0.12));
  const w = (block.w - (columns - 1) * gap) / columns;
  const h = (block.h - (rows - 1) * gap) / rows;
  return grid(count, columns, block, w, h, gap).map((box) => ({ ...box, gap }));
}

/**
 * The zones of nodes, in order; all nodes as one group without a name when there are no zones, or too many to be told apart.
 * @template {{card: import("../types.js").Card}} T
 * @param {readonly T[]} nodes
 * @param {number} width  of the area
 * @returns {{name: string, nodes: T[]}[]}
 */
export function zonesOf(nodes, width) {
  /** @type {Map<string, T[]>} */
  const zones = new Map();
  for (const node of nodes) {
    const zone = node.card.zone ?? "";
    const list = zones.get(zone);
    if (list) list.push(node);
    else zones.set(zone, [node]);
  }
  const smallest = Math.min(...[...zones.values()].map((list) => list.length));
  if (zones.size < 2 || (width * smallest) / nodes.length < LEAST_BLOCK) return [{ name: "", nodes: [...nodes] }];
  return [...zones].sort(([one], [other]) => one.localeCompare(other)).map(([name, list]) => ({ name, nodes: list }));
}

/**
 * The nodes that a hop happens at, the one that acts first; the node of the pod that it changes.
 * @param {Hop} hop
 * @returns {string[]}
 */
export function nodesAt({ source, target, change }) {
  const ends = [source, target].filter((end) => end.startsWith("node/")).map((end) => end.split("/")[1] ?? "");
  const placed = change?.card?.kind === "Pod" ? [change.card.node ?? ""] : [];
  const itself = change?.key.startsWith("nodes/") ? [change.key.slice("nodes/".length)] : [];
  return [...new Set([...ends, ...placed, ...itself])].filter(Boolean);
}

/** Where an arrow key leads: along which axis, and which way on it. */
const ARROWS = /** @type {Readonly<Record<string, readonly [number, number]>>} */ ({
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
});

/**
 * The node next to one in the direction of an arrow key, straight on rather than aside.
 * @param {ReadonlyMap<string, {box: Box}>} seats
 * @param {string} from
 * @param {string} key
 * @returns {string | null} itself at the edge; null when the key is no arrow, or the node is not there
 */
export function nextTo(seats, from, key) {
  const [arrow, start] = [ARROWS[key], seats.get(from)?.box];
  if (!arrow || !start) return null;
  let best = from;
  let least = Infinity;
  for (const [name, { box }] of seats) {
    const [x, y] = [box.x + box.w / 2 - start.x - start.w / 2, box.y + box.h / 2 - start.y - start.h / 2];
    const along = x * arrow[0] + y * arrow[1];
    const aside = Math.abs(x * arrow[1]) + Math.abs(y * arrow[0]);
    if (along <= 0.01 || 2 * aside > along || along + 2 * aside >= least) continue;
    best = name;
    least = along + 2 * aside;
  }
  return best;
}

/** Which nodes are in the spotlight: what happens at a node brings it there, in the place of the one at which nothing happened longest. */
export class Spotlight {
  constructor() {
    /** @type {string[]} by place: what stays keeps its place */
    this.names = [];
    /** @type {string[]} from the one at which nothing happened longest */
    this.order = [];
  }

  /**
   * Keep what is still there and fill what is free.
   * @param {readonly string[]} all  nodes in order
   * @param {number} places
   */
  fill(all, places) {
    const there = new Set(all);
    const kept = this.names.filter((name) => there.has(name)).slice(0, places);
    const free = all.slice(0, 2 * places).filter((name) => !kept.includes(name));
    while (kept.length < Math.min(places, all.length)) kept.push(free.shift() ?? "");
    this.names = kept;
    this.order = [...kept.filter((name) => !this.order.includes(name)), ...this.order.filter((name) => kept.includes(name))];
  }

  /**
   * Something happens at a node.
   * @param {string} name
   * @returns {number} the place that another node has left for it; -1 when it is there already
   */
  turn(name) {
    const isThere = this.names.includes(name);
    const leaves = isThere ? name : (this.order[0] ?? "");
    this.order = [...this.order.filter((each) => each !== leaves), name];
    if (isThere) return -1;
    const place = this.names.indexOf(leaves);
    if (place >= 0) this.names[place] = name;
    return place;
  }
}
