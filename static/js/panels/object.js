// @ts-check
// The panel of one object or one component: its YAML, its events, what can be done to it.

import { targetsAt, targetsOf } from "../core/faults.js";
import { componentName } from "../core/hops.js";
import { clockText } from "../core/timeline.js";
import { html } from "../page/dom.js";
import { actions, joinButton } from "./actions.js";
import { faultSection } from "./faults.js";
import { drainSection, taintSection } from "./node.js";
import { folded, section } from "./parts.js";
import { stopAt, stopButton } from "./stops.js";
import { askable } from "./why.js";

/** @typedef {import("../types.js").Actor} Actor */
/** @typedef {import("../types.js").Card} Card */
/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../core/api.js").ObjectDetail} ObjectDetail */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {import("./stops.js").Stops} Stops */
/** @typedef {import("./faults.js").Breaks} Breaks */
/** @typedef {import("./actions.js").Action} Action */

/**
 * @param {string} key
 * @param {Card | undefined} card  undefined: the object is gone
 * @param {ObjectDetail | null} detail  null while it is being read
 * @param {Strings} strings
 * @param {{act: (action: Action) => void, sheet: (name: "etcd" | "join") => void, open: (key: string) => void, go: (seq: number) => void, why: (line: number) => void, owner: string, elapsed: (at: number) => number, stops: Stops, breaks: Breaks}} does
 * @returns {HTMLElement}
 */
export function objectPanel(key, card, detail, strings, does) {
  return html(
    "div",
    { class: "inspector-object" },
    html("h2", { class: "inspector-eyebrow" }, card ? [card.kind, card.namespace].filter(Boolean).join(" · ") : strings.text("gone")),
    html("p", { class: "inspector-title" }, key.split("/").at(-1) ?? key),
    card ? html("p", { class: "inspector-note" }, facts(card)) : null,
    card && does.owner
      ? html(
          "button",
          { class: "button", type: "button", onclick: () => does.open(does.owner) },
          `${strings.text("owner")}: ${does.owner.split("/").at(-1)}`,
        )
      : null,
    card ? html("div", { class: "object-actions" }, ...actions(key, card, strings, does)) : null,
    card?.kind === "Node" ? drainSection(card, does.breaks.scene, strings) : null,
    stopAt(key, strings, does.stops),
    card ? faultSection(targetsAt(card, does.breaks.faults.offers), strings, does.breaks) : null,
    card?.kind === "Node" ? taintSection(key, card, strings, does.act) : null,
    card ? html("button", { class: "button", type: "button", "data-why": key, onclick: () => does.why(0) }, strings.text("why")) : null,
    detail?.events.length ? section(strings.text("events"), events(detail)) : null,
    detail?.history.length ? folded(strings.text("history"), history(detail, does)) : null,
    detail?.manifest ? folded("YAML", askable(detail.manifest, does.why)) : null,
  );
}

/**
 * @param {Actor} actor
 * @param {readonly Hop[]} hops  its latest ones
 * @param {Strings} strings
 * @param {{go: (seq: number) => void, open: (key: string) => void, stops: Stops, sheet: (name: "etcd" | "join") => void, breaks: Breaks}} does
 * @param {{key: string, label: string}[]} objects  what it keeps in view
 * @returns {HTMLElement}
 */
export function componentPanel(actor, hops, strings, does, objects) {
  return html(
    "div",
    { class: "inspector-component", "data-tone": actor.tone },
    html("h2", { class: "inspector-eyebrow" }, strings.text("component")),
    html("p", { class: "inspector-title" }, strings.pick(actor.label)),
    html("p", { class: "inspector-about" }, strings.pick(actor.about)),
    html("div", { class: "object-actions" }, ...actor.components.slice(0, 1).map((id) => stopButton(`hop ${id}`, strings, does.stops)),
      actor.tone === "outside" ? joinButton(strings, does.sheet) : null,
      actor.tone === "etcd" ? html("button", { class: "button", type: "button", onclick: () => does.sheet("etcd") }, strings.text("etcd")) : null,
    ),
    faultSection(targetsOf(actor, does.breaks.faults.offers), strings, does.breaks),
    objects.length
      ? section(
          strings.text("objects"),
          html(
            "ul",
            { class: "objects" },
            ...objects.map(({ key, label }) =>
              html(
                "li",
                {},
                html("button", { class: "link-button", type: "button", "data-opens": key, onclick: () => does.open(key) }, label),
              ),
            ),
          ),
        )
      : null,
    hops.length
      ? section(
          strings.text("recent"),
          html(
            "ol",
            { class: "recent" },
            ...hops.map((hop) =>
              html(
                "li",
                {},
                html(
                  "button",
                  { class: "link-button", type: "button", "data-goes": hop.seq, onclick: () => does.go(hop.seq) },
                  strings.pick(hop.caption),
                ),
              ),
            ),
          ),
        )
      : null,
  );
}

/** @param {Card} card */
function facts(card) {
  if (card.kind === "Pod") return [card.status, card.node, card.restarts ? `↻ ${card.restarts}` : ""].filter(Boolean).join(" · ");
  if (card.kind === "Deployment" || card.kind === "ReplicaSet") return `${card.ready ?? 0}/${card.replicas ?? 0} ready`;
  if (card.kind === "Node")
    return [(card.roles ?? []).join(","), card.unschedulable ? "SchedulingDisabled" : ""].filter(Boolean).join(" · ");
  return "";
}

/** @param {ObjectDetail} detail */
function events(detail) {
  return html(
    "ul",
    { class: "events" },
    ...detail.events.map(({ type, reason, message, count }) =>
      html("li", { class: "event", "data-type": type }, html("strong", {}, reason, count > 1 ? ` ×${count}` : ""), ` ${message}`),
    ),
  );
}

/**
 * @param {ObjectDetail} detail
 * @param {{go: (seq: number) => void, elapsed: (at: number) => number}} does
 */
function history(detail, { go, elapsed }) {
  return html(
    "ol",
    { class: "recent" },
    ...detail.history.map(({ revision, seq, at, verb, source }) =>
      html(
        "li",
        {},
        html(
          "button",
          { class: "link-button", type: "button", onclick: () => go(seq) },
          `${clockText(elapsed(at))} rev ${revision} ${verb} ${componentName(source)}`,
        ),
      ),
    ),
  );
}
