// @ts-check
// Where the page gets what it shows: from the server that sent it, or, saved, from itself.

import { Recording } from "../replay/recording.js";

/** @typedef {import("../core/socket.js").Wire["open"]} Open */
/** @typedef {{fetcher: typeof fetch, open: Open}} Source */

/**
 * @param {string} base  the cluster's path with its final slash
 * @param {() => string} refusal  of what a saved session cannot do
 * @returns {Source}
 */
export function sourceOf(base, refusal) {
  const saved = document.getElementById("recording");
  if (saved) return replaying(unpack(saved.textContent ?? ""), refusal);
  return {
    fetcher: window.fetch.bind(window),
    open: (after) => new WebSocket(`${base.replace(/^http/, "ws")}socket${after === null ? "" : `?after=${after}`}`),
  };
}

/**
 * The lines of a saved session: JSON, compressed, in base64.
 * @param {string} text
 */
async function unpack(text) {
  const bytes = Uint8Array.from(window.atob(text), (character) => character.charCodeAt(0));
  const lines = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")));
  return new Recording((await lines.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line)));
}

/**
 * @param {Promise<Recording>} reading
 * @param {() => string} refusal
 * @returns {Source}
 */
function replaying(reading, refusal) {
  return {
    fetcher: async (path, init) => {
      const body = init?.method === "POST" ? null : (await reading).answer(String(path));
      return new Response(JSON.stringify(body ?? { message: refusal() }), { status: body ? 200 : 405, headers: { "Content-Type": "application/json" } });
    },
    open: () => {
      const socket = new Tape(reading);
      return /** @type {WebSocket} */ (/** @type {unknown} */ (socket));
    },
  };
}

/** What the page takes for a WebSocket. */
class Tape {
  /** @param {Promise<Recording>} reading */
  constructor(reading) {
    this.reading = reading;
    this.readyState = 1;
    /** @type {(() => void) | null} */
    this.onopen = null;
    /** @type {((event: {data: string}) => void) | null} */
    this.onmessage = null;
    /** @type {(() => void) | null} */
    this.onclose = null;
    void reading.then((recording) => {
      this.onopen?.();
      this.tell(recording.state(recording.begins));
    });
  }

  /** Only the pace of the viewer changes. @param {string} text */
  send(text) {
    const { action, value } = JSON.parse(text);
    if (action !== "rate") return;
    void this.reading.then((recording) => {
      recording.control = { ...recording.control, rate: value };
      this.tell({ type: "control", control: recording.control });
    });
  }

  /** @param {object} message */
  tell(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  close() {}
}
