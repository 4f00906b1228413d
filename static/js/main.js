// @ts-check
// The stage's page: makes the parts and lets what the server sends flow one way, frame -> session -> picture.

import { Api } from "./core/api.js";
import { centre } from "./core/geometry.js";
import { formOf } from "./core/layout.js";
import { componentsOf } from "./core/reducer.js";
import { Session } from "./core/session.js";
import { Connection } from "./core/socket.js";
import { Strings } from "./core/strings.js";
import { Branches } from "./page/branches.js";
import { listen } from "./page/clicks.js";
import { Commands } from "./page/commands.js";
import { byId, dataOf } from "./page/dom.js";
import { Drawers } from "./page/drawers.js";
import { Follower } from "./page/follow.js";
import { isReloaded, keep, recall } from "./page/memory.js";
import { Page } from "./page/page.js";
import { Screen } from "./page/screen.js";
import { Strip } from "./page/strip.js";
import { sourceOf } from "./page/wire.js";
import { Zoom } from "./page/zoom.js";
import { Caption } from "./panels/caption.js";
import { faultsBy } from "./panels/faults.js";
import { Timeline } from "./panels/timeline.js";
import { Stage } from "./stage/stage.js";

/** Hops of the past that a new viewer finds on the timeline. */
const KNOWN = 500;

const root = document.documentElement;
const base = root.dataset.base ?? "./";
const token = document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const diagram = /** @type {import("./types.js").Diagram} */ (dataOf("diagram"));
const strings = new Strings(dataOf("strings"), root.lang === "ko" ? "ko" : "en");
const source = sourceOf(base, () => strings.text("recorded-only"));
const api = new Api(base, token, source.fetcher);
const session = new Session(api);
const PLACE = `podium-place ${base}`;
const strip = new Strip(strings);
const narrow = window.matchMedia("(width <= 900px)");
const stage = new Stage(byId("stage"), narrow.matches ? formOf(diagram, "narrow") : diagram, strings, still);
const zoom = new Zoom(stage, `podium-view ${base}`);
const caption = new Caption(
  { line: byId("caption"), number: byId("caption-number"), text: byId("caption-text"), list: byId("log") },
  strings,
);
const connection = new Connection({
  open: source.open,
  later: (callback, ms) => window.setTimeout(callback, ms),
  receive,
  status: (status) => {
    strip.status = status;
  },
});
/** @type {Follower} */
const inspector = new Follower(byId("inspector"), diagram, session, api, strings, {
  go: (seq) => commands.scrub(seq),
  act: (action) => page.report(branches.write("actions", action)),
  get stops() {
    return drawers.stops;
  },
  sheet: (name) => drawers[name].toggle(true),
  faults: faultsBy(dataOf("faults"), (what, wanted) => page.report(branches.write(what, wanted))),
  explain: (hops) => stage.explain(hops),
});
const page = new Page(strings, {
  focus: (id) => {
    stage.focus(id);
    const box = stage.places.get(id);
    if (box) zoom.reveal(centre(box));
    if (id) inspector.component(id);
    else inspector.hop();
  },
  redraw: () => {
    stage.build(stage.nodeName);
    stage.draw(session.scene, new Set());
    caption.relabel();
    inspector.refresh();
    drawers.relabel();
    branches.draw();
  },
});
const branches = new Branches(api, session, strings, (error) => page.fail(error));
const drawers = new Drawers(api, session, strings, { diagram, samples: dataOf("samples"), states: dataOf("states") }, {
  say: (message) => page.say(message),
  fail: (error) => page.fail(error),
  go: (seq) => commands.scrub(seq),
  components: () => componentsOf(diagram, session.scene, (id) => inspector.nameOf(id)),
  looksBack: () => branches.looksBack,
  act: (call) => branches.act(call),
});
const { flags } = drawers;
const commands = new Commands(session, {
  send: (message) => connection.send(message),
  components: diagram.actors.map(({ id }) => id),
  focus: (id) => page.focus(id),
  whole: () => {
    zoom.whole();
    page.focus("");
  },
  language: () => page.language(),
  contrast: () => page.contrast(),
  blank: () => page.blank(),
  help: () => page.help(diagram.actors.length),
  ...drawers.commands(page),
  zoom: (direction) => (drawers.lanes.open ? drawers.lanes : zoom).zoom(direction),
  pan: (direction) => (drawers.lanes.open ? drawers.lanes : zoom).pan(direction),
  faults: () => {
    if (page.projector) return;
    page.focus("");
    inspector.broken();
    page.openInspector(true);
  },
  compare: () => branches.compare(),
  fork: () => page.projector || branches.fork(),
  flag: (direction) => flags.from(direction),
  inspect: () => page.openInspector(true),
  why: () => page.openInspector(inspector.ask()),
  close: () => {
    drawers.close();
    page.close();
    inspector.hop();
  },
  moved,
  idle: () => page.say(strings.text("idle")),
  fail: (error) => page.fail(error),
});
const timeline = new Timeline(byId("timeline"), (seq) => commands.scrub(seq));
const screen = new Screen(session, { stage, caption, inspector, drawers, branches, timeline, strip });

/** Where in the past this tab stood when it was reloaded, until that is shown again. */
let left = isReloaded() ? recall(PLACE, "sessionStorage") || null : null;
window.addEventListener("pagehide", () => keep(PLACE, session.live ? "" : String(session.scene.seq), "sessionStorage"));

/** @param {import("./types.js").Message} message */
function receive(message) {
  session.receive(message);
  if (message.type === "error") page.say(message.message);
  if (message.type !== "state") return;
  moved();
  const place = Number(left ?? -1);
  left = null;
  if (place >= 0 && place < session.headSeq) commands.scrub(place);
  else session.recall(Math.max(1, message.seq - KNOWN)).then(moved, (error) => page.fail(error));
}

function moved() {
  screen.moved();
}

listen(diagram, stage, commands, inspector, page);
narrow.addEventListener("change", () => {
  stage.use(narrow.matches ? formOf(diagram, "narrow") : diagram);
  zoom.whole();
  moved();
});
strip.pace.addEventListener("change", () => connection.send({ type: "control", action: "pace", value: strip.pace.value }));

zoom.resume();
caption.show(null);
connection.start(document.getElementById("opening") ? dataOf("opening") : null);
screen.begin();
