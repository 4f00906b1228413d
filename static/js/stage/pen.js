// @ts-check
// How wide words are, asked of a canvas: an element on the page would have all of it laid out for an answer.

/** Widths that are remembered. */
const MOST_WIDTHS = 2000;

export class Pen {
  /** @param {Element} root  whose letters they are */
  constructor(root) {
    this.canvas = document.createElement("canvas").getContext("2d");
    this.family = getComputedStyle(root).fontFamily;
    /** @type {Map<string, number>} */
    this.widths = new Map();
    void document.fonts?.ready.then(() => this.widths.clear()); // until then other letters were measured
  }

  /**
   * @param {string} text
   * @param {number} font
   */
  width(text, font) {
    if (!this.canvas) return text.length * font * 0.6;
    const known = `${font} ${text}`;
    const found = this.widths.get(known);
    if (found !== undefined) return found;
    this.canvas.font = `600 ${font}px ${this.family}`;
    if (this.widths.size > MOST_WIDTHS) this.widths.clear();
    const { width } = this.canvas.measureText(text);
    this.widths.set(known, width);
    return width;
  }
}
