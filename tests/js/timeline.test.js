import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../static/js/core/session.js";
import {
  badgeFor,
  badgeOf,
  causesOf,
  clockText,
  indexAt,
  markAt,
  marksOf,
  mergeHops,
  openingOf,
  spanOf,
  wholeSeq,
  wholeX,
  xOf,
} from "../../static/js/core/timeline.js";
import { hop } from "./builders.js";

const seqs = (/** @type {readonly {seq: number}[]} */ hops) => hops.map(({ seq }) => seq);
const range = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: to - from + 1 }, (_, index) => hop(from + index));

for (const [name, log, news, expected] of /** @type {[string, [number, number] | null, [number, number], [number, number]][]} */ ([
  ["into an empty log", null, [5, 7], [5, 7]],
  ["behind the end", [1, 3], [4, 6], [1, 6]],
  ["overlapping the end", [1, 4], [3, 6], [1, 6]],
  ["before the beginning", [5, 8], [1, 4], [1, 8]],
  ["overlapping the beginning", [5, 8], [3, 6], [3, 8]],
  ["already known", [1, 8], [3, 6], [1, 8]],
])) {
  test(`hops are merged ${name} without a gap or a double`, () => {
    assert.deepEqual(seqs(mergeHops(log ? range(...log) : [], range(...news))), seqs(range(...expected)));
  });
}

test("routine is no mark", () => {
  assert.deepEqual(seqs(marksOf([hop(1), hop(2, { quiet: true }), hop(3)])), [1, 3]);
});

for (const [seq, index] of [
  [0, -1],
  [2, 0],
  [3, 0],
  [4, 1],
  [9, 2],
  [100, 2],
]) {
  test(`of marks 2, 4 and 9 the one at position ${seq} is number ${index}`, () => {
    assert.equal(markAt([hop(2), hop(4), hop(9)], Number(seq)), index);
  });
}

for (const [name, count, position, expected] of /** @type {[string, number, number, {first: number, count: number}][]} */ ([
  ["a short log is whole", 20, 5, { first: 0, count: 20 }],
  ["a log that just fits is whole", 40, 39, { first: 0, count: 40 }],
  ["at the end of a long log the last 30 are drawn, with room for what comes", 200, 199, { first: 170, count: 30 }],
  ["in the middle of a long log what comes after is drawn too", 200, 100, { first: 71, count: 40 }],
  ["at the start of a long log the first 40 are drawn", 200, 0, { first: 0, count: 40 }],
])) {
  test(`the span: ${name}`, () => {
    const span = spanOf(count, position, 400, 10);
    assert.deepEqual({ first: span.first, count: span.count }, expected);
    assert.ok(xOf(span, position) >= 0 && xOf(span, position) <= 400, "the position is on the line");
  });
}

test("a point on the line leads back to the mark that stands there, and never beyond the ends", () => {
  const span = spanOf(200, 100, 400, 10);
  for (let index = span.first; index < span.first + span.count; index += 1) assert.equal(indexAt(span, xOf(span, index)), index);
  assert.deepEqual([indexAt(span, -50), indexAt(span, 5000)], [span.first, span.first + span.count - 1]);
});

test("a place on the line of the whole log and its hop are each other's inverse, within the line", () => {
  for (const seq of [0, 1, 250, 999, 1000]) assert.equal(wholeSeq(wholeX(seq, 1000, 1020), 1000, 1020), seq);
  assert.deepEqual([wholeSeq(-50, 1000, 1020), wholeSeq(5000, 1000, 1020)], [0, 1000]);
  assert.deepEqual([wholeX(0, 0, 1020), wholeSeq(500, 0, 1020)], [10, 0], "nothing has happened yet");
});

test("causes go back to the first one, or as far as the log reaches", () => {
  const log = [hop(3, { cause: 1 }), hop(4), hop(5, { cause: 3 }), hop(6, { cause: 5 })];
  assert.deepEqual(seqs(causesOf(log, hop(6, { cause: 5 }))), [3, 5, 6]);
});

for (const [where, expected] of /** @type {[Parameters<typeof badgeOf>[0], object][]} */ ([
  [
    { live: true, paused: false, headNow: 20, now: 20, ahead: 0 },
    { state: "live", seconds: 0, ahead: 0 },
  ],
  [
    { live: true, paused: true, headNow: 20, now: 20, ahead: 0 },
    { state: "paused", seconds: 0, ahead: 0 },
  ],
  [
    { live: false, paused: false, headNow: 20.4, now: 8, ahead: 0 },
    { state: "rewound", seconds: 12, ahead: 0 },
  ],
  [
    { live: false, paused: true, headNow: 20, now: 21, ahead: 0 },
    { state: "paused", seconds: 0, ahead: 0 },
  ],
  [
    { live: false, paused: false, headNow: 20, now: 20, ahead: 0 },
    { state: "rewound", seconds: 0, ahead: 0 },
  ],
  [
    { live: false, paused: true, headNow: 20, now: 20, ahead: 3 },
    { state: "paused", seconds: 0, ahead: 3 },
  ],
  [
    { live: true, paused: false, headNow: 20, now: 20, ahead: 3 },
    { state: "live", seconds: 0, ahead: 0 },
  ],
])) {
  test(`the badge for ${JSON.stringify(where)}`, () => assert.deepEqual(badgeOf(where), expected));
}

test("before the first hop the badge counts from the beginning, not from no moment at all", () => {
  const session = new Session({ state: () => Promise.reject(), hops: () => Promise.reject(), marks: () => Promise.reject() });
  Object.assign(session, { live: false, began: 1_800_000_000, headNow: 1_800_000_312 });
  assert.deepEqual(badgeFor(session), { state: "rewound", seconds: 312, ahead: 0 });
});

for (const [where, live, headSeq, recorded, text] of /** @type {[string, boolean, number, boolean, string][]} */ ([
  ["a cluster where nothing has happened", true, 0, false, "waiting"],
  ["a cluster that is looked at before its first hop", false, 9, false, "opening"],
  ["a recording before its first hop", false, 9, true, "opening-recorded"],
  ["a recording of nothing", true, 0, true, "waiting"],
])) {
  const control = /** @type {const} */ ({ pace: "lecture", rate: 1, paused: false });
  test(`the line of ${where}`, () => assert.equal(openingOf({ live, headSeq, control: { ...control, recorded } }), text));
}

for (const [seconds, text] of /** @type {[number, string][]} */ ([
  [0, "00:00:00.0"],
  [12.4, "00:00:12.4"],
  [59.99, "00:00:59.9"],
  [3661.5, "01:01:01.5"],
  [360012.4, "100:00:12.4"],
  [-1, "00:00:00.0"],
])) {
  test(`the clock shows ${seconds} s as ${text}`, () => assert.equal(clockText(seconds), text));
}
