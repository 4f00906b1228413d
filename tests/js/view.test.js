// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { moved, showing, wholeOf, zoomed } from "../../static/js/core/view.js";

const DIAGRAM = { width: 1400, height: 800 };
const WHOLE = wholeOf(DIAGRAM);
const HALF = { x: 350, y: 200, w: 700, h: 400 };

for (const [name, view, wanted] of /** @type {[string, import("../../static/js/types.js").Box, import("../../static/js/types.js").Box][]} */ ([
  ["twice as near keeps the middle", zoomed(WHOLE, DIAGRAM, 2, [700, 400]), HALF],
  ["twice as near keeps a corner", zoomed(WHOLE, DIAGRAM, 2, [1400, 800]), { x: 700, y: 400, w: 700, h: 400 }],
  ["four times is the nearest", zoomed(WHOLE, DIAGRAM, 99, [0, 0]), { x: 0, y: 0, w: 350, h: 200 }],
  ["nothing is farther than the whole", zoomed(HALF, DIAGRAM, 0.01, [360, 210]), WHOLE],
  ["no way leads out of the diagram", moved(HALF, DIAGRAM, [9999, -9999]), { x: 700, y: 0, w: 700, h: 400 }],
  ["the whole cannot be moved", moved(WHOLE, DIAGRAM, [50, 50]), WHOLE],
  ["what is in the middle half is shown already", showing(HALF, DIAGRAM, [600, 350]), HALF],
  ["what is outside comes in", showing(HALF, DIAGRAM, [1000, 150]), { x: 475, y: 50, w: 700, h: 400 }],
])) {
  test(name, () => assert.deepEqual(view, wanted));
}
