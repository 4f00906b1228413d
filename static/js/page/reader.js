// @ts-check
// Reads a detail when there is time to read it, and draws it unless something else is shown by then.

import { keeping } from "./keep.js";

/** A hop that is gone sooner than this is not read about: milliseconds. */
const READING = 180;

export class Reader {
  /** @param {HTMLElement} root  where details are drawn */
  constructor(root) {
    this.root = root;
    this.timer = 0;
    this.asked = 0;
  }

  /** Forget what was asked. */
  drop() {
    window.clearTimeout(this.timer);
    this.asked += 1;
  }

  /** Show nothing, whatever was asked. */
  clear() {
    this.drop();
    this.root.replaceChildren();
  }

  /**
   * @template T
   * @param {() => Promise<T>} ask
   * @param {(detail: T) => HTMLElement} draw
   * @param {(detail: T) => void} [settle]  when it stands
   */
  read(ask, draw, settle) {
    this.drop();
    const asked = this.asked;
    this.timer = window.setTimeout(async () => {
      const detail = await ask().catch(() => null);
      if (asked !== this.asked || !detail || this.root.matches(":active")) return;
      const open = [...this.root.querySelectorAll("details[open] > summary")].map(({ textContent }) => textContent);
      keeping(this.root, () => this.root.replaceChildren(draw(detail)));
      settle?.(detail);
      for (const summary of this.root.querySelectorAll("summary")) {
        if (open.includes(summary.textContent)) summary.parentElement?.setAttribute("open", "");
      }
    }, READING);
  }
}
