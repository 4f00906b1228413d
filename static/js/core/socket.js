// @ts-check
// One WebSocket, resumed by cursor: after a lost connection the server continues behind the last hop that
// arrived here, and what would be missing or doubled is seen by its number. Pure of the browser: the caller gives
// the WebSocket's maker and the timer.

/** @typedef {import("../types.js").Message} Message */
/** @typedef {"connecting" | "open" | "reconnecting"} Status */

/**
 * @typedef {object} Wire
 * @property {(after: number | null) => WebSocket} open  a socket that continues after that hop; null: from the present
 * @property {(callback: () => void, ms: number) => unknown} later
 * @property {(message: Message) => void} receive
 * @property {(status: Status) => void} status
 */

const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

export class Connection {
  /** @param {Wire} wire */
  constructor(wire) {
    this.wire = wire;
    /** @type {number | null} */
    this.cursor = null;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.wait = FIRST_WAIT;
  }

  /**
   * Follow the server.
   * @param {Extract<Message, {type: "state"}> | null} [opening]  the state that the page came with, from which the server continues
   */
  start(opening = null) {
    this.wire.status("connecting");
    if (opening) this.cursor = opening.seq;
    this.open();
    if (opening) this.take(opening);
  }

  open() {
    const socket = this.wire.open(this.cursor);
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket === socket) this.wire.status("open");
    };
    socket.onmessage = (event) => {
      if (this.socket === socket) this.take(/** @type {Message} */ (JSON.parse(String(event.data))));
    };
    socket.onclose = () => {
      if (this.socket === socket) this.again();
    };
  }

  /** Give up this connection and open the next one after a pause that grows with every failure. */
  again() {
    const lost = this.socket;
    this.socket = null;
    if (lost) lost.close();
    this.wire.status("reconnecting");
    this.wire.later(() => this.open(), this.wait);
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
  }

  /** @param {Message} message */
  take(message) {
    if (message.type === "state") {
      this.cursor = message.seq;
    } else if (message.type === "frame") {
      const cursor = this.cursor ?? message.first - 1;
      if (message.first > cursor + 1) {
        this.again();
        return;
      }
      if (message.last <= cursor && message.hops.length) return;
      this.cursor = Math.max(cursor, message.last);
      message = { ...message, first: cursor + 1, hops: message.hops.filter((hop) => hop.seq > cursor) };
    }
    this.wait = FIRST_WAIT;
    this.wire.receive(message);
  }

  /**
   * @param {object} message
   * @returns {boolean} whether there was a connection to send it on
   */
  send(message) {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }
}
