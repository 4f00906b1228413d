import assert from "node:assert/strict";
import { test } from "node:test";
import { BINDINGS, pressOf } from "../../static/js/core/keys.js";

const nowhere = { tag: "BODY", editable: false };
const key = (/** @type {object} */ fields) => ({
  key: "",
  code: "",
  shiftKey: false,
  ctrlKey: false,
  altKey: false,
  metaKey: false,
  isComposing: false,
  ...fields,
});

for (const [name, fields, expected] of /** @type {[string, object, object | null][]} */ ([
  ["PageDown of a remote", { key: "PageDown", code: "PageDown" }, { command: "next" }],
  ["PageDown of a remote that names no code", { key: "PageDown" }, { command: "next" }],
  ["the arrow right", { key: "ArrowRight", code: "ArrowRight" }, { command: "next" }],
  ["Shift and PageDown", { key: "PageDown", code: "PageDown", shiftKey: true }, { command: "flag-next" }],
  ["Shift and the arrow left", { key: "ArrowLeft", code: "ArrowLeft", shiftKey: true }, { command: "flag-back" }],
  ["N on a Korean keyboard", { key: "ㅜ", code: "KeyN" }, { command: "phase-next" }],
  ["Shift and N", { key: "N", code: "KeyN", shiftKey: true }, { command: "phase-back" }],
  ["B with Shift", { key: "B", code: "KeyB", shiftKey: true }, { command: "blank" }],
  ["PageUp", { key: "PageUp", code: "PageUp" }, { command: "back" }],
  ["Space", { key: " ", code: "Space" }, { command: "play" }],
  ["L", { key: "l", code: "KeyL" }, { command: "language" }],
  ["L on a Korean keyboard", { key: "ㅣ", code: "KeyL" }, { command: "language" }],
  ["B on a Korean keyboard", { key: "ㅠ", code: "KeyB" }, { command: "blank" }],
  ["the dot of a remote", { key: "." }, { command: "blank" }],
  ["?", { key: "?", code: "Slash", shiftKey: true }, { command: "help" }],
  ["the slash alone", { key: "/", code: "Slash" }, { command: "kubectl" }],
  ["3", { key: "3", code: "Digit3" }, { command: "component", argument: 3 }],
  ["0", { key: "0", code: "Digit0" }, { command: "whole" }],
  ["the browser's own Ctrl+L", { key: "l", code: "KeyL", ctrlKey: true }, null],
  ["a key of an input method at work", { key: "ㅣ", code: "KeyL", isComposing: true }, null],
  ["a key that means nothing here", { key: "z", code: "KeyZ" }, null],
])) {
  test(`${name}`, () => assert.deepEqual(pressOf(key(fields), nowhere), expected));
}

for (const focus of [
  { tag: "INPUT", editable: false },
  { tag: "SELECT", editable: false },
  { tag: "DIV", editable: true },
]) {
  test(`typing into ${focus.tag} commands nothing but Escape`, () => {
    assert.deepEqual(
      [pressOf(key({ key: "l", code: "KeyL" }), focus), pressOf(key({ key: "Escape", code: "Escape" }), focus)],
      [null, { command: "close" }],
    );
  });
}

test("Space presses a focused button and nothing else", () => {
  assert.equal(pressOf(key({ key: " ", code: "Space" }), { tag: "BUTTON", editable: false }), null);
});

test("every key that the help shows does what it says", () => {
  for (const binding of BINDINGS) {
    const press = pressOf(key({ key: binding.match[0], code: binding.match[0], shiftKey: "shift" in binding }), nowhere);
    assert.equal(press?.command, binding.command);
  }
});
