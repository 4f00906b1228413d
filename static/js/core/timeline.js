// @ts-check
// Positions and time, pure: which hops are marks on the line, where they stand, what the badge says.

/** @typedef {import("../types.js").Hop} Hop */

/**
 * The part of the marks that is drawn. `first` is an index; `gap` the distance of two marks in pixels.
 * @typedef {{first: number, count: number, gap: number, left: number}} Span
 */

/**
 * New hops at the end of the log, older ones before it; what is already there is not taken twice.
 * @param {readonly Hop[]} log  in order of seq
 * @param {readonly Hop[]} hops  in order of seq
 * @returns {readonly Hop[]}
 */
export function mergeHops(log, hops) {
  const first = log[0]?.seq ?? Infinity;
  const last = log.at(-1)?.seq ?? 0;
  const before = hops.filter((hop) => hop.seq < first && log.length > 0);
  const after = hops.filter((hop) => hop.seq > last);
  return before.length || after.length ? [...before, ...log, ...after] : log;
}

/**
 * @param {readonly Hop[]} log
 * @returns {readonly Hop[]} the hops that are marks: routine is hidden
 */
export function marksOf(log) {
  return log.filter((hop) => !hop.quiet);
}

/**
 * The index of the last mark at or before `seq`; -1 before the first.
 * @param {readonly Hop[]} marks
 * @param {number} seq
 */
export function markAt(marks, seq) {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const mark = marks[middle];
    if (mark && mark.seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The hops that led to `hop`, from the first to itself, as far back as the log reaches.
 * @param {readonly Hop[]} log
 * @param {Hop} hop
 * @returns {Hop[]}
 */
export function causesOf(log, hop) {
  const chain = [hop];
  for (let cause = hop.cause; cause > 0;) {
    const found = log[markAt(log, cause)];
    if (!found || found.seq !== cause) break;
    chain.unshift(found);
    cause = found.cause;
  }
  return chain;
}

/**
 * As many marks as `width` carries, with `position` at most three quarters of the way along it.
 * @param {number} count
 * @param {number} position  index of the mark on the screen
 * @param {number} width  pixels
 * @param {number} gap  pixels
 * @returns {Span}
 */
export function spanOf(count, position, width, gap) {
  const room = Math.max(1, Math.floor(width / gap));
  if (count <= room) return { first: 0, count, gap, left: gap / 2 };
  const wanted = position + 1 - Math.floor(room * 0.75);
  const first = Math.min(Math.max(0, wanted), count - Math.floor(room * 0.75));
  return { first, count: Math.min(room, count - first), gap, left: gap / 2 };
}

/**
 * @param {Span} span
 * @param {number} index
 */
export function xOf(span, index) {
  return span.left + (index - span.first) * span.gap;
}

/**
 * The mark nearest to `x`, within the span.
 * @param {Span} span
 * @param {number} x  pixels
 */
export function indexAt(span, x) {
  const index = Math.round((x - span.left) / span.gap) + span.first;
  return Math.min(Math.max(index, span.first), span.first + span.count - 1);
}

const EDGE = 10;

/**
 * Where hop `seq` stands on a line of the whole log.
 * @param {number} seq
 * @param {number} head  the last hop
 * @param {number} width  pixels
 */
export function wholeX(seq, head, width) {
  return EDGE + (head > 0 ? Math.min(seq / head, 1) : 0) * (width - 2 * EDGE);
}

/**
 * The hop at `x` on a line of the whole log; 0 is before the first.
 * @param {number} x  pixels
 * @param {number} head  the last hop
 * @param {number} width  pixels
 */
export function wholeSeq(x, head, width) {
  return Math.round(Math.min(Math.max((x - EDGE) / (width - 2 * EDGE), 0), 1) * head);
}

/**
 * A paused cluster's step that is looked at hop by hop is no look back; `ahead`: hops of it that are still to be shown.
 * @param {{live: boolean, paused: boolean, headNow: number, now: number, ahead: number}} where
 * @returns {{state: "live" | "paused" | "rewound", seconds: number, ahead: number}}
 */
export function badgeOf({ live, paused, headNow, now, ahead }) {
  const seconds = Math.max(0, Math.round(headNow - now));
  if (!live && (seconds || !paused)) return { state: "rewound", seconds, ahead: 0 };
  return { state: paused ? "paused" : "live", seconds: 0, ahead: paused ? ahead : 0 };
}

/**
 * The badge for where a viewer stands.
 * @param {Pick<import("./session.js").Session, "live" | "control" | "began" | "headNow" | "scene" | "marks" | "position">} session
 */
export function badgeFor({ live, control, began, headNow, scene, marks, position }) {
  const now = Math.max(scene.now, began); // before the first hop no time has passed
  return badgeOf({ live, paused: control.paused, headNow, now, ahead: marks.length - 1 - position });
}

/**
 * The name of the text that stands where no hop has been yet: nothing has happened, or it has, and the picture stands before it.
 * @param {Pick<import("./session.js").Session, "live" | "headSeq" | "control">} session
 */
export function openingOf({ live, headSeq, control }) {
  if (control.recorded && headSeq) return "opening-recorded";
  return live ? "waiting" : "opening";
}

/**
 * Simulated time that has passed: `00:00:12.4`; a cluster that lives for days counts its hours on.
 * @param {number} seconds
 */
export function clockText(seconds) {
  const tenths = Math.max(0, Math.floor(seconds * 10 + 1e-6));
  const pad = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const whole = Math.floor(tenths / 10);
  return `${pad(Math.floor(whole / 3600))}:${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}.${tenths % 10}`;
}
