// @ts-check
// What stands over each zone of a crowd: its name, how many nodes and pods it has, and how many of them are not well.

import { podTone } from "../core/reducer.js";
import { svg } from "../page/dom.js";

/** @typedef {import("../types.js").Box} Box */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../core/placement.js").Entry} Entry */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{nodes: number, pods: number, unready: number, failed: number}} Sum */
/** @typedef {{name: string, sum: Sum, text: SVGElement, width: number, line: string, form: number}} Zone */

export const NOTHING = { nodes: 0, pods: 0, unready: 0, failed: 0 };

const THOUSANDS = new Intl.NumberFormat("en");

export class Zones {
  /** @param {Strings} strings */
  constructor(strings) {
    this.strings = strings;
    this.layer = svg("g", { class: "zones" });
    /** @type {Zone[]} */
    this.zones = [];
  }

  /**
   * Begin anew.
   * @param {readonly {name: string}[]} zones
   * @param {readonly {heading: Box}[]} blocks
   */
  open(zones, blocks) {
    this.zones = zones.map(({ name }, index) => {
      const { x, y, w } = blocks[index]?.heading ?? { x: 0, y: 0, w: 0 };
      const text = svg("text", { class: "zone-name", x: x + 2, y: y + 26 });
      return { name, sum: { ...NOTHING }, text, width: w, line: "", form: 0 };
    });
    this.layer.replaceChildren(...this.zones.map(({ text }) => text));
  }

  /**
   * Count a node with its pods.
   * @param {number} zone
   * @param {Card} card
   * @param {readonly Entry[]} pods
   * @param {Sum} before  what it counted for until now
   * @returns {Sum} what it counts for
   */
  count(zone, card, pods, before) {
    const failed = pods.reduce((sum, pod) => sum + (podTone(pod.card) === "failed" ? 1 : 0), 0);
    const now = { nodes: 1, pods: pods.length, unready: card.ready ? 0 : 1, failed };
    const sum = this.zones[zone]?.sum;
    if (sum) for (const each of /** @type {(keyof Sum)[]} */ (Object.keys(NOTHING))) sum[each] += now[each] - before[each];
    return now;
  }

  /** Write the numbers down. */
  write() {
    for (const zone of this.zones) {
      const { name, sum, text, width } = zone;
      const nodes = this.strings.text("crowd-nodes", { nodes: THOUSANDS.format(sum.nodes) });
      const pods = this.strings.text("crowd-pods", { pods: THOUSANDS.format(sum.pods) });
      const [short, words] = [[name, nodes], [name, nodes, pods]].map((each) => each.filter(Boolean).join(" · "));
      const failed = sum.failed ? `✕ ${THOUSANDS.format(sum.failed)}` : "";
      const unready = sum.unready ? `NotReady ${THOUSANDS.format(sum.unready)}` : "";
      const all = [failed, unready].filter(Boolean).join(" · ");
      const line = `${words} ${all}`;
      if (zone.line === line) continue;
      const isNew = zone.line.length !== line.length; // digits are about as wide as one another, and measuring has the diagram laid out
      zone.line = line;
      if (isNew) zone.form = 0;
      const isTooLong = () => /** @type {SVGTextElement} */ (text).getComputedTextLength() > width;
      const forms = [
        [words, all],
        [words, failed],
        [short, failed],
        [name, failed],
        [name, ""],
      ];
      do {
        const [told = "", faulty = ""] = forms[zone.form] ?? [];
        text.replaceChildren(told, svg("tspan", { class: "zone-faulty", dx: 14 }, faulty));
      } while (isNew && zone.form < forms.length - 1 && isTooLong() && (zone.form += 1));
    }
  }
}
