// @ts-check
// The drawer of a machine that joins: what it is like, with what token, and the line that it stands for.

import { byId, html } from "../page/dom.js";

/** @typedef {import("../core/api.js").Api} Api */
/** @typedef {import("../core/strings.js").Strings} Strings */
/** @typedef {{uses: boolean, endpoint: string, token: string, hash: string, name: string}} Offer  `uses`: machines join with a token; `name`: of the next one */
/** @typedef {{announce: (message: string) => void, join: (machine: object) => Promise<{message: string}>}} Does */

export class JoinPanel {
  /**
   * @param {Api} api
   * @param {Strings} strings
   * @param {Does} does
   */
  constructor(api, strings, does) {
    this.api = api;
    this.strings = strings;
    this.does = does;
    this.drawer = byId("join");
    this.form = /** @type {HTMLFormElement} */ (byId("join-form"));
    this.line = byId("join-line");
    this.results = byId("join-results");
    this.endpoint = "";
    this.form.addEventListener("input", () => this.write());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.join();
    });
    byId("join-token").addEventListener("click", () => void this.renew());
  }

  /** @param {boolean} open */
  toggle(open = this.drawer.hidden) {
    const focused = document.activeElement;
    if (!open && focused instanceof HTMLElement && this.drawer.contains(focused)) focused.blur();
    this.drawer.hidden = !open;
    if (!open) return;
    this.field("name").focus();
    void this.ask(() => this.api.read("join"));
  }

  /** A new token; the one in the form may have expired. */
  renew() {
    return this.ask(() => this.api.write("join/token", {}));
  }

  /** @param {() => Promise<Offer>} question */
  async ask(question) {
    try {
      this.show(await question());
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {Offer} offer */
  show({ uses, endpoint, token, hash, name }) {
    this.drawer.toggleAttribute("data-trusts", !uses);
    this.endpoint = endpoint;
    this.field("token").value = token;
    this.field("hash").value = hash;
    this.field("name").value ||= name;
    this.results.replaceChildren();
    this.write();
  }

  /** The line that somebody would type on the machine. */
  write() {
    const [token, hash] = [this.field("token").value.trim(), this.field("hash").value.trim()];
    const pinned = hash ? ` --discovery-token-ca-cert-hash ${hash}` : "";
    this.line.textContent = `kubeadm join ${this.endpoint} --token ${token}${pinned}`;
  }

  async join() {
    const wanted = Object.fromEntries([...new FormData(this.form)].map(([name, value]) => [name, String(value).trim()]));
    try {
      const { message } = await this.does.join(wanted);
      this.does.announce(message);
      this.field("name").value = "";
      this.toggle(false);
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {unknown} error  in kubeadm's words */
  fail(error) {
    const text = error instanceof Error ? error.message : String(error);
    this.results.replaceChildren(html("li", { class: "result", "data-state": "faulty" }, `✕ ${text}`));
  }

  /** @param {string} name */
  field(name) {
    return /** @type {HTMLInputElement} */ (this.form.elements.namedItem(name));
  }
}
