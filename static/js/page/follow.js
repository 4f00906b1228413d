// @ts-check
// What the inspector shows: the hop on the screen, or what was clicked. Reads its detail when there is time to read it.

import { componentName } from "../core/hops.js";
import { causesOf } from "../core/timeline.js";
import { componentPanel, objectPanel } from "../panels/object.js";
import { hopPanel } from "../panels/inspector.js";
import { renew } from "./dom.js";

/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/session.js").Session} Session */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("../panels/object.js").Action} Action */
/** @typedef {{go: (seq: number) => void, act: (action: Action) => void, stops: import("../panels/stops.js").Stops, etcd: () => void}} Does */

/** A hop that is gone sooner than this is not read about: milliseconds. */
const READING = 180;
const RECENT = 8;

export class Follower {
  /**
   * @param {HTMLElement} root
   * @param {Diagram} diagram
   * @param {Session} session
   * @param {Api} api
   * @param {Strings} strings
   * @param {Does} does
   */
  constructor(root, diagram, session, api, strings, does) {
    this.root = root;
    this.diagram = diagram;
    this.session = session;
    this.api = api;
    this.strings = strings;
    this.does = does;
    /** @type {{kind: "hop"} | {kind: "object", key: string} | {kind: "component", id: string}} */
    this.subject = { kind: "hop" };
    this.timer = 0;
    this.asked = 0;
    this.shown = "";
  }

  /** Follow the hops again. */
  hop() {
    this.subject = { kind: "hop" };
    this.refresh();
  }

  /** @param {string} key */
  object(key) {
    this.subject = { kind: "object", key };
    this.refresh();
  }

  /** @param {string} id */
  component(id) {
    this.subject = { kind: "component", id };
    this.refresh();
  }

  /** Draw again because the hop, the objects or the language changed. */
  refresh() {
    const { subject, session } = this;
    if (this.root.matches(":active")) return; // a button that is pressed must still be there when it is let go
    this.root.dataset.subject = subject.kind;
    if (subject.kind === "hop") {
      if (session.current) this.follow(session.current);
      else this.root.replaceChildren();
    } else if (subject.kind === "object") {
      this.inspect(subject.key);
    } else {
      this.describe(subject.id);
    }
  }

  /** @param {Hop} hop */
  follow(hop) {
    const known = causesOf(this.session.log, hop);
    const does = { go: this.does.go, nameOf: (/** @type {string} */ component) => this.nameOf(component) };
    /** @param {import("../core/api.js").HopDetail | null} detail */
    const draw = (detail) =>
      hopPanel(hop, detail, detail && detail.causes.length > known.length ? detail.causes : known, this.strings, does);
    this.root.replaceChildren(draw(null));
    this.read(() => this.api.hop(hop.seq), draw);
  }

  /** @param {string} key */
  inspect(key) {
    const card = this.session.scene.objects[key];
    const does = {
      ...this.does,
      open: (/** @type {string} */ other) => this.object(other),
      owner: this.ownerOf(key),
      elapsed: (/** @type {number} */ at) => this.session.elapsed(at),
    };
    const draw = (/** @type {import("../core/api.js").ObjectDetail | null} */ detail) => objectPanel(key, card, detail, this.strings, does);
    if (this.shown !== key) this.root.replaceChildren(draw(null));
    this.shown = key;
    const { seq } = this.session.scene;
    if (card) this.read(() => this.api.object(key, seq), draw);
    else this.drop();
  }

  /** @param {string} id */
  describe(id) {
    const actor = this.diagram.actors.find((each) => each.id === id);
    if (!actor) return;
    this.drop(); // what was asked about the hop before must not take the component's place
    const mine = (/** @type {string} */ name) =>
      actor.components.some((component) => name === component || name.startsWith(`${component}/`));
    const hops = this.session.marks.filter(({ source, target }) => mine(source) || mine(target)).slice(-RECENT);
    const does = { ...this.does, open: (/** @type {string} */ key) => this.object(key) };
    renew(this.root, componentPanel(actor, hops.toReversed(), this.strings, does, this.objectsOf(actor.tone)));
  }

  /** Forget what was asked. */
  drop() {
    window.clearTimeout(this.timer);
    this.asked += 1;
  }

  /**
   * Read, and draw the answer unless something else is shown by then.
   * @template T
   * @param {() => Promise<T>} ask
   * @param {(detail: T) => HTMLElement} draw
   */
  read(ask, draw) {
    this.drop();
    const asked = this.asked;
    this.timer = window.setTimeout(async () => {
      const detail = await ask().catch(() => null);
      if (asked !== this.asked || !detail || this.root.matches(":active")) return;
      const open = [...this.root.querySelectorAll("details[open] > summary")].map(({ textContent }) => textContent);
      this.root.replaceChildren(draw(detail));
      for (const summary of this.root.querySelectorAll("summary")) {
        if (open.includes(summary.textContent)) summary.parentElement?.setAttribute("open", "");
      }
    }, READING);
  }

  /**
   * A component in the words of the diagram.
   * @param {string} component
   */
  nameOf(component) {
    const parts = this.diagram.actors.flatMap((actor) => actor.parts ?? []);
    const found = parts.find(({ id }) => id === component) ?? this.diagram.actors.find(({ components }) => components.includes(component));
    return found ? this.strings.pick(found.label) : componentName(component);
  }

  /** What can be stopped at by its next hop: every component of the diagram and of the nodes. */
  components() {
    const parts = this.diagram.actors.flatMap(({ components, parts = [] }) => [...components, ...parts.map(({ id }) => id)]);
    const nodes = Object.values(this.session.scene.objects).filter(({ kind }) => kind === "Node");
    const known = [...new Set(parts), ...nodes.map(({ name }) => `node/${name}`)].filter((id) => !id.endsWith("/*"));
    return known.map((id) => ({ id, label: id.startsWith("node/") ? id.slice(5) : this.nameOf(id) }));
  }

  /**
   * The key of the object that owns it; empty when it has no owner that is drawn.
   * @param {string} key
   */
  ownerOf(key) {
    const { objects } = this.session.scene;
    const owner = objects[key]?.owner;
    return owner ? (Object.keys(objects).find((each) => objects[each]?.uid === owner) ?? "") : "";
  }

  /**
   * What a click on a component leads to: workloads behind the controllers, waiting pods behind the scheduler.
   * @param {string} tone
   */
  objectsOf(tone) {
    const entries = Object.entries(this.session.scene.objects);
    const chosen = entries.filter(([, card]) => {
      if (tone === "scheduler") return card.kind === "Pod" && !card.node;
      return (tone === "controller" || tone === "etcd" || tone === "outside") && (card.kind === "Deployment" || card.kind === "ReplicaSet");
    });
    return chosen.slice(0, 12).map(([key, { kind, name, ready, replicas }]) => ({
      key,
      label: kind === "Pod" ? `Pod ${name}` : `${kind} ${name} ${ready ?? 0}/${replicas ?? 0}`,
    }));
  }

  /** Whether a change of these objects changes what is shown. @param {ReadonlySet<string>} changed */
  concerns(changed) {
    return this.subject.kind === "object" && changed.has(this.subject.key);
  }
}
