// @ts-check
// What a hop is on the picture: whose colour, which shape, which words. Pure.

/** @typedef {import("../types.js").Hop} Hop */

const READS = new Set(["GET", "LIST", "WATCH"]);
const WATCH_EVENTS = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]);
const OUTSIDE = new Set(["dashboard", "kubectl", "client"]);

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
  if (component.endsWith("/cni")) return "network";
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
  if (hop.change) return hop.change.key;
  const parts = hop.key.replace(/^\/registry\//, "").split("/");
  if (parts.length < 2 || !parts.at(-1)) return "";
  if (parts[0] === "nodes" || parts[0] === "namespaces") return parts.slice(0, 2).join("/");
  return parts.length < 3 ? "" : parts.slice(0, 3).join("/");
}

/**
 * The words on a chip: the verb and what it is about, as short as they stay clear.
 * @param {Hop} hop
 */
export function labelOf(hop) {
  if (isReply(hop)) return shorten(hop.outcome || "OK", 26);
  const parts = hop.key.replace(/^\/(registry|node)\//, "").split("/").filter(Boolean);
  if (!parts.length) return hop.verb;
  if (WATCH_EVENTS.has(hop.verb) || /^[A-Z][a-z]/.test(hop.verb)) {
    return `${hop.verb} ${shortName(parts.length > 2 ? (parts[2] ?? "") : (parts.at(-1) ?? ""))}`;
  }
  const namespaced = parts.length > 2;
  const subject = namespaced ? [parts[0], shortName(parts[2] ?? ""), ...parts.slice(3)] : [parts[0], shortName(parts[1] ?? "")];
  const text = subject.filter(Boolean).join("/");
  return `${hop.verb} ${parts[0] === "pods" && namespaced && parts[3] ? `${shortName(parts[2] ?? "")}/${parts[3]}` : text}`;
}

/**
 * A generated name by its ends: `web-5d9c7b8f4-x7k2p` is `web…x7k2p`.
 * @param {string} name
 * @param {number} [most]
 */
export function shortName(name, most = 16) {
  if (name.length <= most) return name;
  const cut = name.lastIndexOf("-");
  const tail = cut > 0 && name.length - cut <= 11 ? name.slice(cut + 1) : name.slice(-5);
  return `${name.slice(0, Math.max(2, most - tail.length - 1)).replace(/-$/, "")}…${tail}`;
}

/**
 * @param {string} text
 * @param {number} most
 */
export function shorten(text, most) {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/**
 * A component's name for people: `node/worker-1/kubelet` is `kubelet on worker-1`; without the node's word, `worker-1 kubelet`.
 * @param {string} component
 */
export function componentName(component) {
  if (OUTSIDE.has(component)) return component;
  const [first, node, part] = component.split("/");
  if (first === "node") return `${node} ${part ?? ""}`.trim();
  return node ? `${first} (${node})` : (first ?? component);
}
