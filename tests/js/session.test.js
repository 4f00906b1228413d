import assert from "node:assert/strict";
import { test } from "node:test";
import { loadScene, showHops } from "../../static/js/core/reducer.js";
import { Session } from "../../static/js/core/session.js";
import { control, frame, hop, plain, pod, put, state } from "./builders.js";

const LOG = Array.from({ length: 20 }, (_, index) =>
  index % 4 === 3 ? put(index + 1, `pods/default/p${index}`, pod(`p${index}`)) : hop(index + 1, { quiet: index % 10 === 9 }),
);

/** @param {number} seq */
function sceneAt(seq) {
  return showHops(loadScene(state(0)), LOG.slice(0, seq));
}

/** What a server tells of a log. @param {readonly import("../../static/js/types.js").Hop[]} log */
function readerOf(log) {
  return {
    hops: async (/** @type {number} */ after, /** @type {number} */ limit) => ({ hops: log.slice(after, after + limit), head: log.length }),
    marks: async (/** @type {number} */ before, /** @type {number} */ limit) => ({
      hops: log.slice(0, before - 1).filter(({ quiet }) => !quiet).slice(-limit),
    }),
  };
}

/** A session whose server has the whole LOG. */
function sessionAt(/** @type {number} */ seq) {
  const session = new Session({
    state: async (at) => ({ ...state(at), ...plain(sceneAt(at)), type: "state" }),
    ...readerOf(LOG.slice(0, seq)),
  });
  session.receive({ ...state(seq), ...plain(sceneAt(seq)), type: "state" });
  return session;
}

/** @param {Session} session */
function playOut(session) {
  let now = 1_000;
  do {
    session.tick(now);
    now += 100;
  } while (!session.player.idle);
}

test("live: frames are played, and the picture ends at the head", () => {
  const session = sessionAt(0);
  session.receive(frame(LOG));
  session.tick(0);
  assert.equal(session.scene.seq, 1, "only the first hop is on the screen at first");
  playOut(session);
  assert.deepEqual([session.scene, session.live, session.quiet], [sceneAt(20), true, 1]);
});

test("rewound: the state of then, nothing of what comes meanwhile, and back to the present by End", async () => {
  const session = sessionAt(12);
  await session.rewind(4);
  session.receive(frame(LOG.slice(12)));
  session.tick(5_000);
  assert.deepEqual([session.scene.seq, session.scene.objects, session.live], [4, sceneAt(4).objects, false]);
  await session.follow();
  assert.deepEqual([session.scene.seq, session.scene.objects, session.live], [20, sceneAt(20).objects, true]);
});

test("back goes one mark at a time over routine, and stops at the start", async () => {
  const session = sessionAt(12);
  const seen = [];
  for (let each = 0; each < 13; each += 1) {
    await session.back();
    seen.push(session.scene.seq);
  }
  assert.deepEqual(seen, [11, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]);
});

test("forward goes one mark at a time within the log, and says when there is no more", async () => {
  const session = sessionAt(12);
  await session.rewind(8);
  const seen = [];
  for (let each = 0; each < 3; each += 1) {
    assert.equal(session.forward(), true);
    playOut(session);
    seen.push([session.scene.seq, session.live]);
  }
  assert.deepEqual(
    [seen, session.forward()],
    [
      [
        [9, false],
        [11, false],
        [12, true],
      ],
      false,
    ],
  );
});

test("replay plays the log from there and is live again at its end", async () => {
  const session = sessionAt(12);
  await session.rewind(3);
  session.replay();
  playOut(session);
  assert.deepEqual([session.scene.objects, session.live], [sceneAt(12).objects, true]);
});

test("halt leaves the picture where it is", async () => {
  const session = sessionAt(12);
  await session.rewind(3);
  session.replay();
  session.tick(0);
  session.halt();
  session.tick(60_000);
  assert.deepEqual([session.scene.seq, session.live], [4, false]);
});

test("the start is before the first hop, with the whole log ahead", async () => {
  const session = sessionAt(12);
  await session.rewind(0);
  assert.deepEqual([session.scene.seq, session.log.map(({ seq }) => seq)], [0, LOG.slice(0, 12).map(({ seq }) => seq)]);
});

test("the log read back has no gap although hops arrive while it is read", async () => {
  const session = sessionAt(12);
  const reading = session.tape.reach(5);
  session.receive(frame(LOG.slice(12)));
  await reading;
  const seqs = session.log.map(({ seq }) => seq);
  assert.deepEqual(
    seqs,
    LOG.slice(seqs[0] === undefined ? 0 : seqs[0] - 1).map(({ seq }) => seq),
  );
});

