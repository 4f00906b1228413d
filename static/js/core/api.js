// @ts-check
// The HTTP beside the socket: reads of the past, manifests and actions.

/** @typedef {import("../types.js").Hop} Hop */
/** @typedef {import("../types.js").StateMessage} StateMessage */
/** @typedef {{op: "+" | "-" | " ", text: string}} Change */
/** @typedef {{plugin: string, raw: number, score: number, weight: number, sum: number}} ScoreResult */
/** @typedef {{pod: string, priority: number}} Victim */
/** @typedef {{node: string, victims: Victim[], violations: number, highestPriority: number, prioritySum: number}} Candidate */
/** @typedef {{node: string, decidedBy: string, candidates: Candidate[], left: number}} Preemption */
/** @typedef {{node: string, score: ScoreResult[], total: number}} TableRow */
/** @typedef {{plugin: string, message: string, nodes: string[], left: number}} Rejected  nodes of which the same was said; left: how many more */
/** @typedef {{pod: string, nodes: TableRow[], left: number, rejected: Rejected[], rejectedLeft: number, unseen: number, chosen: string, preemption: Preemption | null}} Table */
/** @typedef {{hop: Hop, manifest: string, changes: Change[], causes: Hop[], table: Table | null, rules: import("../types.js").Rules | null}} HopDetail */
/** @typedef {{type: string, reason: string, message: string, count: number, at: number | null}} EventLine */
/** @typedef {{key: string, manifest: string, events: EventLine[], history: {revision: number, seq: number, at: number, verb: string, source: string}[]}} ObjectDetail */
/** @typedef {{line: number, message: string, hint: string}} ManifestError */
/** @typedef {{line: number, kind: string, namespace: string, name: string, result: string, errors: ManifestError[], warnings: ManifestError[]}} DocumentResult */

/** @typedef {{key: string, create: number, mod: number, version: number, size: number}} EtcdKey */
/** @typedef {EtcdKey & {value: string, history: {revision: number, seq: number, version: number, changes: Change[]}[]}} EtcdValue */
/** @typedef {{lines: string[], status: {revision: number, compacted: number, size: number, inUse: number, snapshots: {name: string, revision: number}[]}}} EtcdStatus */
/** @typedef {{key: string, field: string, value: string, before: string, seq: number, causes: Hop[]}} Reason */
/** @typedef {{branches: import("./family.js").Relative[], made: string}} Branched */
/** @typedef {{breakpoints: import("./flags.js").Breakpoint[]}} Breakpoints */
/** @typedef {{name: string, type: string, required: boolean, description: string, values: string[]}} Field */

export class Api {
  /**
   * @param {string} base  the cluster's path with its final slash
   * @param {string} token  against forged requests
   * @param {typeof fetch} fetcher
   */
  constructor(base, token, fetcher) {
    this.base = base;
    this.token = token;
    this.fetcher = fetcher;
  }

  /** @param {number} seq @returns {Promise<StateMessage>} */
  state(seq) {
    return this.read(`state?at=${seq}`);
  }

  /**
   * @param {number} after
   * @param {number} limit
   * @returns {Promise<{hops: Hop[], head: number}>}
   */
  hops(after, limit) {
    return this.read(`hops?after=${after}&limit=${limit}`);
  }

  /** The last marks before a hop. @param {number} before @param {number} limit @returns {Promise<{hops: Hop[]}>} */
  marks(before, limit) {
    return this.read(`hops?before=${before}&limit=${limit}`);
  }

  /** @param {number} seq @returns {Promise<HopDetail>} */
  hop(seq) {
    return this.read(`hops/${seq}`);
  }

  /** @returns {Promise<{kinds: {apiVersion: string, kind: string}[]}>} */
  kinds() {
    return this.read("fields");
  }

  /**
   * @param {string} apiVersion
   * @param {string} kind
   * @param {string} path  keys with dots between
   * @returns {Promise<{fields: Field[]}>}
   */
  fields(apiVersion, kind, path) {
    return this.read(`fields?${new URLSearchParams({ apiVersion, kind, path })}`);
  }

  /**
   * @param {string} key
   * @param {number} seq
   * @returns {Promise<ObjectDetail>}
   */
  object(key, seq) {
    return this.read(`objects?key=${encodeURIComponent(key)}&at=${seq}`);
  }

  /** The same for another cluster of this server. @param {string} base */
  at(base) {
    return new Api(base, this.token, this.fetcher);
  }

  /**
   * @param {string} key
   * @param {number} seq
   * @param {number} line  of the manifest, from 1; 0: the object
   * @returns {Promise<Reason>}
   */
  why(key, seq, line) {
    return this.read(`why?${new URLSearchParams({ key, at: String(seq), line: String(line) })}`);
  }

  /** @returns {Promise<EtcdStatus>} */
  etcd() {
    return this.read("etcd");
  }

  /**
   * @param {{action: string, name: string, revision: number}} work
   * @returns {Promise<EtcdStatus>}
   */
  etcdWork(work) {
    return this.write("etcd", work);
  }

  /**
   * @param {string} prefix
   * @param {number} seq
   * @param {string} after  a key
   * @returns {Promise<{revision: number, keys: EtcdKey[], remaining: number}>}
   */
  etcdKeys(prefix, seq, after) {
    return this.read(`etcd/keys?${new URLSearchParams({ prefix, at: String(seq), after })}`);
  }

  /**
   * @param {string} key
   * @param {number} seq
   * @returns {Promise<EtcdValue>}
   */
  etcdKey(key, seq) {
    return this.read(`etcd/key?${new URLSearchParams({ key, at: String(seq) })}`);
  }

  /** @returns {Promise<Branched>} */
  branches() {
    return this.read("branches");
  }

  /** @param {number} seq  the hop behind which it begins @returns {Promise<Branched>} */
  fork(seq) {
    return this.write("branches", { at: seq });
  }

  /** @returns {Promise<Breakpoints>} */
  breakpoints() {
    return this.read("breakpoints");
  }

  /**
   * @param {string} text
   * @param {boolean} isSet  false takes it away
   * @returns {Promise<Breakpoints>}
   */
  breakpoint(text, isSet) {
    return this.write("breakpoints", { text, set: isSet });
  }

  /**
   * @param {string} text
   * @param {boolean} dryRun
   * @returns {Promise<{documents: DocumentResult[]}>}
   */
  manifests(text, dryRun) {
    return this.write("manifests", { text, dryRun });
  }

  /**
   * @param {{action: string, key: string, replicas?: number, container?: string, turn?: string}} action
   * @returns {Promise<{message: string}>}
   */
  act(action) {
    return this.write("actions", action);
  }

  /** @param {string} path */
  async read(path) {
    return answerOf(await this.fetcher(this.base + path, { headers: { Accept: "application/json" } }));
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  async write(path, body) {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token };
    return answerOf(await this.fetcher(this.base + path, { method: "POST", headers, body: JSON.stringify(body) }));
  }
}

/**
 * @param {Response} response
 * @throws {Error} with the server's own message, and what to do about it
 */
async function answerOf(response) {
  const body = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
  if (!response.ok)
    throw new Error(body?.message ? `${body.message} ${body.try ?? ""}`.trim() : `${response.status} ${response.statusText}`);
  return body;
}
