import assert from "node:assert/strict";
import { test } from "node:test";
import { manifestOf } from "../../static/js/core/manifest.js";

/** @type {import("../../static/js/core/manifest.js").Fields} */
const web = {
  kind: "Deployment",
  name: "web",
  image: "nginx:1.27",
  replicas: "2",
  labels: "app=web, tier=front",
  port: "80",
  cpu: "250m",
  memory: "128Mi",
};

test("a Deployment with everything filled in", () => {
  assert.equal(
    manifestOf(web),
    `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app: web
    tier: front
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
      tier: front
  template:
    metadata:
      labels:
        app: web
        tier: front
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
        ports:
        - containerPort: 80
        resources:
          requests:
            cpu: 250m
            memory: 128Mi
`,
  );
});

test("a Pod with only what it needs", () => {
  assert.equal(
    manifestOf({ ...web, kind: "Pod", labels: "", port: "", cpu: "", memory: "" }),
    `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
  - name: nginx
    image: nginx:1.27
`,
  );
});

for (const [name, fields, line] of /** @type {[string, Partial<typeof web>, string][]} */ ([
  ["a name that YAML would read as a boolean is quoted", { name: "yes" }, '  name: "yes"'],
  ["a name that begins with a digit is quoted", { name: "1e3" }, '  name: "1e3"'],
  ["a name cannot break out of its line", { name: "a: b\nkind: Secret" }, '  name: "a: b\\nkind: Secret"'],
  ["the number of cores stays a quantity", { cpu: "2" }, '            cpu: "2"'],
  [
    "an image with a registry and a digest gives a short container name",
    { image: "registry.k8s.io/e2e/Pause@sha256:ab" },
    "      - name: pause",
  ],
  ["without replicas there is one", { replicas: "" }, "  replicas: 1"],
])) {
  test(name, () =>
    assert.ok(
      manifestOf({ ...web, ...fields })
        .split("\n")
        .includes(line),
      manifestOf({ ...web, ...fields }),
    ),
  );
}
