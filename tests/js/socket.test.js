import assert from "node:assert/strict";
import { test } from "node:test";
import { loadScene, showHops } from "../../static/js/core/reducer.js";
import { Connection } from "../../static/js/core/socket.js";
import { frame, hop, pod, put, state } from "./builders.js";

/** A server's side of a wire: keeps what was opened, timers run when told. */
class Wire {
  /** @param {any} [opening]  the state that the page came with */
  constructor(opening) {
    /** @type {(number | null)[]} */
    this.opened = [];
    /** @type {any[]} */
    this.sockets = [];
    /** @type {{callback: () => void, ms: number}[]} */
    this.timers = [];
    /** @type {any[]} */
    this.messages = [];
    /** @type {string[]} */
    this.statuses = [];
    this.connection = new Connection({
      open: (after) => {
        this.opened.push(after);
        const socket = {
          readyState: 1,
          sent: /** @type {string[]} */ ([]),
          close() {},
          send(/** @type {string} */ text) {
            this.sent.push(text);
          },
        };
        this.sockets.push(socket);
        return /** @type {any} */ (socket);
      },
      later: (callback, ms) => this.timers.push({ callback, ms }),
      receive: (message) => this.messages.push(message),
      status: (status) => this.statuses.push(status),
    });
    this.connection.start(opening);
  }

  get socket() {
    return this.sockets.at(-1);
  }

  /** @param {object} message */
  say(message) {
    this.socket.onmessage({ data: JSON.stringify(message) });
  }

  cut() {
    this.socket.onclose();
    this.timers.pop()?.callback();
  }

  /** The seqs that arrived, in order. */
  get seqs() {
    return this.messages.flatMap(({ hops }) => hops ?? []).map(({ seq }) => seq);
  }
}

test("the first connection asks for the present, the next ones continue behind the last hop", () => {
  const wire = new Wire();
  wire.say(state(7));
  wire.cut();
  wire.say(frame([hop(8), hop(9)]));
  wire.cut();
  assert.deepEqual(wire.opened, [null, 7, 9]);
});

test("a page that came with a state shows it at once and continues behind it", () => {
  const wire = new Wire(state(7));
  assert.deepEqual([wire.opened, wire.messages, wire.statuses], [[7], [state(7)], ["connecting"]]);
  wire.say(frame([hop(7), hop(8)]));
  assert.deepEqual(wire.seqs, [8]);
});

test("the page says when it is connecting, open and connecting again", () => {
  const wire = new Wire();
  wire.socket.onopen();
  wire.say(state(1));
  wire.cut();
  wire.socket.onopen();
  assert.deepEqual(wire.statuses, ["connecting", "open", "reconnecting", "open"]);
});

test("the wait grows while nothing arrives and is short again after a message", () => {
  const wire = new Wire();
  const waits = [];
  for (let each = 0; each < 7; each += 1) {
    wire.socket.onclose();
    waits.push(wire.timers.at(-1)?.ms);
    wire.timers.pop()?.callback();
  }
  wire.say(state(1));
  wire.socket.onclose();
  assert.deepEqual([waits, wire.timers.at(-1)?.ms], [[250, 500, 1000, 2000, 4000, 5000, 5000], 250]);
});

test("a hop sent twice arrives once", () => {
  const wire = new Wire();
  wire.say(state(0));
  wire.say(frame([hop(1), hop(2)]));
  wire.say(frame([hop(1), hop(2)]));
  wire.say(frame([hop(2), hop(3)]));
  assert.deepEqual(wire.seqs, [1, 2, 3]);
});

test("a missing hop is asked for again, not skipped", () => {
  const wire = new Wire();
  wire.say(state(3));
  wire.say(frame([hop(5)]));
  wire.timers.pop()?.callback();
  wire.say(frame([hop(4), hop(5)]));
  assert.deepEqual(
    [wire.opened, wire.seqs],
    [
      [null, 3],
      [4, 5],
    ],
  );
});

test("a frame without hops carries the clock", () => {
  const wire = new Wire();
  wire.say(state(3));
  wire.say({ ...frame([]), first: 4, last: 3, now: 99 });
  assert.equal(wire.messages.at(-1).now, 99);
});

test("what a closed connection still delivers is not taken", () => {
  const wire = new Wire();
  wire.say(state(0));
  const old = wire.socket;
  wire.cut();
  old.onmessage({ data: JSON.stringify(frame([hop(1)])) });
  assert.deepEqual(wire.seqs, []);
});

test("a new state replaces the position, as for a viewer that fell far behind", () => {
  const wire = new Wire();
  wire.say(state(3));
  wire.say(state(500));
  wire.say(frame([hop(501)]));
  assert.deepEqual([wire.messages.map(({ type }) => type), wire.seqs], [["state", "state", "frame"], [501]]);
});

test("50 cuts at any place in any frame: nothing missing, nothing doubled, the same scene", () => {
  const log = Array.from({ length: 400 }, (_, index) =>
    put(index + 1, `pods/default/p${index % 40}`, index % 7 ? pod(`p${index % 40}`, { restarts: index }) : null),
  );
  const wire = new Wire();
  wire.say(state(0));
  let cursor = 0;
  let cuts = 0;
  for (let turn = 0; cursor < log.length; turn += 1) {
    const size = 1 + ((turn * 7) % 11);
    const overlap = Math.min(cursor, turn % 3);
    const hops = log.slice(cursor - overlap, cursor + size);
    const isLost = turn % 2 === 1 && cuts < 50;
    if (!isLost) {
      wire.say(frame(hops));
      cursor = Math.min(log.length, cursor + size);
    }
    if (cuts < 50) {
      cuts += 1;
      wire.cut();
      cursor = wire.opened.at(-1) ?? 0;
    }
  }
  assert.equal(cuts, 50);
  assert.deepEqual(
    wire.seqs,
    log.map(({ seq }) => seq),
  );
  const start = loadScene(state(0));
  assert.deepEqual(
    wire.messages.reduce((scene, message) => showHops(scene, message.hops ?? []), start),
    showHops(start, log),
  );
});

test("nothing is sent while there is no connection", () => {
  const wire = new Wire();
  wire.socket.readyState = 0;
  assert.equal(wire.connection.send({ type: "control" }), false);
  wire.socket.readyState = 1;
  assert.equal(wire.connection.send({ type: "control", action: "play" }), true);
  assert.deepEqual(wire.socket.sent, ['{"type":"control","action":"play"}']);
});
