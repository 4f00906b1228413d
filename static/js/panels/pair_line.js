// @ts-check
// The line of two clusters side by side: a row of ticks each, what is different between them, and where both stand.

import { toneOf } from "../core/hops.js";
import { svg } from "../page/dom.js";

/** @typedef {import("../core/pair.js").Pair} Pair */
/** @typedef {import("../types.js").Hop} Hop */

const GAP = 13;
const ROWS = [14, 46];
const REACH = 12;

export class PairLine {
  /**
   * @param {Element} root  an svg element
   * @param {(index: number) => void} go
   */
  constructor(root, go) {
    this.root = /** @type {SVGSVGElement} */ (root);
    this.first = 0;
    /** @type {readonly Pair[]} */
    this.pairs = [];
    this.root.addEventListener("click", (event) => {
      const x = (event.clientX - this.root.getBoundingClientRect().left) / this.scale();
      const index = Math.round((x - GAP) / GAP) + this.first;
      if (index >= 0 && index < this.pairs.length) go(index);
    });
  }

  /**
   * @param {readonly Pair[]} pairs
   * @param {number} position
   * @param {number} parting  index of the first pair that differs
   */
  draw(pairs, position, parting) {
    this.pairs = pairs;
    const width = this.root.clientWidth / this.scale();
    this.root.setAttribute("viewBox", `0 0 ${width} ${this.root.clientHeight / this.scale()}`);
    const room = Math.max(1, Math.floor((width - 2 * GAP) / GAP));
    this.first = Math.max(0, Math.min(position - Math.floor(room * 0.6), pairs.length - room));
    const shown = pairs.slice(this.first, this.first + room);
    const x = (/** @type {number} */ index) => GAP + (index - this.first) * GAP;
    const ticks = shown.flatMap(({ left, right, isSame }, index) =>
      [left, right].map((hop, row) => (hop ? tick(hop, x(this.first + index), ROWS[row] ?? 0, isSame, this.first + index > position) : null)),
    );
    const at = x(Math.max(position, this.first));
    const flag = parting >= this.first && parting < this.first + room ? svg("path", { class: "pair-parting", d: `M${x(parting)} 0 V62` }) : null;
    this.root.replaceChildren(...[...ticks, flag, svg("path", { class: "pair-place", d: `M${at} 0 V62` })].filter((each) => each !== null));
  }

  /** Pixels of the page for one unit of the drawing. */
  scale() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  }
}

/**
 * @param {Hop} hop
 * @param {number} x
 * @param {number} y
 * @param {boolean} isSame
 * @param {boolean} isAhead
 */
function tick(hop, x, y, isSame, isAhead) {
  const reach = isSame ? REACH - 5 : REACH;
  return svg("path", { class: "tick", "data-tone": toneOf(hop), "data-ahead": isAhead, d: `M${x} ${y - reach} V${y + reach}` });
}