test("a viewer who watches for hours keeps the latest hops, and reads older ones again when they are wanted", async () => {
  const long = Array.from({ length: 9000 }, (_, index) => hop(index + 1));
  const session = new Session({
    state: async (at) => state(at),
    ...readerOf(long),
  });
  session.receive(state(0));
  for (let from = 0; from < long.length; from += 100) session.receive(frame(long.slice(from, from + 100)));
  assert.ok(session.log.length <= 5000, `${session.log.length} kept`);
  await session.rewind(10);
  const first = session.log[0]?.seq ?? 0;
  assert.deepEqual(
    session.log.map(({ seq }) => seq),
    long.slice(first - 1, first - 1 + session.log.length).map(({ seq }) => seq),
  );
  assert.ok(session.log.length <= 1000, "what lies between is not read");
  assert.equal(session.current?.seq, 10);
  session.receive(frame([hop(9001)]));
  assert.deepEqual([session.scene.seq, session.headSeq, session.live], [10, 9001, false]);
  await session.follow();
  assert.deepEqual([session.scene.seq, session.log.at(-1)?.seq, session.live], [9001, 9001, true]);
});

test("marks stay on the line however much routine comes behind them, and one goes back to them", async () => {
  const long = Array.from({ length: 9000 }, (_, index) => hop(index + 1, { quiet: index >= 300 }));
  const session = new Session({ state: async (at) => state(at), ...readerOf(long) });
  session.receive(state(0));
  for (let from = 0; from < long.length; from += 100) session.receive(frame(long.slice(from, from + 100)));
  assert.deepEqual([session.log[0]?.seq, session.marks.length, session.marks.at(-1)?.seq], [4401, 200, 300]);
  await session.follow();
  await session.back();
  assert.deepEqual([session.scene.seq, session.marks.length], [299, 300]);
});

test("who comes after much routine finds the marks before it", async () => {
  const long = Array.from({ length: 3000 }, (_, index) => hop(index + 1, { quiet: index !== 40 && index !== 50 }));
  const session = new Session({ state: async (at) => state(at), ...readerOf(long) });
  session.receive({ ...state(3000), head: 3000 });
  await session.recall(2500);
  assert.deepEqual([session.log[0]?.seq, session.marks.map(({ seq }) => seq), session.current?.seq], [2401, [41, 51], 51]);
  await session.back();
  assert.deepEqual([session.scene.seq, session.live], [41, false]);
});

test("the past is played at its own pace, read on where it ends, and meets the present", async () => {
  const long = Array.from({ length: 3000 }, (_, index) => hop(index + 1, { ms: 1 }));
  const session = new Session({
    state: async (at) => state(at),
    ...readerOf(long),
  });
  session.receive({ ...state(2900), head: 2900 });
  session.receive(frame(long.slice(2900)));
  await session.rewind(100);
  session.replay();
  for (let now = 0; now < 20_000 && !session.live; now += 50) {
    session.tick(now);
    await null;
    await null;
    await null;
  }
  assert.deepEqual([session.scene.seq, session.live, session.tape.stretch, session.replaying], [3000, true, null, false]);
});

test("one mark on at the end of what was read reads on", async () => {
  const long = Array.from({ length: 3000 }, (_, index) => hop(index + 1));
  const session = new Session({
    state: async (at) => state(at),
    ...readerOf(long),
  });
  session.receive({ ...state(3000), head: 3000 });
  await session.rewind(100);
  const last = session.log.at(-1)?.seq ?? 0;
  await session.rewind(last);
  session.tape.stretch = session.log.slice(0, session.log.findIndex(({ seq }) => seq === last) + 1);
  assert.equal(session.forward(), true);
  await null;
  await null;
  await null;
  playOut(session);
  assert.equal(session.scene.seq, last + 1);
});

test("control messages steer rate and pace", () => {
  const session = sessionAt(0);
  session.receive({ type: "control", control: control({ rate: 4, pace: "lecture", paused: true }) });
  assert.deepEqual([session.player.rate, session.player.pace, session.control.paused], [4, "lecture", true]);
  session.receive({ type: "control", control: control({ rate: 1000, pace: "real", paused: false }) });
  assert.deepEqual([session.player.rate, session.player.pace], [1, "real"], "real time is hurried by what there is to show");
});

for (const [what, at, messages, expected] of /** @type {[string, number, import("../../static/js/types.js").Message[], number][]} */ ([
  ["since the first hop that the state names", 12.5, [{ ...state(2), began: 10 }], 2.5],
  ["not before the beginning", 3, [{ ...state(2), began: 10 }], 0],
  ["zero while nothing has happened", 3, [state(0)], 0],
  ["since the first hop that arrives in an empty cluster", 3, [state(0), frame(LOG.slice(0, 1))], 2.9],
])) {
  test(`the time that has passed is ${what}`, () => {
    const session = sessionAt(0);
    for (const message of messages) session.receive(message);
    assert.equal(session.elapsed(at).toFixed(1), expected.toFixed(1));
  });
}

test("a step of a paused cluster is shown up to its first mark; the rest lies ahead, and then it is the present again", () => {
  const session = sessionAt(0);
  session.receive({ type: "control", control: control({ paused: true }) });
  session.hold = (marks, position) => marks[position + 1] ?? null;
  const step = { ...frame([hop(1), hop(2, { quiet: true }), hop(3), hop(4, { quiet: true })]), control: control({ paused: true }) };
  session.receive(step);
  playOut(session);
  assert.deepEqual([session.scene.seq, session.live, session.hold], [1, false, null]);
  assert.equal(session.forward(), true);
  playOut(session);
  assert.deepEqual([session.scene.seq, session.live, session.forward()], [4, true, false]);
});
