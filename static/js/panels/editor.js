// @ts-check
// The YAML editor: CodeMirror in a shadow root, where its styles need no exception from the content policy.

import {
  EditorState,
  EditorView,
  HighlightStyle,
  hoverTooltip,
  indentWithTab,
  keymap,
  lintGutter,
  setDiagnostics,
  setup,
  syntaxHighlighting,
  tags,
  yaml,
} from "../../vendor/codemirror.js";

/** @typedef {{line: number, message: string, hint: string}} LineError */
/** @typedef {import("./field_help.js").FieldHelp} FieldHelp */

const THEME = EditorView.theme({
  "&": { height: "100%", fontSize: "var(--editor-size)", color: "var(--ink)", backgroundColor: "var(--paper)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-gutters": { color: "var(--ink-soft)", backgroundColor: "var(--ground)", border: "none" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--shade)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--selection) !important" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--paper)", border: "1px solid var(--line)", fontSize: "1.25rem" },
  ".cm-diagnostic": { padding: "0.5rem 0.75rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "18em" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.75rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--ink)", backgroundColor: "var(--selection)" },
  ".cm-completionDetail": { color: "var(--ink-soft)", fontStyle: "normal" },
  ".cm-completionInfo": { maxWidth: "34rem" },
  ".field-help": { padding: "0.5rem 0.75rem", maxWidth: "40rem" },
  ".field-help-title": { margin: "0 0 0.25rem", fontWeight: "600", overflowWrap: "anywhere" },
  ".field-help-type": { color: "var(--ink-soft)", fontWeight: "400" },
  ".field-help-text": { margin: "0", whiteSpace: "pre-line", maxHeight: "14em", overflow: "auto" },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--apiserver-ink)", fontWeight: "600" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--controller-ink)" },
  { tag: tags.comment, color: "var(--ink-soft)" },
  { tag: [tags.separator, tags.punctuation, tags.meta], color: "var(--ink-soft)" },
]);

/**
 * What is typed over a selection goes in through the editor: a browser that replaces styled text by itself keeps its look
 * with a style attribute, which the content policy refuses.
 */
const TYPED_OVER = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { main } = view.state.selection;
    const text = event.data ?? "";
    if (event.inputType !== "insertText" || !text || main.empty || view.composing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, main.from, main.to, text, insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

export class Editor {
  /**
   * @param {HTMLElement} host
   * @param {string} label
   * @param {() => void} changed
   * @param {FieldHelp} help
   */
  constructor(host, label, changed, help) {
    const root = host.attachShadow({ mode: "open" });
    /** @type {import("../../vendor/codemirror.js").CompletionSource} */
    const autocomplete = (context) => help.complete(context); // one function: the editor tells sources apart by identity
    const listener = EditorView.updateListener.of((/** @type {{docChanged: boolean}} */ update) => {
      if (update.docChanged) changed();
    });
    this.view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: "",
        extensions: [
          setup,
          keymap.of([indentWithTab]),
          yaml(),
          lintGutter(),
          THEME,
          TYPED_OVER,
          syntaxHighlighting(COLOURS),
          listener,
          EditorState.languageData.of(() => [{ autocomplete }]),
          hoverTooltip(async (view, pos) => {
            const found = await help.explain(view.state.doc, pos);
            return found && { pos: found.pos, end: found.end, above: true, create: () => ({ dom: found.dom }) };
          }),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        ],
      }),
    });
  }

  get text() {
    return this.view.state.doc.toString();
  }

  /** @param {string} text */
  set text(text) {
    if (text !== this.text) this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /**
   * @param {readonly LineError[]} errors
   * @param {readonly LineError[]} warnings
   */
  mark(errors, warnings) {
    const doc = this.view.state.doc;
    const diagnostics = [...errors, ...warnings].map(({ line, message, hint }, index) => {
      const { from, to, text } = doc.line(Math.min(Math.max(1, line), doc.lines));
      const start = from + text.length - text.trimStart().length;
      return { from: start, to: Math.max(start, to), severity: index < errors.length ? "error" : "warning", message: hint ? `${message}\n${hint}` : message };
    });
    diagnostics.sort((a, b) => a.from - b.from);
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  focus() {
    this.view.focus();
  }
}
