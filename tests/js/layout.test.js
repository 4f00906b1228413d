import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { formOf, layoutNodes, layoutPods } from "../../static/js/core/layout.js";

const area = { x: 12, y: 500, w: 1376, h: 328 };

/** @param {{x: number, y: number, w: number, h: number}} a @param {typeof a} b */
const isInside = (a, b) => a.x >= b.x - 0.01 && a.y >= b.y - 0.01 && a.x + a.w <= b.x + b.w + 0.01 && a.y + a.h <= b.y + b.h + 0.01;
/** @param {{x: number, y: number, w: number, h: number}} a @param {typeof a} b */
const overlap = (a, b) => a.x < b.x + b.w - 0.01 && b.x < a.x + a.w - 0.01 && a.y < b.y + b.h - 0.01 && b.y < a.y + a.h - 0.01;

for (const count of [0, 1, 2, 3, 4, 7, 12, 40, 100, 500]) {
  test(`${count} nodes fit and do not overlap`, () => {
    const { mode, boxes } = layoutNodes(count, area);
    assert.equal(mode, count <= 3 ? "card" : "tile");
    assert.equal(boxes.length, count);
    assert.ok(boxes.every((box) => isInside(box, area) && box.w > 3 && box.h > 3));
    assert.ok(!boxes.some((box, index) => boxes.slice(index + 1, index + 60).some((other) => overlap(box, other))));
  });
}

for (const [count, room] of /** @type {[number, {x: number, y: number, w: number, h: number}][]} */ ([
  [0, { x: 0, y: 0, w: 410, h: 124 }],
  [6, { x: 0, y: 0, w: 410, h: 124 }],
  [7, { x: 0, y: 0, w: 410, h: 124 }],
  [9, { x: 0, y: 0, w: 410, h: 124 }],
  [10, { x: 0, y: 0, w: 410, h: 124 }],
  [110, { x: 0, y: 0, w: 410, h: 124 }],
  [30, { x: 5, y: 5, w: 70, h: 36 }],
  [250, { x: 5, y: 5, w: 70, h: 36 }],
  [110, { x: 5, y: 5, w: 20, h: 9 }],
])) {
  test(`${count} pods fit into ${room.w} x ${room.h}`, () => {
    const { mode, boxes } = layoutPods(count, room);
    assert.equal(mode, count <= 9 && room.w > 330 ? "cell" : "dot");
    assert.equal(boxes.length, count);
    assert.ok(boxes.every((box) => isInside(box, room) && box.w > 0));
  });
}

const wide = JSON.parse(readFileSync(new URL("../../dashboard/diagrams/components.json", import.meta.url), "utf8"));

for (const [name, diagram] of /** @type {[string, import("../../static/js/types.js").Diagram][]} */ ([
  ["wide", wide],
  ["narrow", formOf(wide, "narrow")],
  ["half", formOf(wide, "half")],
])) {
  test(`the ${name} diagram's actors stand inside it and do not overlap`, () => {
    const whole = { x: 0, y: 0, w: diagram.width, h: diagram.height };
    const boxes = [...diagram.actors, { ...diagram.nodes, id: "nodes" }];
    for (const [index, box] of boxes.entries()) {
      assert.ok(isInside(box, whole), box.id);
      for (const other of boxes.slice(index + 1)) assert.ok(!overlap(box, other), `${box.id} and ${other.id}`);
    }
  });

  test(`the ${name} diagram's edges begin and end at what they join`, () => {
    const boxes = new Map(diagram.actors.map((actor) => [actor.id, actor]));
    for (const { between, points } of diagram.edges) {
      for (const [id, point] of /** @type {[string, [number, number] | undefined][]} */ ([
        [between[0], points[0]],
        [between[1], points.at(-1)],
      ])) {
        const box = boxes.get(id);
        assert.ok(box && point && isInside({ x: point[0], y: point[1], w: 0, h: 0 }, box), `${between.join(" to ")} at ${id}`);
      }
    }
  });
}

test("a narrow screen shows the same actors; a diagram without a narrow form stays as it is", () => {
  const narrow = formOf(wide, "narrow");
  assert.ok(narrow.width < narrow.height);
  assert.deepEqual(
    narrow.actors.map(({ id, components, parts }) => ({ id, components, parts })),
    wide.actors.map((/** @type {import("../../static/js/types.js").Actor} */ { id, components, parts }) => ({ id, components, parts })),
  );
  const { narrow: _, ...plain } = wide;
  assert.equal(formOf(plain, "narrow"), plain);
});

test("three nodes are tiles beside each other where whole cards have no room", () => {
  const { mode, boxes } = layoutNodes(3, formOf(wide, "narrow").nodes);
  assert.equal(mode, "tile");
  assert.equal(new Set(boxes.map(({ y }) => y)).size, 1);
});
