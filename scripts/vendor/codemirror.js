// What static/js uses of CodeMirror 6, and nothing else.
export { basicSetup } from "codemirror";
export { indentWithTab } from "@codemirror/commands";
export { yaml } from "@codemirror/lang-yaml";
export { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
export { lintGutter, setDiagnostics } from "@codemirror/lint";
export { EditorState } from "@codemirror/state";
export { EditorView, hoverTooltip, keymap } from "@codemirror/view";
export { tags } from "@lezer/highlight";
