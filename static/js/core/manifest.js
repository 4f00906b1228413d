// @ts-check
// The guided form's fields as YAML. Pure; what it writes is what a class would write by hand.

/**
 * @typedef {object} Fields
 * @property {"Pod" | "Deployment"} kind
 * @property {string} name
 * @property {string} image
 * @property {string} replicas
 * @property {string} labels  `app=web, tier=front`
 * @property {string} port
 * @property {string} cpu  a quantity
 * @property {string} memory  a quantity
 */

/**
 * @param {Fields} fields
 * @returns {string}
 */
export function manifestOf(fields) {
  const labels = labelsOf(fields);
  const meta = [`metadata:`, `  name: ${scalar(fields.name)}`, `  labels:`, ...labels.map((label) => `    ${label}`)];
  if (fields.kind === "Pod") return lines(["apiVersion: v1", "kind: Pod", ...meta, "spec:", ...indent(container(fields), 2)]);
  return lines([
    "apiVersion: apps/v1",
    "kind: Deployment",
    ...meta,
    "spec:",
    `  replicas: ${fields.replicas.trim() || "1"}`,
    "  selector:",
    "    matchLabels:",
    ...indent(labels, 6),
    "  template:",
    "    metadata:",
    "      labels:",
    ...indent(labels, 8),
    "    spec:",
    ...indent(container(fields), 6),
  ]);
}

/** @param {Fields} fields */
function container(fields) {
  const requests = [fields.cpu.trim() && `cpu: ${scalar(fields.cpu)}`, fields.memory.trim() && `memory: ${scalar(fields.memory)}`].filter(
    Boolean,
  );
  return [
    "containers:",
    `- name: ${scalar(containerName(fields.image))}`,
    `  image: ${scalar(fields.image)}`,
    ...(fields.port.trim() ? ["  ports:", `  - containerPort: ${fields.port.trim()}`] : []),
    ...(requests.length ? ["  resources:", "    requests:", ...indent(requests.map(String), 6)] : []),
  ];
}

/** @param {Fields} fields */
function labelsOf({ labels, name }) {
  const pairs = labels
    .split(",")
    .map((pair) => pair.split("=").map((side) => side.trim()))
    .filter(([key]) => key);
  const named = pairs.length ? pairs : [["app", name]];
  return named.map(([key, value]) => `${scalar(key ?? "")}: ${scalar(value ?? "")}`);
}

/**
 * The image's last word: `registry.k8s.io/pause:3.10` is `pause`.
 * @param {string} image
 */
function containerName(image) {
  const last = image.trim().split("/").at(-1) ?? "";
  return (
    (last.split(/[:@]/)[0] ?? "")
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "") || "app"
  );
}

/**
 * Quoted where YAML would read something other than a string.
 * @param {string} text
 */
function scalar(text) {
  const value = text.trim();
  const plain = /^[A-Za-z][\w./:@-]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value) && !value.endsWith(":");
  const quantity = /^\d+(m|Ki|Mi|Gi|Ti)$/.test(value);
  return plain || quantity ? value : JSON.stringify(value);
}

/**
 * @param {readonly string[]} texts
 * @param {number} depth
 */
function indent(texts, depth) {
  return texts.map((text) => " ".repeat(depth) + text);
}

/** @param {readonly string[]} texts */
function lines(texts) {
  return `${texts.join("\n")}\n`;
}
