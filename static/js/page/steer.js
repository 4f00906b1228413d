// @ts-check
// Pointer, wheel, fingers and keys on a drawing that can be moved and zoomed.

/**
 * @typedef {object} Steered
 * @property {(by: number) => void} pan  pixels to the right
 * @property {(factor: number, x: number) => void} zoom  x: what stays where it is, in pixels from the left
 * @property {(element: Element) => void} choose  an element with `data-seq`
 * @property {(from: Element | null, by: 1 | -1) => void} walk  from one such element to the next
 * @property {(element: Element | null) => void} tell  what the pointer or the focus is at
 */

/** A pointer that moved less was a click: pixels. */
const CLICK = 6;

/** How much a wheel's pixel zooms. */
const WHEEL = 0.0016;
const NOWHERE = { x: 0, y: 0 };

/**
 * @param {HTMLElement | Element} root
 * @param {Steered} does
 */
export function steer(root, does) {
  const element = /** @type {SVGSVGElement} */ (root);
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  let moved = 0;
  const left = () => element.getBoundingClientRect().left;
  const spread = () => {
    const [a = NOWHERE, b = NOWHERE] = fingers.values();
    return { distance: Math.max(20, Math.hypot(a.x - b.x, a.y - b.y)), middle: (a.x + b.x) / 2 };
  };
  element.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (fingers.size === 1) moved = 0;
  });
  element.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (before === undefined) {
      does.tell(arrowAt(event));
      return;
    }
    const was = spread();
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    moved += Math.abs(event.clientX - before.x) + (fingers.size > 1 ? Math.abs(event.clientY - before.y) : 0);
    if (moved < CLICK) return;
    element.setPointerCapture(event.pointerId);
    if (fingers.size === 1) {
      does.pan(event.clientX - before.x);
    } else {
      const { distance, middle } = spread();
      does.pan(middle - was.middle);
      does.zoom(distance / was.distance, middle - left());
    }
  });
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    element.addEventListener(end, (event) => {
      const arrow = arrowAt(event);
      if (end === "pointerup" && arrow && fingers.size === 1 && moved < CLICK) does.choose(arrow);
      fingers.delete(event.pointerId);
    });
  }
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) does.pan(-(event.deltaX || event.deltaY));
      else does.zoom(Math.exp(-event.deltaY * WHEEL), event.clientX - left());
    },
    { passive: false },
  );
  element.addEventListener("focusin", (event) => does.tell(arrowAt(event)));
  element.addEventListener("keydown", (event) => {
    const arrow = arrowAt(event);
    if (event.key === "Enter" && arrow) does.choose(arrow);
    else if (event.key === "ArrowDown") does.walk(arrow, 1);
    else if (event.key === "ArrowUp") does.walk(arrow, -1);
    else return;
    event.preventDefault();
  });
}

/** @param {Event} event */
function arrowAt(event) {
  return /** @type {Element} */ (event.target).closest("[data-seq]");
}
