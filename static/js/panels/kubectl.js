// @ts-check
// The line in which kubectl is told what to do, and what it has said. A plain input: a terminal's emulation breaks Korean input.

import { byId, html } from "../page/dom.js";
import { keep, recall } from "../page/memory.js";

/** @typedef {{text: string, code: number | null}} Told  `code`: how it ended, 0: well; null: it did not */

/** How many commands stay to be read, also on the page of a branch that one of them has made. */
const KEPT = 20;
const PLACE = "podium-kubectl";

export class KubectlPanel {
  /** @param {(line: string) => Promise<Told>} run */
  constructor(run) {
    this.run = run;
    this.drawer = byId("kubectl");
    this.said = byId("kubectl-said");
    this.input = /** @type {HTMLInputElement} */ (byId("kubectl-line"));
    /** @type {[line: string, told: Told][]} */
    this.told = JSON.parse(recall(PLACE, "sessionStorage") || "[]");
    for (const [line, told] of this.told) settle(this.begin(line), told);
    this.shown = this.told.length;
    byId("kubectl-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.input.addEventListener("keydown", (event) => this.recall(event));
  }

  /** @param {boolean} open */
  toggle(open = this.drawer.hidden) {
    if (!open && this.drawer.contains(document.activeElement)) this.input.blur();
    this.drawer.hidden = !open;
    if (!open) return;
    this.input.focus();
    this.show();
  }

  async submit() {
    const line = this.input.value.trim().replace(/^kubectl\s+/, "");
    if (!line) return;
    this.input.value = "";
    const answer = this.begin(line);
    const told = await this.run(line).catch((error) => ({ text: String(error.message ?? error), code: 1 }));
    settle(answer, told);
    this.show();
    this.told = [...this.told, /** @type {[string, Told]} */ ([line, told])].slice(-KEPT);
    this.shown = this.told.length;
    keep(PLACE, JSON.stringify(this.told), "sessionStorage");
  }

  /** A command that has not answered yet. @param {string} line */
  begin(line) {
    const answer = html("samp", { class: "kubectl-answer" }, "…");
    this.said.append(html("div", {}, html("span", { class: "kubectl-typed" }, `$ kubectl ${line}`), answer));
    if (this.said.childElementCount > KEPT) this.said.firstElementChild?.remove();
    this.show();
    return answer;
  }

  /** As much as the last command has said, so that little of the picture is covered; the others lie above it. */
  show() {
    const last = this.said.lastElementChild;
    this.said.style.setProperty("--last", `${last ? last.getBoundingClientRect().height : 0}px`);
    this.said.scrollTop = this.said.scrollHeight;
  }

  /** Up and down through what was typed before. @param {KeyboardEvent} event */
  recall(event) {
    if (event.isComposing || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    this.shown = Math.min(Math.max(this.shown + (event.key === "ArrowUp" ? -1 : 1), 0), this.told.length);
    this.input.value = this.told[this.shown]?.[0] ?? "";
  }
}

/** @param {HTMLElement} answer @param {Told} told */
function settle(answer, { text, code }) {
  answer.textContent = text.trimEnd();
  answer.dataset.state = code === 0 ? "good" : "faulty";
}
