// @ts-check
// Takes the picture off the page: as SVG with its fonts, and drawn as PNG.

import { isDropped, lookOf } from "../core/picture.js";

const SVG = "http://www.w3.org/2000/svg";

/** The width of a PNG at least: pixels. */
const WIDE = 1920;

/**
 * The text of an SVG file that looks like the drawings do, one over the other.
 * @param {readonly Element[]} drawings  `svg` and `canvas` elements, the lowest first
 * @param {string} title
 * @returns {Promise<{text: string, width: number, height: number}>}
 */
export async function svgOf(drawings, title) {
  const boxes = drawings.map((each) => each.getBoundingClientRect());
  const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
  const width = Math.max(...boxes.map((box) => box.right)) - left;
  const height = Math.max(...boxes.map((box) => box.bottom)) - top;
  const file = made("svg", { xmlns: SVG, viewBox: `0 0 ${width} ${height}`, width, height });
  const name = made("title", {});
  name.textContent = title;
  const style = made("style", {});
  style.textContent = await fonts();
  const paper = made("rect", { width, height, fill: ground(/** @type {Element} */ (drawings[0])) });
  file.append(name, style, paper);
  drawings.forEach((drawing, index) => {
    const box = /** @type {DOMRect} */ (boxes[index]);
    const place = { x: box.left - left, y: box.top - top, width: box.width, height: box.height };
    if (drawing instanceof HTMLCanvasElement) file.append(made("image", { ...place, href: drawing.toDataURL() }));
    else file.append(copied(drawing, null, place));
  });
  return { text: new XMLSerializer().serializeToString(file), width, height };
}

/**
 * @param {{text: string, width: number, height: number}} drawing  an SVG file
 * @returns {Promise<Blob>}
 */
export async function pngOf({ text, width, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.max(1, WIDE / width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("PNG")))));
}

/**
 * An element with all below it, and how each looks.
 * @param {Element} element
 * @param {CSSStyleDeclaration | null} around
 * @param {Record<string, string | number>} [place]
 * @returns {Element}
 */
function copied(element, around, place = {}) {
  const style = getComputedStyle(element);
  const copy = made(element.localName, {});
  for (const { name, value } of element.attributes) if (!isDropped(name)) copy.setAttribute(name, value);
  const look = lookOf((name) => style.getPropertyValue(name), around && ((name) => around.getPropertyValue(name)));
  for (const [name, value] of Object.entries({ ...look, ...place })) copy.setAttribute(name, String(value));
  if (style.display === "none") return copy;
  for (const child of element.childNodes) {
    if (child instanceof Element) copy.append(copied(child, style));
    else if (child instanceof Text) copy.append(child.data);
  }
  return copy;
}

/** The colour behind an element. @param {Element} element @returns {string} */
function ground(element) {
  const { backgroundColor } = getComputedStyle(element);
  return backgroundColor === "rgba(0, 0, 0, 0)" && element.parentElement ? ground(element.parentElement) : backgroundColor;
}

/** The page's own fonts, within the text: a file has no address from which it could ask for them. */
async function fonts() {
  const faces = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule));
  const texts = faces.map(async (face) => {
    const base = face.parentStyleSheet?.href ?? document.baseURI;
    const found = /url\("([^"]+)"\)/.exec(face.cssText)?.[1] ?? "";
    const data = found.startsWith("data:") ? found : await dataUrl(new URL(found, base).href);
    return face.cssText.replace(found, data);
  });
  return (await Promise.all(texts)).join("\n");
}

/** @param {string} url @returns {Promise<string>} */
async function dataUrl(url) {
  const blob = await (await fetch(url)).blob();
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => fail(reader.error);
    reader.readAsDataURL(blob);
  });
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function made(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) if (key !== "xmlns") element.setAttribute(key, String(value));
  return element;
}
