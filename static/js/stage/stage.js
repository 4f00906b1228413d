// @ts-check
// The map: a scene and a hop in, a picture out. It decides nothing.

import { Spotlight } from "../core/crowd.js";
import { placement } from "../core/placement.js";
import { edgesOf, rootOf, wayOf } from "../core/routes.js";
import { svg } from "../page/dom.js";
import { drawActors, tellActors } from "./actors.js";
import { Chips } from "./chips.js";
import { FaultView } from "./faults.js";
import { Lights } from "./lights.js";
import { NodeView } from "./nodes.js";
import { Ribbons } from "./ribbons.js";
import { drawChain, wordsIn } from "./why.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").Scene} Scene */
/** @typedef {import("../core/strings.js").Strings} Strings */

export class Stage {
  /**
   * @param {Element} root  an empty svg element
   * @param {Diagram} diagram
   * @param {Strings} strings
   * @param {boolean} still  prefers-reduced-motion
   */
  constructor(root, diagram, strings, still) {
    this.root = root;
    this.diagram = diagram;
    this.strings = strings;
    this.still = still;
    this.chips = new Chips(root, diagram, still);
    this.lights = new Lights();
    this.ribbons = new Ribbons();
    /** The receiver that is not lit yet. */
    this.pending = "";
    this.nodeName = "";
    /** @type {Scene | null} what is drawn */
    this.scene = null;
    this.faults = new FaultView();
    this.why = svg("g", { class: "why" });
    /** @type {Map<string, Box>} */
    this.places = new Map();
    /** @type {Map<string, SVGElement>} */
    this.elements = new Map();
    this.spotlight = new Spotlight();
    this.nodes = this.view();
    this.use(diagram);
  }

  /**
   * Draw another diagram, or the same one at other places.
   * @param {Diagram} diagram
   */
  use(diagram) {
    this.diagram = diagram;
    this.chips.close();
    this.chips = new Chips(this.root, diagram, this.still);
    this.chips.open();
    this.root.setAttribute("viewBox", `0 0 ${diagram.width} ${diagram.height}`);
    this.build(this.nodeName);
  }

  /**
   * Draw everything anew: at the start, and in the other language.
   * @param {string} nodeName  the control plane's own node
   */
  build(nodeName) {
    this.nodeName = nodeName;
    this.scene = null;
    this.faults = new FaultView();
    const { frames, edges, actors, places, elements } = drawActors(this.diagram, this.strings, nodeName);
    this.places = places;
    this.elements = elements;
    this.nodes.close();
    this.nodes = this.view();
    this.chips.stop();
    this.ribbons.clear();
    const arrow = svg("marker", { id: "arrow", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 3, markerHeight: 3, orient: "auto" });
    arrow.append(svg("path", { d: "M0 0 L10 5 L0 10 z", fill: "context-stroke" }));
    const below = [frames, edges, this.nodes.edges, this.ribbons.layer, this.chips.trails];
    this.root.replaceChildren(svg("defs", {}, arrow), ...below, actors, this.nodes.cards, this.faults.layer, this.why);
  }

  /** The nodes, of which nothing is drawn yet. */
  view() {
    return new NodeView(this.root, this.diagram, this.strings, this.places, this.elements, this.spotlight);
  }

  /**
   * @param {Scene} scene
   * @param {ReadonlySet<string>} changed  keys that have just changed
   */
  draw(scene, changed) {
    if (scene === this.scene) return;
    const { nodes, unscheduled } = placement(scene);
    const own = nodes.find(({ card }) => (card.roles ?? []).includes("control-plane"))?.card.name ?? "";
    if (own !== this.nodeName) this.build(own);
    this.scene = scene;
    this.nodes.draw(scene, changed);
    this.mark();
    tellActors(this.root, scene, unscheduled.size);
    this.elements.get("kube-scheduler/queue")?.toggleAttribute("data-filled", unscheduled.size > 0);
  }

  /**
   * Begin to show a hop.
   * @param {Hop} hop
   */
  show(hop) {
    this.rest();
    this.spot(hop);
    const { source, target, points } = wayOf(this.diagram, hop, this.places);
    this.lights.light(this.elements, source, "source");
    this.pending = target;
    this.chips.start(hop, points);
    if (points.length < 2) this.arrive();
  }

  /**
   * Hops that are gone too soon to be followed: ribbons, as wide as there are many.
   * @param {readonly Hop[]} hops
   * @param {number} now  milliseconds
   */
  flow(hops, now) {
    if (hops.length) this.rest();
    this.ribbons.flow(hops, now, (hop) => edgesOf(this.diagram, hop, this.places));
  }

  /**
   * In a crowd the nodes that a hop happens at come to the front.
   * @param {Hop} hop
   */
  spot(hop) {
    this.nodes.spot(hop);
    this.mark();
  }

  /** Mark what is broken where it stands now. */
  mark() {
    if (this.scene) this.faults.draw(this.scene, this.diagram, this.places, this.elements, this.strings, this.nodeName);
  }

  /** @param {number} progress */
  move(progress) {
    this.chips.move(progress);
    if (this.pending && this.chips.hasArrived(progress)) this.arrive();
  }

  arrive() {
    if (!this.pending) return;
    this.lights.light(this.elements, this.pending, "target");
    this.pending = "";
  }

  /** Take the hop off the picture. */
  rest() {
    this.pending = "";
    this.chips.stop();
    this.lights.out();
  }

  /** Take all that moves off the picture. */
  clear() {
    this.rest();
    this.ribbons.clear();
  }

  /**
   * Fade all but one actor; an empty id shows the whole.
   * @param {string} id
   */
  focus(id) {
    this.keep(id ? [id] : []);
  }

  /**
   * Show a chain of hops at once, the rest faded; an empty one shows the picture as it is.
   * @param {readonly Hop[]} hops
   */
  explain(hops) {
    const routes = hops.map((hop) => ({ hop, ...wayOf(this.diagram, hop, this.places) }));
    if (hops.length) this.clear();
    this.keep(routes.flatMap(({ source, target }) => [rootOf(source), rootOf(target)]));
    this.why.replaceChildren(...drawChain(routes, wordsIn(this.root)));
  }

  /** @param {readonly string[]} ids  actors that do not fade; none: all of them */
  keep(ids) {
    this.root.toggleAttribute("data-focused", ids.length > 0);
    const isKept = (/** @type {string} */ name) => ids.some((id) => name === id || name.startsWith(`${id}/`));
    for (const [name, element] of this.elements) element.toggleAttribute("data-focus", isKept(name));
  }
}
