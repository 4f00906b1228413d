// @ts-check
// Draws one node as a cell of a canvas: how full it is, and by shapes beside colours what is wrong; with room, its pods as dots.

import { layoutPods } from "../core/layout.js";
import { podTone, usage } from "../core/reducer.js";
import { stateOf } from "./node.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../core/placement.js").Entry} Entry */
/**
 * What a cell shows: how much of its node is asked for, from 0 to 1, and how its pods are.
 * @typedef {{state: "ready" | "cordoned" | "unready", share: number, pods: readonly Entry[], failed: number}} Look
 */
/** @typedef {keyof typeof TOKENS} Colour */

/** Cells at least this wide have room for dots; in the diagram's units. */
const ROOMY = 15;

/** A node without pods is this strong; one that is full is 1. */
const FAINTEST = 0.16;

/** A canvas does not know custom properties. */
const TOKENS = /** @type {const} */ ({
  paper: "--paper",
  ready: "--kubelet-ink",
  unready: "--bad",
  cordoned: "--scheduler",
  running: "--good",
  starting: "--wait",
  ending: "--wait",
  done: "--line",
  failed: "--bad",
});

/** The colours of the theme. @returns {Record<Colour, string>} */
export function coloursOf() {
  const style = getComputedStyle(document.documentElement);
  const found = Object.entries(TOKENS).map(([name, token]) => [name, style.getPropertyValue(token)]);
  return Object.fromEntries(found);
}

/**
 * @param {Card} card
 * @param {readonly Entry[]} pods
 * @param {number} failed  how many of the pods fail
 * @returns {Look}
 */
export function lookOf(card, pods, failed) {
  const full = card.pods ? pods.length / card.pods : 0;
  const share = Math.min(1, Math.max(full, usage(card, pods, "cpu"), usage(card, pods, "memory")));
  return { state: stateOf(card), share, pods, failed };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box  from the canvas's corner, in the diagram's units
 * @param {Look} look
 * @param {number} scale  pixels for one unit
 * @param {Record<Colour, string>} colours
 */
export function drawCell(context, box, look, scale, colours) {
  const pixels = pixelsOf(box, scale);
  fill(context, pixels, colours.paper);
  if (look.state !== "ready") {
    fill(context, pixels, colours[look.state]);
    strike(context, pixels, look.state, colours.paper);
    return;
  }
  const isRoomy = Math.min(box.w, box.h) >= ROOMY;
  context.globalAlpha = isRoomy ? FAINTEST : FAINTEST + (1 - FAINTEST) * look.share;
  fill(context, pixels, colours.ready);
  context.globalAlpha = 1;
  if (isRoomy) drawDots(context, pixels, look.pods, colours);
  else if (look.failed) notch(context, pixels, colours.failed);
}

/**
 * Whole pixels, with the same number of them between all cells: none where a gap is less than half of one.
 * @param {Box} box
 * @param {number} scale
 */
export function pixelsOf({ x, y, w, h, gap = 0 }, scale) {
  const [left, top, free] = [Math.round(x * scale), Math.round(y * scale), Math.round(gap * scale)];
  const [right, bottom] = [Math.round((x + w + gap) * scale) - free, Math.round((y + h + gap) * scale) - free];
  return { x: left, y: top, w: Math.max(1, right - left), h: Math.max(1, bottom - top) };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {string} colour
 */
function fill(context, { x, y, w, h }, colour) {
  context.fillStyle = colour;
  context.fillRect(x, y, w, h);
}

/**
 * A cross on a node that is not ready, a bar on one that is cordoned: told apart without colour.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {"unready" | "cordoned"} state
 * @param {string} colour
 */
function strike(context, { x, y, w, h }, state, colour) {
  const line = Math.max(1, Math.round(w / 6));
  const [left, right, top, bottom] = [x + line, x + w - line, y + line, y + h - line];
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.beginPath();
  context.moveTo(left, state === "unready" ? top : y + h / 2);
  context.lineTo(right, state === "unready" ? bottom : y + h / 2);
  if (state === "unready") {
    context.moveTo(right, top);
    context.lineTo(left, bottom);
  }
  context.stroke();
}

/**
 * A corner of a node with pods that fail.
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {string} colour
 */
function notch(context, { x, y, w, h }, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(x + w * 0.25, y + h);
  context.lineTo(x + w, y + h * 0.25);
  context.lineTo(x + w, y + h);
  context.fill();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {readonly Entry[]} pods
 * @param {Record<Colour, string>} colours
 */
function drawDots(context, { x, y, w, h }, pods, colours) {
  const inset = Math.round(w * 0.1);
  const { boxes } = layoutPods(pods.length, { x: x + inset, y: y + inset, w: w - 2 * inset, h: h - 2 * inset });
  for (const [index, { card }] of pods.entries()) {
    const dot = boxes[index];
    if (dot) fill(context, dot, colours[podTone(card)]);
  }
}
