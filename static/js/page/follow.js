// @ts-check
// What the inspector shows: the hop on the screen, or what was clicked.

import { componentName, objectKeyOf } from "../core/hops.js";
import { labelIn } from "../core/routes.js";
import { objectsBehind, ownerOf } from "../core/reducer.js";
import { causesOf } from "../core/timeline.js";
import { faultList } from "../panels/faults.js";
import { componentPanel, objectPanel } from "../panels/object.js";
import { hopPanel, makeRoom } from "../panels/inspector.js";
import { told, whyPanel } from "../panels/why.js";
import { renew } from "./dom.js";
import { keeping } from "./keep.js";
import { Reader } from "./reader.js";
import { isAbout } from "./subject.js";

/** @typedef {import("../types.js").Diagram} Diagram */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/session.js").Session} Session */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("../panels/actions.js").Action} Action */
/** @typedef {import("./subject.js").Subject} Subject */
/** @typedef {{go: (seq: number) => void, act: (action: Action) => void, stops: import("../panels/stops.js").Stops, sheet: (name: "etcd" | "join") => void, faults: import("../panels/faults.js").Faults, explain: (hops: readonly Hop[]) => void}} Does */

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
    /** @type {Subject} */
    this.subject = { kind: "hop" };
    this.reader = new Reader(root);
    this.shown = "";
    this.isExplained = false;
  }

  hop() {
    this.turn({ kind: "hop" });
  }

  /** @param {string} key */
  object(key) {
    this.turn({ kind: "object", key });
  }

  /** Why an object, or a line of its manifest, is as it is. @param {string} key @param {number} line  0: the object */
  why(key, line) {
    this.turn({ kind: "why", key, line, at: this.session.scene.seq });
  }

  /** Why the object that is shown, or else the one that the hop is about, is as it is; whether there is one. */
  ask() {
    const { subject, session } = this;
    const key = subject.kind === "object" ? subject.key : subject.kind === "hop" && session.current ? objectKeyOf(session.current) : "";
    if (session.scene.objects.has(key)) this.why(key, 0);
    return session.scene.objects.has(key);
  }

  /** @param {string} id  of an actor */
  component(id) {
    this.turn({ kind: "component", id });
  }

  /** What is broken, ready for the keyboard. */
  broken() {
    this.turn({ kind: "faults" });
    this.take("button, select");
  }

  /** @param {Subject} subject */
  turn(subject) {
    this.subject = subject;
    this.refresh();
  }

  /** Draw again because the hop, the objects or the language changed. */
  refresh() {
    const { subject, session } = this;
    if (this.root.matches(":active")) return; // a button that is pressed must still be there when it is let go
    this.root.dataset.subject = subject.kind;
    if (subject.kind !== "why") this.unexplain();
    if (subject.kind === "hop") {
      if (session.current) this.follow(session.current);
      else this.reader.clear();
    } else if (subject.kind === "object") {
      this.inspect(subject.key);
    } else if (subject.kind === "component") {
      this.describe(subject.id);
    } else if (subject.kind === "faults") {
      this.reader.drop();
      keeping(this.root, () => renew(this.root, faultList(this.breaks(), this.strings)));
    } else {
      this.explain(subject);
    }
  }

  /** @param {Hop} hop */
  follow(hop) {
    const known = causesOf(this.session.log, hop);
    const does = { ...this.does, nameOf: (/** @type {string} */ id) => this.nameOf(id) };
    const draw = (/** @type {import("../core/api.js").HopDetail | null} */ detail) =>
      hopPanel(hop, detail, detail && detail.causes.length > known.length ? detail.causes : known, this.strings, does);
    this.root.replaceChildren(draw(null));
    this.reader.read(() => this.api.hop(hop.seq), draw, ({ changes }) => makeRoom(this.root, changes));
  }

  /** @param {string} key */
  inspect(key) {
    const card = this.session.scene.objects.get(key);
    const does = {
      ...this.does,
      open: (/** @type {string} */ other) => this.object(other),
      why: (/** @type {number} */ line) => this.why(key, line),
      owner: ownerOf(this.session.scene, key),
      elapsed: (/** @type {number} */ at) => this.session.elapsed(at),
      breaks: this.breaks(),
    };
    const draw = (/** @type {import("../core/api.js").ObjectDetail | null} */ detail) => objectPanel(key, card, detail, this.strings, does);
    if (this.shown !== key) this.root.replaceChildren(draw(null));
    this.shown = key;
    const { seq } = this.session.scene;
    if (card) this.reader.read(() => this.api.object(key, seq), draw);
    else this.reader.drop();
  }

  /** @param {string} id */
  describe(id) {
    const actor = this.diagram.actors.find((each) => each.id === id);
    if (!actor) return;
    this.reader.drop(); // what was asked about the hop must not take its place
    const mine = (/** @type {string} */ name) =>
      actor.components.some((component) => name === component || name.startsWith(`${component}/`));
    const hops = this.session.marks.filter(({ source, target }) => mine(source) || mine(target)).slice(-RECENT);
    const does = { ...this.does, open: (/** @type {string} */ key) => this.object(key), breaks: this.breaks() };
    const panel = componentPanel(actor, hops.toReversed(), this.strings, does, objectsBehind(this.session.scene, actor.tone));
    keeping(this.root, () => renew(this.root, panel));
  }

  /** The reason stays that of the moment at which it was asked. @param {{key: string, line: number, at: number}} asked */
  explain({ key, line, at }) {
    const does = { go: this.does.go, open: (/** @type {string} */ other) => this.object(other) };
    this.reader.read(
      () => this.api.why(key, at, line),
      (reason) => {
        this.isExplained = true;
        this.does.explain(told(reason.causes));
        this.root.scrollTop = 0;
        return whyPanel(reason, this.strings, does);
      },
    );
  }

  /** The picture is no longer about a chain. */
  unexplain() {
    if (this.isExplained) this.does.explain([]);
    this.isExplained = false;
  }

  /** What is broken, and what can be. */
  breaks() {
    const [nameOf, open] = [this.nameOf.bind(this), this.open.bind(this)];
    return { faults: this.does.faults, scene: this.session.scene, actors: this.diagram.actors, nameOf, open };
  }

  /** The panel of an actor or an object that was chosen from a list, ready for the keyboard. @param {string} id */
  open(id) {
    if (this.session.scene.objects.has(id)) this.object(id);
    else this.component(id);
    this.take(".faults button");
  }

  /** Let the first of these take the focus. @param {string} what */
  take(what) {
    /** @type {HTMLElement | null} */ (this.root.querySelector(what))?.focus();
  }

  /** A component in the words of the diagram. @param {string} component */
  nameOf(component) {
    return this.strings.pick(labelIn(this.diagram, component)) || componentName(component);
  }

  /** Whether a change of these objects changes what is shown. @param {ReadonlySet<string>} changed */
  concerns(changed) {
    return isAbout(this.subject, changed);
  }
}
