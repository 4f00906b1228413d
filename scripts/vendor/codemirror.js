// What static/js uses of CodeMirror 6, and nothing else.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import {
  deleteLine,
  history,
  historyKeymap,
  indentLess,
  indentMore,
  moveLineDown,
  moveLineUp,
  standardKeymap,
  toggleLineComment,
  toggleTabFocusMode,
} from "@codemirror/commands";
import { indentOnInput } from "@codemirror/language";
import { nextDiagnostic } from "@codemirror/lint";
import {
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";

export { indentWithTab } from "@codemirror/commands";
export { yaml } from "@codemirror/lang-yaml";
export { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
export { lintGutter, setDiagnostics } from "@codemirror/lint";
export { EditorState } from "@codemirror/state";
export { EditorView, hoverTooltip, keymap } from "@codemirror/view";
export { tags } from "@lezer/highlight";

/** Of CodeMirror's `defaultKeymap` what one does to the lines of a manifest; the rest of it walks through a language's syntax or places more cursors. */
const LINES = [
  { key: "Alt-ArrowUp", run: moveLineUp },
  { key: "Alt-ArrowDown", run: moveLineDown },
  { key: "Mod-[", run: indentLess },
  { key: "Mod-]", run: indentMore },
  { key: "Mod-/", run: toggleLineComment },
  { key: "Shift-Mod-k", run: deleteLine },
  { key: "Ctrl-m", mac: "Shift-Alt-m", run: toggleTabFocusMode },
  { key: "F8", run: nextDiagnostic },
];

/** CodeMirror's `basicSetup` but for what a manifest of a few screens does without: folding, a search panel, several cursors, the other bracket of a pair. */
export const setup = [
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  history(),
  drawSelection(),
  indentOnInput(),
  closeBrackets(),
  autocompletion(),
  highlightActiveLine(),
  keymap.of([...closeBracketsKeymap, ...LINES, ...standardKeymap, ...historyKeymap, ...completionKeymap]),
];
