// @ts-check
// Two branches side by side: what both did stands beside each other, the first hop that only one of them did is marked.

import { Api } from "./core/api.js";
import { sharedUpto } from "./core/family.js";
import { pressOf } from "./core/keys.js";
import { formOf } from "./core/layout.js";
import { firstDifference, pairsOf, placesAt } from "./core/pair.js";
import { Strings } from "./core/strings.js";
import { byId, dataOf } from "./page/dom.js";
import { nextTheme, recallLooks, switchLanguage } from "./page/looks.js";
import { Side } from "./page/side.js";
import { PairLine } from "./panels/pair_line.js";
import { Stage } from "./stage/stage.js";

/** How long a step is on the screen: milliseconds. */
const STEP = 900;

const root = document.documentElement;
const strings = new Strings(dataOf("strings"), root.lang === "ko" ? "ko" : "en");
recallLooks(strings);
const diagram = /** @type {import("./types.js").Diagram} */ (dataOf("diagram"));
const { left, right } = /** @type {Record<"left" | "right", {name: string, address: string}>} */ (dataOf("pair"));
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const api = new Api(left.address, "", window.fetch.bind(window));
const sides = { left: side("left", api), right: side("right", api.at(right.address)) };
const line = new PairLine(byId("pair-line"), (index) => go(index));

/** @type {import("./core/pair.js").Pair[]} */
let pairs = [];
let position = -1;
let parting = -1;
let begun = 0;
let isPlaying = false;

/**
 * @param {"left" | "right"} name
 * @param {Api} its
 */
function side(name, its) {
  const stage = new Stage(byId(`${name}-stage`), formOf(diagram, "half"), strings, still);
  return new Side(its, stage, { caption: byId(`${name}-caption`), badge: byId(`${name}-name`) }, strings);
}

/** @param {number} index */
function go(index) {
  position = Math.min(Math.max(index, -1), pairs.length - 1);
  begun = performance.now();
  const pair = pairs[position];
  root.toggleAttribute("data-parted", Boolean(pair && !pair.isSame));
  tell();
  line.draw(pairs, position, parting);
  const places = placesAt(pairs, position);
  const isShared = position < 0;
  const moves = [sides.left.go(places.left, Boolean(pair?.left), isShared), sides.right.go(places.right, Boolean(pair?.right), isShared)];
  Promise.all(moves).catch(fail);
}

/** Which step it is, and whether both took it. */
function tell() {
  const pair = pairs[position];
  byId("pair-place").textContent = strings.text(pair && !pair.isSame ? "pair-differs" : "pair-same", { step: position + 1, all: pairs.length });
}

/** The other language, where the picture stands. */
function language() {
  switchLanguage(strings);
  tell();
  for (const each of Object.values(sides)) {
    each.stage.build(each.stage.nodeName);
    each.draw([]);
  }
}

/** @param {unknown} error */
function fail(error) {
  byId("pair-place").textContent = error instanceof Error ? error.message : String(error);
}

/** @param {number} now  milliseconds */
function frame(now) {
  const progress = Math.min(1, (now - begun) / STEP);
  for (const each of Object.values(sides)) each.stage.move(progress);
  if (isPlaying && progress >= 1) {
    if (position + 1 < pairs.length) go(position + 1);
    else isPlaying = false;
  }
  window.requestAnimationFrame(frame);
}

/** @type {Record<string, () => void>} */
const does = {
  next: () => go(position + 1),
  back: () => go(position - 1),
  "flag-next": () => go(parting),
  "flag-back": () => go(-1),
  play: () => {
    isPlaying = !isPlaying;
  },
  start: () => go(-1),
  live: () => go(pairs.length - 1),
  language,
  contrast: nextTheme,
  blank: () => root.toggleAttribute("data-blank"),
  compare: () => window.location.assign(left.address),
  close: () => window.location.assign(left.address),
};

document.addEventListener("keydown", (event) => {
  const press = pressOf(event, { tag: document.activeElement?.tagName ?? "", editable: false });
  if (!press || !does[press.command]) return;
  event.preventDefault();
  does[press.command]?.();
});
for (const button of document.querySelectorAll("[data-command]")) {
  button.addEventListener("click", () => does[button.getAttribute("data-command") ?? ""]?.());
}

api
  .branches()
  .then(async ({ branches }) => {
    const shared = sharedUpto(branches, left.name, right.name);
    await Promise.all(Object.values(sides).map((each) => each.load(shared)));
    pairs = pairsOf(sides.left.marks, sides.right.marks);
    parting = firstDifference(pairs);
    go(parting);
  })
  .catch(fail);
window.requestAnimationFrame(frame);
