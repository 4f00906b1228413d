// @ts-check
// What etcd keeps at the moment of the picture: its keys, one value with its history, and what an administrator does.

import { byId, html } from "../page/dom.js";
import { diff } from "./inspector.js";
import { folded } from "./parts.js";

/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/api.js").EtcdKey} EtcdKey */
/** @typedef {import("../core/api.js").EtcdStatus} EtcdStatus */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{at: () => number, go: (seq: number) => void, fail: (error: unknown) => void}} Does */

/** Milliseconds without a key before keys are read. */
const PAUSE = 300;
/** Milliseconds between two looks while the cluster goes on. */
const LOOK = 1000;

export class EtcdPanel {
  /**
   * @param {Api} api
   * @param {Strings} strings
   * @param {Does} does
   */
  constructor(api, strings, does) {
    this.api = api;
    this.strings = strings;
    this.does = does;
    this.drawer = byId("etcd");
    this.prefix = /** @type {HTMLInputElement} */ (byId("etcd-prefix"));
    this.name = /** @type {HTMLInputElement} */ (byId("etcd-name"));
    this.rows = byId("etcd-rows");
    this.more = byId("etcd-more");
    this.chosen = "";
    this.seq = -1;
    this.timer = 0;
    this.revision = 0;
    this.looked = 0;
    this.isLong = false;
    this.mod = 0;
    byId("etcd-find").addEventListener("submit", (event) => event.preventDefault());
    this.prefix.addEventListener("input", () => this.later());
    this.more.addEventListener("click", () => this.list(this.rows.lastElementChild?.getAttribute("data-etcd-key") ?? ""));
    for (const button of this.drawer.querySelectorAll("[data-etcd]")) {
      button.addEventListener("click", () => this.work(button.getAttribute("data-etcd") ?? ""));
    }
  }

  get open() {
    return !this.drawer.hidden;
  }

  /** @param {boolean} open */
  toggle(open = !this.open) {
    const focused = document.activeElement;
    if (!open && focused instanceof HTMLElement && this.drawer.contains(focused)) focused.blur();
    this.drawer.hidden = !open;
    if (!open) return;
    this.drawer.focus();
    this.seq = -1;
    this.api.etcd().then((status) => this.tell(status), (error) => this.refused(error));
    this.refresh();
  }

  /** Where nothing can be read (a saved session) there is nothing to show. @param {unknown} error */
  refused(error) {
    this.toggle(false);
    this.does.fail(error);
  }

  /** The picture has moved: show what stood there then. */
  refresh() {
    if (!this.open || this.seq === this.does.at()) return;
    this.list("");
    if (this.chosen) this.read(this.chosen);
  }

  /** The cluster goes on; rows stay under the focus, and so do those of which more were asked for. @param {number} now  milliseconds */
  tick(now) {
    if (now - this.looked < LOOK || this.isLong || this.rows.contains(document.activeElement)) return;
    this.looked = now;
    if (this.open && this.seq !== this.does.at()) this.list("");
  }

  later() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.list(""), PAUSE);
  }

  /** @param {string} after  the last key that is shown; empty: from the first */
  list(after) {
    const seq = this.does.at();
    this.seq = seq;
    this.isLong = Boolean(after);
    this.api.etcdKeys(this.prefix.value, seq, after).then(({ revision, keys, remaining }) => {
      if (seq !== this.seq) return;
      this.revision = revision;
      byId("etcd-revision").textContent = `rev ${revision}`;
      const rows = keys.map((key) => this.row(key));
      if (after) this.rows.append(...rows);
      else this.rows.replaceChildren(...rows);
      this.more.hidden = remaining === 0;
      if (keys.some(({ key, mod }) => key === this.chosen && mod !== this.mod)) this.read(this.chosen);
    }, this.does.fail);
  }

  /** @param {EtcdKey} key */
  row({ key, create, mod, version }) {
    const button = html("button", { class: "etcd-key", type: "button", onclick: () => this.read(key) }, key);
    const cells = [create, mod, version].map((number) => html("td", {}, String(number)));
    return html("tr", { "data-etcd-key": key, "data-here": key === this.chosen }, html("td", {}, button), ...cells);
  }

  /** @param {string} key */
  read(key) {
    this.chosen = key;
    for (const row of this.rows.children) row.toggleAttribute("data-here", row.getAttribute("data-etcd-key") === key);
    this.api.etcdKey(key, this.does.at()).then(
      (found) => {
        if (this.chosen !== key) return;
        this.mod = found.mod;
        byId("etcd-value").replaceChildren(...this.value(found));
      },
      (error) => byId("etcd-value").replaceChildren(html("p", { class: "etcd-facts" }, error.message)),
    );
  }

  /** @param {import("../core/api.js").EtcdValue} found */
  value({ key, create, mod, version, size, value, history }) {
    const writes = history.map(({ revision, seq, version: number, changes }) =>
      html(
        "div",
        { class: "etcd-write" },
        html("button", { class: "link-button", type: "button", onclick: () => this.does.go(seq) }, `rev ${revision} · version ${number}`),
        diff(changes),
      ),
    );
    return [
      html("p", { class: "etcd-title" }, key),
      html("p", { class: "etcd-facts" }, `create_revision ${create} · mod_revision ${mod} · version ${version} · ${size} B`),
      folded(this.strings.text("etcd-value"), html("pre", { class: "yaml" }, value)),
      ...writes,
    ];
  }

  /** @param {string} action */
  work(action) {
    this.api.etcdWork({ action, name: this.name.value, revision: this.revision }).then((status) => {
      this.tell(status);
      byId("etcd-output").textContent = status.lines.join("\n");
      this.seq = -1;
      this.refresh();
    }, this.does.fail);
  }

  /** @param {EtcdStatus} answer */
  tell({ status }) {
    byId("etcd-names").replaceChildren(...status.snapshots.map(({ name }) => html("option", { value: name })));
    const kib = (/** @type {number} */ bytes) => Math.round(bytes / 1024).toLocaleString("en");
    byId("etcd-size").textContent = this.strings.text("etcd-size", {
      size: kib(status.size),
      used: kib(status.inUse),
      compacted: status.compacted,
    });
  }
}
