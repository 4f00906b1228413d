// What static/js uses of the bundle; its own types are wider.
export type Extension = unknown;
export interface Line {
  number: number;
  from: number;
  to: number;
  text: string;
}
export interface Document {
  length: number;
  lines: number;
  line(number: number): Line;
  lineAt(position: number): Line;
  toString(): string;
}
export interface State {
  doc: Document;
  selection: { main: { from: number; to: number; empty: boolean } };
  facet<T>(facet: Facet<T>): readonly T[];
  replaceSelection(text: string): object;
  update(...specs: object[]): unknown;
}
export interface Facet<T> {
  of(value: T): Extension;
}
export type InputHandler = (view: EditorView, from: number, to: number, text: string, insert: () => unknown) => boolean;
export interface Completion {
  label: string;
  detail?: string;
  info?: () => Node;
  apply?: string;
  boost?: number;
}
export interface CompletionContext {
  state: State;
  pos: number;
  explicit: boolean;
}
export interface CompletionResult {
  from: number;
  options: Completion[];
  validFor: RegExp;
}
export type CompletionSource = (context: CompletionContext) => Promise<CompletionResult | null>;
export const EditorState: {
  create(config: { doc: string; extensions: Extension[] }): State;
  languageData: Facet<() => { autocomplete: CompletionSource }[]>;
};
export interface Tooltip {
  pos: number;
  end: number;
  above: boolean;
  create: () => { dom: HTMLElement };
}
export const hoverTooltip: (source: (view: EditorView, pos: number) => Promise<Tooltip | null>) => Extension;
export class EditorView {
  constructor(config: { parent: ShadowRoot; root: ShadowRoot; state: State });
  static theme(spec: Record<string, Record<string, string>>): Extension;
  static updateListener: { of(listener: (update: { docChanged: boolean }) => void): Extension };
  static inputHandler: Facet<InputHandler>;
  static domEventHandlers(handlers: { beforeinput: (event: InputEvent, view: EditorView) => boolean }): Extension;
  static contentAttributes: { of(attributes: Record<string, string>): Extension };
  state: State;
  composing: boolean;
  dispatch(transaction: unknown): void;
  focus(): void;
}
export const HighlightStyle: { define(specs: { tag: unknown; color: string; fontWeight?: string }[]): unknown };
export const indentWithTab: unknown;
export const keymap: { of(bindings: unknown[]): Extension };
export function lintGutter(): Extension;
export function setDiagnostics(state: State, diagnostics: object[]): unknown;
export const setup: Extension;
export function syntaxHighlighting(style: unknown): Extension;
export const tags: { [name: string]: unknown } & { definition(tag: unknown): unknown };
export function yaml(): Extension;
