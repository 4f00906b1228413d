// @ts-check
// What a hop is on the picture: whose colour, which shape, which words. Pure.

/** @typedef {import("../types.js").Hop} Hop */

/** What a DNS server is asked for. */
const RECORD_TYPES = new Set(["A", "AAAA", "SRV", "PTR", "CNAME"]);
/** Requests to the API server, and what it asks of etcd. */
const READS = new Set(["GET", "LIST", "WATCH", "get", "list", ...RECORD_TYPES]);
const CNI_CALLS = new Set(["ADD", "DEL", "CHECK"]);
const WATCH_EVENTS = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]);

/**
 * The family of components that gives the colour.
 * @param {string} component
 * @returns {"outside" | "apiserver" | "etcd" | "scheduler" | "controller" | "kubelet" | "runtime" | "network"}
 */
export function familyOf(component) {
  if (component.startsWith("kube-apiserver")) return "apiserver";
  if (component.startsWith("kube-scheduler")) return "scheduler";
  if (component.startsWith("kube-controller-manager")) return "controller";
  if (component === "etcd") return "etcd";
  if (component.endsWith("/kubelet")) return "kubelet";
  if (component.endsWith("/containerd")) return "runtime";
  if (component.startsWith("coredns") || /^node\/[^/]+\/(cni|kube-proxy|netfilter|pod\/.*)$/.test(component)) return "network";
  return "outside";
}

/**
 * The API server is in nearly every hop; the colour is that of the one it talks with.
 * @param {Hop} hop
 */
export function toneOf(hop) {
  const source = familyOf(hop.source);
  return source === "apiserver" ? familyOf(hop.target) : source;
}

/** @param {Hop} hop */
export function isReply(hop) {
  return hop.verb === "reply";
}

/** @param {Hop} hop */
export function isError(hop) {
  return /^[45]\d\d\b/.test(hop.outcome) || /^(error|failed|denied)/i.test(hop.outcome);
}

/**
 * @param {Hop} hop
 * @returns {"cross" | "diamond" | "circle" | "square"}
 */
export function shapeOf(hop) {
  if (isError(hop)) return "cross";
  if (WATCH_EVENTS.has(hop.verb)) return "diamond";
  if (READS.has(hop.verb)) return "circle";
  return "square";
}

/**
 * A part of a component works by itself (a stage, a lane, a plugin): nothing travels, the part lights up.
 * @param {Hop} hop
 */
export function isInside(hop) {
  return hop.source === hop.target || hop.target.startsWith(`${hop.source}/`) || hop.source.startsWith(`${hop.target}/`);
}

/**
 * `plural/namespace/name` of the object a hop is about; empty when it is about none.
 * @param {Hop} hop
 */
export function objectKeyOf(hop) {
  const parts = keyOf(hop).split("/");
  if (parts.length < 2 || !parts.at(-1)) return "";
  if (parts[0] === "nodes" || parts[0] === "namespaces") return parts.slice(0, 2).join("/");
  return parts.length < 3 ? "" : parts.slice(0, 3).join("/");
}

/**
 * What a hop is about, as `plural/namespace/name`; etcd's own folders have other names (`minions` for nodes).
 * @param {Hop} hop
 */
export function keyOf(hop) {
  return hop.change?.key ?? hop.key.replace(/^\/(registry|node)\//, "").replace(/^minions\//, "nodes/");
}

/**
 * The words on a chip: the verb and what it is about, as short as they stay clear.
 * @param {Hop} hop
 */
export function labelOf(hop) {
  if (isReply(hop)) return shorten(hop.outcome || "OK", 26);
  if (RECORD_TYPES.has(hop.verb)) return shorten(`${hop.verb} ${hop.key}`, 30);
  if (hop.key.startsWith("faults/")) return shorten(`${hop.verb} ${faultyName(hop.key.slice(7))}`, 30);
  const [plural = "", ...names] = keyOf(hop).split("/").filter(Boolean);
  if (!plural) return hop.verb;
  const namespaced = names.length > 1 && plural !== "nodes";
  const [name = "", subresource = ""] = namespaced ? names.slice(1) : names;
  const short = shortName(name, 12);
  if (subresource) return `${hop.verb} ${short}/${subresource}`;
  const isTold = WATCH_EVENTS.has(hop.verb) || CNI_CALLS.has(hop.verb) || /^[A-Z][a-z]/.test(hop.verb) || isInside(hop);
  return isTold ? `${hop.verb} ${short}`.trim() : [`${hop.verb} ${plural}`, short].filter(Boolean).join("/");
}

/**
 * What is broken: a container with its pod, everything else as a component.
 * @param {string} target
 */
function faultyName(target) {
  const [kind = "", name = "", , , pod = "", container] = target.split("/");
  if (container) return `${shortName(pod, 12)}/${container}`;
  if (kind === "messages") return "message";
  return kind === "down" || kind === "drains" ? name : componentName(target);
}

/**
 * A generated name by its ends: `web-5d9c7b8f4-x7k2p` is `web…x7k2p`.
 * @param {string} name
 * @param {number} [most]
 */
export function shortName(name, most = 16) {
  if (name.length <= most) return name;
  const tail = name.slice(name.lastIndexOf("-") + 1).slice(-5);
  return `${name.slice(0, most - tail.length - 1).replace(/-\w*$|-$/, "")}…${tail}`;
}

/**
 * @param {string} text
 * @param {number} most
 */
export function shorten(text, most) {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/**
 * A component's name for people: `node/worker-1/kubelet` is `worker-1 kubelet`, a pod's is its own.
 * @param {string} component
 */
export function componentName(component) {
  const [first = "", second = "", part = ""] = component.split("/");
  if (first === "node") return part === "pod" ? component.slice(component.lastIndexOf("/") + 1) : `${second} ${part}`.trim();
  return second ? `${first} (${second})` : first;
}
