// @ts-check
// Elements without markup strings.

/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>} Attributes */

/**
 * @param {string} tag
 * @param {Attributes} [attributes]  null and false leave one out; a function is a listener (`onclick`)
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export function html(tag, attributes = {}, ...children) {
  return /** @type {HTMLElement} */ (filled(document.createElement(tag), attributes, children));
}

/**
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export function svg(tag, attributes = {}, ...children) {
  return /** @type {SVGElement} */ (filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children));
}

/**
 * The element with that id; the template and the modules agree on ids.
 * @param {string} id
 * @returns {HTMLElement}
 * @throws {Error} when the template has none
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`no element with id ${id}`);
  return found;
}

/**
 * The JSON that the template put into `<script type="application/json" id=...>`.
 * @param {string} id
 */
export function dataOf(id) {
  return JSON.parse(byId(id).textContent ?? "null");
}

/**
 * Show `fresh` below `root`, keeping what is there already and looks the same: a list that stays must not be redrawn under the
 * pointer because another one beside it has changed. Listeners are kept with what is kept.
 * @param {Element} root
 * @param {Element} fresh
 */
export function renew(root, fresh) {
  const shown = root.firstElementChild;
  if (!shown || shown.className !== fresh.className || shown.childElementCount !== fresh.childElementCount) {
    root.replaceChildren(fresh);
    return;
  }
  const parts = [...fresh.children];
  [...shown.children].forEach((part, index) => {
    const next = parts[index];
    if (next && part.outerHTML !== next.outerHTML) part.replaceWith(next);
  });
}

/**
 * Say something in an element; what says it already is left alone.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {Element} element
 * @param {Attributes} attributes
 * @param {Child[]} children
 */
function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}
