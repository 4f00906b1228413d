import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../static/js/core/clock.js";

const RUNS = { pace: "lecture", rate: 1, paused: false, running: true };

/** What the clock shows at each tenth of a second, while a session is as given. */
function shown(clock, { now = 100, idle = true, live = true, ...control }, from, count) {
  const session = { live, control: { ...RUNS, ...control }, scene: { now }, player: { idle } };
  return Array.from({ length: count }, (_, index) => Math.round(clock.at(session, from + 100 * index) * 10) / 10);
}

const GOES = [
  ["in a lecture a second is a second", {}, [100, 100.1, 100.2]],
  ["while hops are on the screen it stands", { idle: false }, [100, 100, 100]],
  ["paused it stands", { paused: true }, [100, 100, 100]],
  ["where nothing runs the cluster it stands", { running: false }, [100, 100, 100]],
  ["in a recording it stands", { recorded: true }, [100, 100, 100]],
  ["of the past it says what the log says", { live: false }, [100, 100, 100]],
  ["real time goes by its rate", { pace: "real", rate: 10 }, [100, 101, 102]],
  ["a wait of forty seconds passes in two", { waitingSeconds: 40 }, [100, 102, 104]],
  ["at double rate in one", { waitingSeconds: 40, rate: 2 }, [100, 104, 108]],
];

for (const [name, control, expected] of GOES) test(name, () => assert.deepEqual(shown(new Clock(), control, 0, 3), expected));

test("it does not go beyond the end of a wait", () => {
  const clock = new Clock();
  assert.equal(shown(clock, { waitingSeconds: 40 }, 0, 40).at(-1), 140);
});

test("it never goes back while the cluster goes on, and says exactly where one looks back", () => {
  const clock = new Clock();
  shown(clock, {}, 0, 11);
  const paused = shown(clock, { paused: true }, 1100, 1);
  const next = shown(clock, { now: 100.4, idle: false }, 1200, 1);
  const back = shown(clock, { now: 60, live: false }, 1300, 1);
  assert.deepEqual([paused, next, back], [[101], [101], [60]]);
});

test("a tab that was hidden does not make it jump, nor does another rate", () => {
  const clock = new Clock();
  shown(clock, {}, 0, 1);
  assert.deepEqual(shown(clock, {}, 60_000, 1), [100.3]);
  assert.deepEqual(shown(clock, { pace: "real", rate: 1000 }, 60_100, 1), [200]);
});
