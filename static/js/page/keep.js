// @ts-check
// A panel that is drawn anew keeps what its reader is doing: the focus, and what is typed or chosen.

const FIELDS = "input[name], select[name]";
const FOCUSABLE = "button, input, select, summary, a[href], [tabindex]";

/**
 * Draw below `root` and leave focus and fields as they were; a button that has changed into another one for the same thing takes its focus.
 * @param {Element} root
 * @param {() => void} draw
 */
export function keeping(root, draw) {
  const { activeElement } = document;
  const focused = activeElement && root.contains(activeElement) ? /** @type {HTMLElement} */ (activeElement) : null;
  const mark = focused ? markOf(focused) : "";
  const subject = focused ? subjectOf(focused) : "";
  const fields = new Map([...root.querySelectorAll(FIELDS)].map((each) => [nameOf(each), valueOf(each)]));
  draw();
  for (const each of root.querySelectorAll(FIELDS)) {
    const value = fields.get(nameOf(each));
    if (value !== undefined) /** @type {HTMLInputElement} */ (each).value = value;
  }
  if (!focused || focused.isConnected) return;
  const fresh = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(FOCUSABLE)]);
  const next = fresh.find((each) => markOf(each) === mark) ?? fresh.find((each) => subject && subjectOf(each) === subject);
  next?.focus({ preventScroll: true });
}

/** @param {HTMLElement} element */
function markOf(element) {
  const words = element.matches("input, select") ? nameOf(element) : element.textContent;
  return [element.tagName, JSON.stringify(element.dataset), words].join(" ");
}

/** What a button is about, whatever it does. @param {HTMLElement} element */
function subjectOf(element) {
  const { target, key, breaks } = element.dataset;
  return target ?? key ?? breaks ?? "";
}

/** @param {Element} element */
function nameOf(element) {
  return element.getAttribute("name") ?? "";
}

/** @param {Element} element */
function valueOf(element) {
  return /** @type {HTMLInputElement} */ (element).value;
}
