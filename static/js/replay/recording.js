// @ts-check
// A saved session: answers what the page asks a server for, out of the lines of `dashboard/export/recording.py`. Pure.

import { objectKeyOf } from "../core/hops.js";
import { causesOf, marksOf } from "../core/timeline.js";

/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Control} Control */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").StateMessage} StateMessage */
/** @typedef {import("../core/api.js").Change} Change */
/** @typedef {{state?: StateMessage, about?: {key: string, manifest: string}, hop?: Hop, manifest?: string, changes?: Change[], table?: import("../core/api.js").Table, rules?: import("../types.js").Rules}} Line */

/** What asks for a change of an object. */
const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Hops within which a request is stored. */
const REQUEST_LENGTH = 20;
const MOST_HISTORY = 30;

export class Recording {
  /** @param {Iterable<Line>} lines  the first one has the state @throws {Error} when it has not */
  constructor(lines) {
    const [first, ...others] = lines;
    if (!first?.state) throw new Error("the recording has no beginning");
    this.start = first.state;
    /** @type {Control} */
    this.control = { ...this.start.control, recorded: true };
    /** @type {Hop[]} */
    this.hops = [];
    /** @type {Map<number, Line>} */
    this.details = new Map();
    /** @type {Map<string, string>} */
    this.about = new Map();
    for (const line of others) {
      if (line.about) this.about.set(line.about.key, line.about.manifest);
      if (!line.hop) continue;
      this.hops.push(line.hop);
      if (line.manifest || line.table || line.rules) this.details.set(line.hop.seq, line);
    }
  }

  /** The first step that is shown; 0: there is none. */
  get begins() {
    return this.hops.find(({ quiet }) => !quiet)?.seq ?? 0;
  }

  /** The picture behind a hop. @param {number} seq @returns {StateMessage} */
  state(seq) {
    const past = this.hops.slice(0, seq);
    const objects = { ...this.start.objects };
    let { revision } = this.start;
    for (const { target, revision: written, change } of past) {
      if (target === "etcd") revision = Math.max(revision, written);
      if (change?.card) objects[change.key] = change.card;
      else if (change) delete objects[change.key];
    }
    const now = past.at(-1)?.at ?? this.start.now;
    return { ...this.start, control: this.control, seq: past.length, head: this.hops.length, now, revision, objects };
  }

  /**
   * What a server would answer.
   * @param {string} path  with its query
   * @returns {object | null} null: it cannot be said without a server
   */
  answer(path) {
    const [place = "", query = ""] = path.split("?");
    const asked = new URLSearchParams(query);
    const number = (/** @type {string} */ name) => Number(asked.get(name) ?? 0);
    if (place === "state") return this.state(asked.has("at") ? number("at") : this.hops.length);
    if (place === "hops" && asked.has("before")) return { hops: marksOf(this.hops.slice(0, number("before") - 1)).slice(-number("limit")) };
    if (place === "hops") return { hops: this.hops.slice(number("after"), number("after") + number("limit")), head: this.hops.length };
    if (place.startsWith("hops/")) return this.hop(Number(place.slice(5)));
    if (place === "objects") return this.object(asked.get("key") ?? "", number("at"));
    if (place === "why") return this.why(asked.get("key") ?? "", number("at"));
    if (place === "branches") return { branches: [], made: "" };
    if (place === "breakpoints") return { breakpoints: [], states: {} };
    return null;
  }

  /** @param {number} seq */
  hop(seq) {
    const hop = this.hops[seq - 1];
    if (!hop) return null;
    const { manifest = "", changes = [] } = this.details.get(this.writeOf(hop).seq) ?? {};
    const key = objectKeyOf(hop);
    const known = manifest || (key ? this.manifest(key, seq) : "");
    const { table = null, rules = null } = this.details.get(seq) ?? {};
    return { hop, manifest: known, changes, causes: causesOf(this.hops, hop), table, rules };
  }

  /** Of a request what came of it. @param {Hop} hop */
  writeOf(hop) {
    if (hop.target !== "kube-apiserver" || !WRITES.has(hop.verb)) return hop;
    const next = this.hops.slice(hop.seq, hop.seq + REQUEST_LENGTH);
    return next.find(({ cause, seq }) => cause === hop.seq && this.details.get(seq)?.manifest) ?? hop;
  }

  /** The hops that wrote an object, oldest first. @param {string} key @param {number} at */
  writes(key, at) {
    return this.hops.slice(0, at).filter(({ change }) => change?.key === key);
  }

  /** @param {string} key @param {number} at */
  manifest(key, at) {
    const write = this.writes(key, at).findLast(({ seq }) => this.details.get(seq)?.manifest);
    return (write && this.details.get(write.seq)?.manifest) ?? this.about.get(key) ?? "";
  }

  /** @param {string} key @param {number} at */
  object(key, at) {
    const history = this.writes(key, at)
      .slice(-MOST_HISTORY)
      .map((write) => {
        const { verb, source } = causesOf(this.hops, write).findLast(({ target }) => target === "kube-apiserver") ?? write;
        return { revision: write.revision, seq: write.seq, at: write.at, verb, source };
      });
    return { key, manifest: this.manifest(key, at), events: [], history };
  }

  /** The write that last changed an object, and what led to it. @param {string} key @param {number} at */
  why(key, at) {
    const write = this.writes(key, at).at(-1);
    return { key, field: "", value: "", before: "", seq: write?.seq ?? 0, causes: write ? causesOf(this.hops, write) : [] };
  }
}
