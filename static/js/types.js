// @ts-check
// The shapes that travel between server, reducer and render: docs/architecture.md, "Stage protocol".

/** @typedef {"en" | "ko"} Language */
/** @typedef {{en: string, ko: string}} Words */

/**
 * @typedef {object} Card  A pure function of a Kubernetes object; which fields are there depends on `kind`.
 * @property {string} kind
 * @property {string} [namespace]
 * @property {string} name
 * @property {string} [uid]
 * @property {string} [node]
 * @property {string} [status]
 * @property {boolean | number} [ready]  containers ready (Pod), Ready (Node), pods ready (others)
 * @property {number} [restarts]
 * @property {string} [owner]  uid of its controller
 * @property {boolean} [deleting]
 * @property {number} [cpu]  millicores: requested (Pod), allocatable (Node)
 * @property {number} [memory]  bytes: requested (Pod), allocatable (Node)
 * @property {{name: string, image: string, state: string, ready: boolean, restarts: number}[]} [containers]
 * @property {string[]} [roles]
 * @property {boolean} [unschedulable]
 * @property {boolean} [stopped]
 * @property {number} [pods]
 * @property {string} [zone]
 * @property {unknown[]} [taints]
 * @property {number} [replicas]
 * @property {number} [updated]
 * @property {number} [available]
 * @property {boolean} [paused]
 * @property {string | number} [revision]
 * @property {string} [fault]  what is wrong (Fault); its name is the component
 * @property {string} [effect]  what is to become of a message (MessageFault), with the next four
 * @property {string} [source]
 * @property {string} [target]
 * @property {string} [verb]
 * @property {string} [key]
 * @property {number} [seconds]  of a slow one
 * @property {{pod: string, evicted: boolean, why: string}[]} [left]  the pods of a node that is being drained
 */

/**
 * @typedef {object} Hop
 * @property {number} seq
 * @property {number} at  simulated seconds since the Unix epoch
 * @property {number} step
 * @property {number} cause
 * @property {string} source
 * @property {string} target
 * @property {string} verb
 * @property {string} key
 * @property {number} revision
 * @property {string} outcome
 * @property {number} ms  on the screen at rate 1
 * @property {boolean} quiet
 * @property {Words} caption
 * @property {{key: string, card: Card | null} | null} change
 */

/** @typedef {{pace: "lecture" | "real" | "instant", rate: number, paused: boolean, running?: boolean, waitingFor?: Words | null, waitingSeconds?: number, stoppedBy?: string, recorded?: boolean}} Control  recorded: nothing is added to the log */
/** @typedef {{type: "state", seq: number, head: number, began: number, now: number, revision: number, objects: Record<string, Card>, pods?: Packed, control: Control}} StateMessage */
/**
 * Many pods: what they have in common once, and of each only its name, what it has in common with others, and its node (-1: none yet).
 * @typedef {{shapes: Omit<Card, "name" | "node">[], nodes: string[], names: string[], shape: number[], node: number[]}} Packed
 */
/** @typedef {{type: "frame", first: number, last: number, now: number, hops: Hop[], control: Control}} FrameMessage */
/** @typedef {{type: "control", control: Control}} ControlMessage */
/** @typedef {{type: "error", message: string}} ErrorMessage */
/** @typedef {StateMessage | FrameMessage | ControlMessage | ErrorMessage} Message */

/** @typedef {{seq: number, now: number, revision: number, objects: import("./core/cards.js").Cards}} Scene */

/** @typedef {{address: string, pod: string, node: string, chosen: boolean, why: string}} Endpoint */
/** @typedef {{to: string, way: string, chains: string[], choice: string, endpoints: Endpoint[], left: number}} Rules */

/** @typedef {[number, number]} Point */
/** @typedef {{x: number, y: number, w: number, h: number, top?: number, gap?: number}} Box  top: where ways to it end, if not at its own; gap: what is free between it and the next ones */
/** @typedef {{id: string, label: Words, count?: string, components?: string[], rest?: boolean}} Part */
/** @typedef {Box & {id: string, shape: "box" | "hub" | "cylinder", tone: string, label: Words, note?: Words, components: string[], parts?: Part[], columns?: number, about: Words}} Actor */
/** @typedef {{between: [string, string], points: Point[]}} Edge */
/** @typedef {Box & {hub: string, port: Point, bus: number, frame: string, dns: string, door: Point[], aspect?: number}} NodeArea  door: from where packets come into the frame, to `dns` */
/** @typedef {{name: string, title: Words, width: number, height: number, frames: (Box & {id: string, label: Words})[], actors: Actor[], edges: Edge[], nodes: NodeArea, narrow?: Form, half?: Form}} Diagram */
/**
 * The same actors for another shape of screen: other places, the rest as it is.
 * @typedef {{width: number, height: number, frames: Record<string, Box>, actors: Record<string, Box & {columns?: number}>, edges: Edge[], nodes: NodeArea}} Form
 */

export {};
