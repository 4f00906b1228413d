// @ts-check
// Draws one node: a whole card with its parts and bars, or a tile.

import { shortName } from "../core/hops.js";
import { podTone } from "../core/reducer.js";
import { svg } from "../page/dom.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../core/strings.js").Strings} Strings */

/** The parts of a node and their shares of a card's width. */
const PARTS = /** @type {const} */ ([
  ["kubelet", 0.222],
  ["containerd", 0.318],
  ["cni", 0.135],
  ["kube-proxy", 0.325],
]);
/** The packet rules of the kernel, which packets pass whether kube-proxy runs or not: below what writes them. */
const RULES = "netfilter";
const INSET = 14;
const GAP = 7;

/** Where the lines of a card stand below its top: a whole one, and one in the spotlight of a crowd, which has no bars. */
const FORMS = {
  card: { name: 44, parts: 60, height: 46, rules: 66, pods: 186 },
  spot: { name: 33, parts: 45, height: 40, rules: 37, pods: 93 },
};

/**
 * @param {SVGElement} element
 * @param {Card} card
 * @param {readonly number[]} shares  of CPU and memory that its pods ask for, from 0 to 1; only a whole card has bars
 * @param {{key: string, card: Card} | undefined} proxy  the pod of its kube-proxy
 * @param {Box} box
 * @param {Strings} strings
 * @param {keyof typeof FORMS} form
 * @returns {{room: Box, parts: Map<string, {box: Box, element: SVGElement}>}} where its pods go, and its parts by component
 */
export function drawCard(element, card, shares, proxy, box, strings, form) {
  const lines = FORMS[form];
  const state = stateOf(card);
  const right = box.x + box.w - INSET;
  element.append(
    svg("text", { class: "node-name", x: box.x + INSET, y: box.y + lines.name }, shortName(card.name, 15)),
    svg("text", { class: "node-state", x: right - 30, y: box.y + lines.name - 1, "text-anchor": "end" }, strings.text(`node-${state}`)),
    stateMark(state, right - 10, box.y + lines.name - 10),
  );
  /** @type {Map<string, {box: Box, element: SVGElement}>} */
  const parts = new Map();
  let x = box.x + INSET;
  const width = box.w - 2 * INSET;
  let free = width;
  for (const [name, share] of PARTS) {
    const w = (width - (PARTS.length - 1) * GAP) * share;
    const place = { x, y: box.y + lines.parts, w, h: lines.height };
    const piece = part(name, place);
    if (name === "kube-proxy") {
      if (proxy) piece.dataset.key = proxy.key;
      piece.dataset.state = proxy ? podTone(proxy.card) : "absent";
      part(RULES, { x, y: place.y + place.h + GAP, w, h: lines.rules });
      free -= w + GAP;
    }
    x += w + GAP;
  }
  if (form === "card") {
    element.append(...bar(strings.text("cpu"), shares[0] ?? 0, box.x + INSET, box.y + 129, free));
    element.append(...bar(strings.text("memory"), shares[1] ?? 0, box.x + INSET, box.y + 161, free));
  }
  const inset = Math.min(INSET, lines.pods - lines.parts - lines.height);
  return { room: { x: box.x + INSET, y: box.y + lines.pods, w: form === "card" ? width : free, h: box.h - lines.pods - inset }, parts };

  /** @param {string} name @param {Box} place */
  function part(name, place) {
    const id = `node/${card.name}/${name}`;
    const piece = svg(
      "g",
      { class: "part", "data-part": id, "data-tone": name },
      svg("rect", { class: "part-box", x: place.x, y: place.y, width: place.w, height: place.h, rx: 10 }),
      svg(
        "text",
        { class: "part-label", x: place.x + place.w / 2, y: place.y + place.h / 2 + 9, "text-anchor": "middle" },
        name === "cni" ? "CNI" : name,
      ),
    );
    parts.set(id, { box: place, element: piece });
    element.append(piece);
    return piece;
  }
}

/**
 * @param {SVGElement} element
 * @param {Card} card
 * @param {Box} box
 * @returns {Box} where its pods go
 */
export function drawTile(element, card, box) {
  const named = box.w >= 130 && box.h >= 70;
  const inset = Math.min(12, box.w * 0.08);
  const top = named ? 38 : inset;
  if (named) {
    element.append(
      svg("text", { class: "tile-name", x: box.x + inset, y: box.y + 30 }, shortName(card.name, Math.floor((box.w - 48) / 12.5))),
    );
    element.append(stateMark(stateOf(card), box.x + box.w - inset - 10, box.y + 22));
  }
  return { x: box.x + inset, y: box.y + top, w: box.w - 2 * inset, h: box.h - top - inset };
}

/**
 * A dot for ready, a cross for not, a bar for cordoned: told apart without colour.
 * @param {string} state
 * @param {number} x
 * @param {number} y
 */
function stateMark(state, x, y) {
  if (state === "ready") return svg("circle", { class: "node-mark", cx: x, cy: y, r: 10 });
  if (state === "cordoned") return svg("path", { class: "node-mark", d: `M${x - 9} ${y} h18` });
  return svg("path", { class: "node-mark", d: `M${x - 8} ${y - 8} l16 16 M${x + 8} ${y - 8} l-16 16` });
}

/**
 * @param {string} label
 * @param {number} share
 * @param {number} x
 * @param {number} y
 * @param {number} w
 */
function bar(label, share, x, y, w) {
  const [left, right] = [100, 76];
  const length = w - left - right;
  return [
    svg("text", { class: "bar-label", x, y: y + 9 }, label),
    svg("rect", { class: "bar-room", x: x + left, y: y - 7, width: length, height: 14, rx: 7 }),
    svg("rect", {
      class: "bar-used",
      x: x + left,
      y: y - 7,
      width: share ? Math.max(7, length * share) : 0,
      height: 14,
      rx: 7,
      "data-full": share > 0.85,
    }),
    svg("text", { class: "bar-share", x: x + w, y: y + 9, "text-anchor": "end" }, `${Math.round(share * 100)}%`),
  ];
}

/**
 * @param {Card} card
 * @returns {"ready" | "cordoned" | "unready"}
 */
export function stateOf(card) {
  if (!card.ready) return "unready";
  return card.unschedulable ? "cordoned" : "ready";
}
