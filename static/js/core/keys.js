// @ts-check
// Keys to commands, matched on `code` and `key`, so that they work with a Korean input method and a presenter's remote.

/** @typedef {{command: string, argument?: number}} Press */
/** @typedef {{key: string, code: string, shiftKey: boolean, ctrlKey: boolean, altKey: boolean, metaKey: boolean, isComposing: boolean}} Key */

/** What each command's keys are, as the help shows them; `code` and `key` as the browser names them. */
export const BINDINGS = /** @type {const} */ ([
  { command: "next", shown: ["PageDown", "→"], match: ["PageDown", "ArrowRight"] },
  { command: "back", shown: ["PageUp", "←"], match: ["PageUp", "ArrowLeft"] },
  { command: "flag-next", shift: true, shown: ["Shift", "→"], match: ["PageDown", "ArrowRight"] },
  { command: "flag-back", shift: true, shown: ["Shift", "←"], match: ["PageUp", "ArrowLeft"] },
  { command: "phase-next", shown: ["N"], match: ["KeyN", "n"] },
  { command: "phase-back", shift: true, shown: ["Shift", "N"], match: ["KeyN", "N"] },
  { command: "breakpoints", shown: ["S"], match: ["KeyS", "s"] },
  { command: "etcd", shown: ["E"], match: ["KeyE", "e"] },
  { command: "join", shown: ["J"], match: ["KeyJ", "j"] },
  { command: "kubectl", shown: ["/"], match: ["/", "Slash", "NumpadDivide"] },
  { command: "faults", shown: ["X"], match: ["KeyX", "x"] },
  { command: "lanes", shown: ["T"], match: ["KeyT", "t"] },
  { command: "zoom-in", shown: ["+"], match: ["Equal", "NumpadAdd", "+", "="] },
  { command: "zoom-out", shown: ["−"], match: ["Minus", "NumpadSubtract", "-"] },
  { command: "pan-back", shown: ["A"], match: ["KeyA", "a"] },
  { command: "pan-on", shown: ["D"], match: ["KeyD", "d"] },
  { command: "export", shown: ["O"], match: ["KeyO", "o"] },
  { command: "compare", shown: ["V"], match: ["KeyV", "v"] },
  { command: "fork", shown: ["Y"], match: ["KeyY", "y"] },
  { command: "why", shown: ["W"], match: ["KeyW", "w"] },
  { command: "play", shown: ["Space"], match: ["Space", " "] },
  { command: "blank", shown: ["B", "."], match: ["KeyB", "Period", "b", "."] },
  { command: "slower", shown: ["["], match: ["BracketLeft", "["] },
  { command: "faster", shown: ["]"], match: ["BracketRight", "]"] },
  { command: "start", shown: ["Home"], match: ["Home"] },
  { command: "live", shown: ["End"], match: ["End"] },
  { command: "whole", shown: ["0"], match: ["Digit0", "0"] },
  { command: "manifest", shown: ["M"], match: ["KeyM", "m"] },
  { command: "language", shown: ["L"], match: ["KeyL", "l"] },
  { command: "contrast", shown: ["C"], match: ["KeyC", "c"] },
  { command: "help", shown: ["?"], match: ["?"] },
  { command: "close", shown: ["Esc"], match: ["Escape"] },
]);

/**
 * @param {Key} event
 * @param {{tag: string, editable: boolean}} focus  the element that has the focus
 * @returns {Press | null} null: not ours, the browser keeps it
 */
export function pressOf(event, focus) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return null;
  const typing = focus.editable || focus.tag === "INPUT" || focus.tag === "TEXTAREA" || focus.tag === "SELECT";
  if (event.key === "Escape") return { command: "close" };
  if (typing) return null;
  if (event.code === "Space" && (focus.tag === "BUTTON" || focus.tag === "A" || focus.tag === "SUMMARY")) return null;
  if (event.key === "?") return { command: "help" };
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit && !event.shiftKey) return { command: "component", argument: Number(digit[1]) };
  if (event.shiftKey && event.code === "Slash") return { command: "help" };
  const fitting = BINDINGS.filter(({ command, match }) => {
    const names = /** @type {readonly string[]} */ (match);
    return command !== "help" && (names.includes(event.code) || names.includes(event.key));
  });
  const found = fitting.find((binding) => "shift" in binding === event.shiftKey) ?? fitting.find((binding) => !("shift" in binding));
  return found ? { command: found.command } : null;
}
