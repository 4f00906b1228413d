import assert from "node:assert/strict";
import { test } from "node:test";
import { Player } from "../../static/js/core/player.js";
import { hop } from "./builders.js";

const many = (/** @type {number} */ count, fields = {}) => Array.from({ length: count }, (_, index) => hop(index + 1, fields));

/**
 * Ticks every 16 ms until nothing is left: when each hop came on the screen, in milliseconds.
 * @param {Player} player
 */
function run(player) {
  /** @type {[number, number][]} */
  const seen = [];
  for (let now = 0; now < 600_000; now += 16) {
    for (const { seq } of player.tick(now)) seen.push([seq, now]);
    if (player.idle) break;
  }
  return seen;
}

test("hops come in order, each for its own time", () => {
  const player = new Player();
  player.enqueue([hop(1), hop(2, { ms: 350 }), hop(3)]);
  assert.deepEqual(
    [player.tick(0), player.tick(890), player.tick(900), player.tick(1240), player.tick(1250)].map((hops) => hops.map(({ seq }) => seq)),
    [[1], [], [2], [], [3]],
  );
});

test("the rate divides the time", () => {
  const player = new Player();
  player.rate = 2;
  player.enqueue(many(2));
  assert.deepEqual([player.tick(0).length, player.tick(449).length, player.tick(450).length], [1, 0, 1]);
});

test("routine takes no time and is not shown, but is handed on in its place", () => {
  const player = new Player();
  player.enqueue([hop(1, { quiet: true }), hop(2), hop(3, { quiet: true })]);
  assert.deepEqual(
    player.tick(0).map(({ seq }) => seq),
    [1, 2],
  );
  assert.equal(player.showing?.hop.seq, 2);
  assert.deepEqual(
    player.tick(900).map(({ seq }) => seq),
    [3],
  );
  assert.equal(player.idle, true);
});

test("progress goes from 0 to 1 and stays there", () => {
  const player = new Player();
  player.enqueue([hop(1)]);
  player.tick(100);
  assert.deepEqual([player.progress(50), player.progress(100), player.progress(550), player.progress(2000)], [0, 0, 0.5, 1]);
});

for (const [count, pace] of /** @type {const} */ ([
  [50, "instant"],
  [500, "instant"],
  [20_000, "instant"],
  [500, "real"],
])) {
  test(`${count} hops at once at ${pace} pace: all are shown in order, none waits longer than the patience allows`, () => {
    const player = new Player();
    player.pace = pace;
    player.enqueue(many(count));
    const seen = run(player);
    assert.deepEqual(
      seen.map(([seq]) => seq),
      many(count).map(({ seq }) => seq),
    );
    const end = seen.at(-1)?.[1] ?? Infinity;
    // The backlog shrinks by its own size in each 2 s until it is 2 s long: ln(backlog / 2 s) times 2 s, and 2 s for the rest.
    const backlog = (count * 900) / 2000;
    assert.ok(end < 2000 * (Math.log(backlog) + 1) + 1000, `the last came after ${end} ms`);
  });
}

test("a stream of 200 hops a second at instant pace never waits longer than about 2 s", () => {
  const player = new Player();
  player.pace = "instant";
  /** @type {Map<number, number>} */
  const arrived = new Map();
  let seq = 0;
  let longest = 0;
  for (let now = 0; now < 20_000; now += 16) {
    for (let each = 0; each < 3; each += 1) {
      seq += 1;
      arrived.set(seq, now);
      player.enqueue([hop(seq)]);
    }
    for (const shown of player.tick(now)) longest = Math.max(longest, now - (arrived.get(shown.seq) ?? 0));
  }
  assert.ok(longest < 2500, `${longest} ms`);
});

test("a step of a lecture is not hurried", () => {
  const player = new Player();
  player.enqueue(many(7));
  assert.equal(player.hurry, 1);
});

test("after a hidden tab the picture goes on where it was", () => {
  const player = new Player();
  player.enqueue(many(5));
  player.tick(0);
  assert.deepEqual(
    player.tick(60_000).map(({ seq }) => seq),
    [2],
  );
});

test("skip ends the hop on the screen", () => {
  const player = new Player();
  player.enqueue(many(2));
  player.tick(0);
  player.skip();
  assert.deepEqual(
    player.tick(10).map(({ seq }) => seq),
    [2],
  );
});

test("clear forgets what was not shown", () => {
  const player = new Player();
  player.enqueue(many(9));
  player.tick(0);
  player.clear();
  assert.deepEqual([player.idle, player.backlog, player.tick(5000)], [true, 0, []]);
});
