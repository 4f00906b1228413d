// @ts-check
// Layers of their own above and below the diagram: what moves or is painted on them leaves the diagram as it is.

/** @typedef {import("../types.js").Box} Box */

/**
 * Lay an element exactly over a part of the diagram.
 * @param {HTMLElement | SVGElement} element  absolutely positioned, beside the diagram
 * @param {SVGSVGElement} root  the diagram
 * @param {Box} area  in the diagram's units
 * @returns {number} pixels of the page for one of the diagram's units; 0: nothing is shown
 */
export function cover(element, root, { x, y, w, h }) {
  const matrix = root.getScreenCTM();
  const around = root.parentElement;
  if (!matrix || !around) return 0;
  const { left, top } = around.getBoundingClientRect();
  const corner = new DOMPoint(x, y).matrixTransform(matrix);
  Object.assign(element.style, {
    left: `${corner.x - left - around.clientLeft + around.scrollLeft}px`,
    top: `${corner.y - top - around.clientTop + around.scrollTop}px`,
    width: `${w * matrix.a}px`,
    height: `${h * matrix.d}px`,
  });
  return matrix.a;
}
