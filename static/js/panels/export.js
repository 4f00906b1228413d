// @ts-check
// What can be taken away: the session as one file, the picture on the screen, the log.

import { fileName } from "../core/picture.js";
import { byId } from "../page/dom.js";
import { pngOf, svgOf } from "../page/snapshot.js";

/** @typedef {import("../core/session.js").Session} Session */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{base: string, fail: (error: unknown) => void}} Does  base: the cluster's path with its final slash */

export class ExportPanel {
  /**
   * @param {Session} session
   * @param {Strings} strings
   * @param {Does} does
   */
  constructor(session, strings, does) {
    this.session = session;
    this.strings = strings;
    this.does = does;
    this.drawer = byId("export");
    this.from = /** @type {HTMLInputElement} */ (byId("export-from"));
    this.to = /** @type {HTMLInputElement} */ (byId("export-to"));
    byId("export-range").addEventListener("submit", (event) => event.preventDefault());
    for (const button of this.drawer.querySelectorAll("[data-export]")) {
      button.addEventListener("click", () => void this.take(button.getAttribute("data-export") ?? "").catch(does.fail));
    }
  }

  /** @param {boolean} open */
  toggle(open = this.drawer.hidden) {
    const focused = document.activeElement;
    if (!open && focused instanceof HTMLElement && this.drawer.contains(focused)) focused.blur();
    this.drawer.hidden = !open;
    if (!open) return;
    this.from.value = "1";
    this.to.value = String(this.session.headSeq);
    this.from.max = this.to.max = this.to.value;
    this.drawer.focus();
  }

  /** @param {string} what */
  async take(what) {
    if (what === "session.html" || what === "log.jsonl") {
      const range = new URLSearchParams({ from: this.from.value || "1", to: this.to.value || String(this.session.headSeq) });
      await this.fetch(`${this.does.base}export/${what}?${range}`);
      return;
    }
    const picture = await svgOf(this.drawings(), this.title());
    const blob = what === "png" ? await pngOf(picture) : new Blob([picture.text], { type: "image/svg+xml" });
    const url = URL.createObjectURL(blob);
    save(url, fileName(this.cluster, this.session.scene.seq, what));
    window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  /** The browser keeps what the server streams; what the server refuses is said. @param {string} address */
  async fetch(address) {
    const asked = await fetch(`${address}&check=1`, { headers: { Accept: "application/json" } });
    const { message } = await asked.json();
    if (!asked.ok) throw new Error(message);
    save(address, "");
  }

  get cluster() {
    return byId("cluster").textContent ?? "";
  }

  /** The map with what is drawn below and above it, or the lanes, whichever is on the screen. */
  drawings() {
    return byId("lanes").hidden ? [...document.querySelectorAll(".crowd-canvas, .stage, .chips")] : [byId("lanes-map")];
  }

  title() {
    const { current } = this.session;
    return current ? `${this.cluster} · ${current.seq}. ${this.strings.pick(current.caption)}` : this.cluster;
  }
}

/**
 * @param {string} address
 * @param {string} name  empty: the server gives it
 */
function save(address, name) {
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
}
