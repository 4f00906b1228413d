// @ts-check
// Where actors, nodes and pods stand, for any number of them. Pure: boxes in the diagram's units.

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Diagram} Diagram */

export const CARD_GAP = 16;
export const CARD_WIDTH = 400;
const TILE_ASPECT = 1.5;
const TILE_GAP = 12;

/** With name and STATUS; with the name alone. */
const CELL_HEIGHTS = [60, 36];
const CELL_WIDTH = 118;
const MOST_COLUMNS = 3;

/**
 * The diagram as a narrow screen shows it, or half of a wide one.
 * @param {Diagram} diagram
 * @param {"narrow" | "half"} form
 * @returns {Diagram} itself when it has no such form
 */
export function formOf(diagram, form) {
  const places = diagram[form];
  if (!places) return diagram;
  const { width, height, edges, nodes } = places;
  const actors = diagram.actors.map((actor) => ({ ...actor, ...places.actors[actor.id] }));
  const frames = diagram.frames.map((frame) => ({ ...frame, ...places.frames[frame.id] }));
  return { ...diagram, width, height, edges, nodes, actors, frames };
}

/**
 * Up to 3 nodes are whole cards where those have room, otherwise they are tiles, as large as fit.
 * @param {number} count
 * @param {Box & {aspect?: number}} area  aspect: width of a good tile over its height
 * @returns {{mode: "card" | "tile", boxes: Box[]}}
 */
export function layoutNodes(count, area) {
  const w = (area.w - 2 * CARD_GAP) / 3;
  if (count <= 3 && w >= CARD_WIDTH) {
    const left = area.x + ((3 - count) * (w + CARD_GAP)) / 2;
    return { mode: "card", boxes: range(count).map((index) => ({ x: left + index * (w + CARD_GAP), y: area.y, w, h: area.h })) };
  }
  const { columns, rows } = bestGrid(count, area.w, area.h, area.aspect ?? TILE_ASPECT);
  const gap = count > 40 ? 6 : TILE_GAP;
  const width = (area.w - (columns - 1) * gap) / columns;
  const height = (area.h - (rows - 1) * gap) / rows;
  return { mode: "tile", boxes: grid(count, columns, area, width, height, gap) };
}

/**
 * Pods as cells with words while they fit, as dots when they do not; dots shrink until all of them fit.
 * @param {number} count
 * @param {Box} area
 * @returns {{mode: "cell" | "dot", boxes: Box[]}}
 */
export function layoutPods(count, area) {
  const gap = 8;
  const columns = Math.min(MOST_COLUMNS, Math.floor((area.w + gap) / (CELL_WIDTH + gap)));
  for (const cellHeight of CELL_HEIGHTS) {
    const rows = Math.floor((area.h + gap) / (cellHeight + gap));
    if (count > columns * rows) continue;
    const w = (area.w - (columns - 1) * gap) / columns;
    return { mode: "cell", boxes: grid(count, columns, area, w, cellHeight, gap) };
  }
  const side = dotSide(count, area.w, area.h);
  const spacing = spacingOf(side);
  const perRow = Math.max(1, Math.floor((area.w + spacing) / (side + spacing)));
  return { mode: "dot", boxes: grid(count, perRow, area, side, side, spacing) };
}

/**
 * The largest square of which `count` fit.
 * @param {number} count
 * @param {number} w
 * @param {number} h
 */
function dotSide(count, w, h) {
  for (let side = 40; side > 0.1; side -= side > 2 ? 1 : 0.1) {
    const spacing = spacingOf(side);
    const columns = Math.floor((w + spacing) / (side + spacing));
    const rows = Math.floor((h + spacing) / (side + spacing));
    if (columns * rows >= count) return side;
  }
  return 0.1;
}

/** @param {number} side */
function spacingOf(side) {
  if (side > 8) return 4;
  return side > 2 ? 1 : 0;
}

/**
 * @param {number} count
 * @param {number} w
 * @param {number} h
 * @param {number} aspect  width of a good tile over its height
 */
export function bestGrid(count, w, h, aspect) {
  let best = { columns: count, rows: 1, fault: Infinity };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const fault = Math.abs(Math.log(w / columns / (h / rows) / aspect)) + (columns * rows - count) / count / 2;
    if (fault < best.fault) best = { columns, rows, fault };
  }
  return best;
}

/**
 * @param {number} count
 * @param {number} columns
 * @param {Box} area
 * @param {number} w
 * @param {number} h
 * @param {number} gap
 * @returns {Box[]}
 */
export function grid(count, columns, area, w, h, gap) {
  return range(count).map((index) => ({
    x: area.x + (index % columns) * (w + gap),
    y: area.y + Math.floor(index / columns) * (h + gap),
    w,
    h,
  }));
}

/** @param {number} count */
function range(count) {
  return Array.from({ length: count }, (_, index) => index);
}
