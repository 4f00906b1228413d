// @ts-check
// Draws one pod: a cell with its name and STATUS, or a dot.

import { shortName, shorten } from "../core/hops.js";
import { podTone } from "../core/reducer.js";
import { svg } from "../page/dom.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */

/** As in stage.css. */
const NAME_SIZE = 25;

/**
 * @param {string} key
 * @param {Card} card
 * @param {Box} box
 * @param {"cell" | "dot"} mode
 * @param {boolean} changed  it has just changed
 */
export function drawPod(key, card, box, mode, changed) {
  const tone = podTone(card);
  const element = svg("g", {
    class: "pod",
    "data-mode": mode,
    "data-key": key,
    "data-state": tone,
    "data-changed": changed,
    role: "button",
    tabindex: mode === "cell" ? 0 : null,
    "aria-label": `${card.name} ${card.status ?? ""}`,
  });
  element.append(svg("title", {}, `${card.namespace}/${card.name} ${card.status ?? ""}`));
  if (mode === "dot") {
    const inset = box.w > 8 ? 1.5 : 0;
    const side = box.w - 2 * inset;
    element.append(svg("rect", { class: "pod-box", x: box.x + inset, y: box.y + inset, width: side, height: side, rx: side / 3 }));
    if (tone === "failed" && side > 8) element.append(cross(box.x + box.w / 2, box.y + box.h / 2, side / 4));
    return element;
  }
  const x = box.x + box.w / 2;
  const tall = box.h > 50;
  const name = `${tone === "failed" && !tall ? "✕ " : ""}${shortName(card.name, Math.max(9, Math.floor(box.w / 15)))}`;
  const squeezed = widthOf(name) * NAME_SIZE > box.w - 12 ? { textLength: box.w - 12, lengthAdjust: "spacingAndGlyphs" } : {};
  element.append(
    svg("rect", { class: "pod-box", x: box.x, y: box.y, width: box.w, height: box.h, rx: 10 }),
    svg("text", { class: "pod-name", x, y: box.y + 27, "text-anchor": "middle", ...squeezed }, name),
    tall
      ? svg(
          "text",
          { class: "pod-status", x, y: box.y + 53, "text-anchor": "middle" },
          shorten(statusText(card), Math.max(11, Math.floor(box.w / 13))),
        )
      : "",
  );
  return element;
}

/**
 * What has failed is told without colour too.
 * @param {number} x
 * @param {number} y
 * @param {number} arm
 */
function cross(x, y, arm) {
  return svg("path", { class: "pod-cross", d: `M${x - arm} ${y - arm} l${2 * arm} ${2 * arm} m0 ${-2 * arm} l${-2 * arm} ${2 * arm}` });
}

/**
 * A guess at a text's width in ems, high rather than low: m and w are wide, i and l narrow.
 * @param {string} text
 */
function widthOf(text) {
  let width = 0;
  for (const letter of text) width += /[mwMW…]/.test(letter) ? 0.9 : /[ijlft1.-]/.test(letter) ? 0.38 : 0.6;
  return width;
}

/** @param {Card} card */
function statusText(card) {
  const status = card.status ?? "";
  if (status === "ContainerCreating") return "Creating";
  if (status === "CrashLoopBackOff") return "CrashLoop";
  if (status === "ImagePullBackOff") return "PullBackOff";
  return status;
}
