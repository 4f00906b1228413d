// @ts-check
// The picture on the screen as a file of its own: how it looks is written into it, since styles do not go along.

/** What of an element's look an SVG file can say, and what it looks like when nothing is said. */
const LOOK = {
  fill: "rgb(0, 0, 0)",
  "fill-opacity": "1",
  stroke: "none",
  "stroke-width": "1px",
  "stroke-dasharray": "none",
  "stroke-linecap": "butt",
  "stroke-linejoin": "miter",
  opacity: "1",
  visibility: "visible",
  display: "inline",
  "font-family": "",
  "font-size": "",
  "font-weight": "400",
  "letter-spacing": "normal",
  "text-anchor": "start",
  "dominant-baseline": "auto",
  "paint-order": "normal",
  filter: "none",
};
/** What an element without its own has from the one around it. */
const INHERITED = new Set(
  "fill fill-opacity stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin visibility font-family font-size font-weight letter-spacing text-anchor dominant-baseline paint-order".split(
    " ",
  ),
);

/** What says nothing in a file, or leads out of it. */
const DROPPED = /^(class|style|tabindex|role|href|xlink:href|data-.*|aria-.*|on.*)$/;

/** @typedef {(name: string) => string} Style  the computed value of a property */

/**
 * The properties to write down for an element, where they differ from what it would look like without.
 * @param {Style} style
 * @param {Style | null} around  of the element around it, which is written down, too
 * @returns {Record<string, string>}
 */
export function lookOf(style, around) {
  /** @type {Record<string, string>} */
  const look = {};
  for (const [name, usual] of Object.entries(LOOK)) {
    const value = style(name);
    const else_ = around && INHERITED.has(name) ? around(name) : usual;
    if (value && value !== else_) look[name] = value;
  }
  return look;
}

/** @param {string} attribute */
export function isDropped(attribute) {
  return DROPPED.test(attribute);
}

/**
 * A file's name: what, of which cluster, at which hop.
 * @param {string} cluster
 * @param {number} seq
 * @param {string} kind
 */
export function fileName(cluster, seq, kind) {
  return `${cluster.replace(/[^\w-]+/g, "-") || "podium"}-${seq}.${kind}`;
}
