"""What people do to a cluster, in every room that has a controller."""

from __future__ import annotations

from collections.abc import Callable

from cluster.kubeadm.tokens import token_secret
from cluster.machinery.bootstrap_token import BootstrapToken
from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.apps import DAEMONSETS, DEPLOYMENTS, REPLICASETS, STATEFULSETS
from cluster.machinery.kinds.batch import CRONJOBS, JOBS
from cluster.machinery.kinds.core import NAMESPACES, NODES, PODS, SECRETS, SERVICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kubelet_credentials import BOOTSTRAP_KUBECONFIG, bootstrap_kubeconfig
from cluster.machinery.meta import Obj
from cluster.runner.node_orders import write_order
from cluster.runner.order_details import JOIN
from tests.scenarios.world import START, Script, Step, World

NAMESPACE = "default"
SIMULATION = "simulation.podium"
Act = Callable[[World], object]


def create(kind: Kind, name: str, spec: Obj, *, namespace: str = NAMESPACE, **more: object) -> Act:
    """Return the act of creating an object."""
    meta = {"name": name} | ({"namespace": namespace} if kind.namespaced else {})
    obj = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta, "spec": spec, **more}
    return lambda world: world.admin.create(kind, obj)


def patch(kind: Kind, name: str, change: Obj, *, namespace: str = NAMESPACE) -> Act:
    """Return the act of patching an object (strategic merge)."""
    return lambda world: world.admin.patch(kind, name, namespace if kind.namespaced else "", change)


def delete(kind: Kind, name: str, policy: str = "Background") -> Act:
    """Return the act of deleting an object."""
    return lambda world: world.admin.delete(kind, name, NAMESPACE if kind.namespaced else "", propagation_policy=policy)


def switch(node: str, action: str) -> Act:
    """Return the act of switching a machine off or on."""
    return lambda world: world.loops.act_on_node(node, action, {})


def join(node: str) -> Act:
    """Return the act of letting a machine join with the token ``TOKEN``."""
    files = {BOOTSTRAP_KUBECONFIG: bootstrap_kubeconfig({"server": "https://192.168.0.10:6443"}, str(TOKEN))}
    return lambda world: write_order(world.store, node, JOIN, {"cpu": "2", "files": files})


def template(image: str = "nginx:1.25", app: str = "web", annotations: dict[str, str] | None = None, **spec: object) -> Obj:
    """Return a pod template."""
    meta: Obj = {"labels": {"app": app}} | ({"annotations": annotations} if annotations else {})
    container = {"name": "c", "image": image, "resources": {"requests": {"cpu": "100m", "memory": "32Mi"}}}
    return {"metadata": meta, "spec": {"containers": [container], **spec}}


def image(name: str) -> Obj:
    """Return the patch that sets a workload's image."""
    return {"spec": {"template": {"spec": {"containers": [{"name": "c", "image": name}]}}}}


def workload(replicas: int | None = 3, app: str = "web", **spec: object) -> Obj:
    """Return the spec of a workload."""
    counted = {} if replicas is None else {"replicas": replicas}
    return counted | {"selector": {"matchLabels": {"app": app}}, "template": template(app=app)} | spec


def work(seconds: str, code: str = "0", **spec: object) -> Obj:
    """Return the template of a Job whose pods run for so long and end with a code."""
    annotations = {f"{SIMULATION}/run-seconds": seconds, f"{SIMULATION}/exit-code": code}
    return template("busybox:1", "work", annotations, restartPolicy="Never", **spec)


def kind_named(name: str) -> Kind:
    """Return the kind that is stored under a name."""
    return next(kind for kind in KINDS if kind.kind == name and kind.is_stored)


TOKEN = BootstrapToken("abcdef", "0123456789abcdef")
TOKEN_SECRET = token_secret(TOKEN, START, seconds=0)
TAINTED = {"spec": {"taints": [{"key": "maintenance", "value": "yes", "effect": "NoExecute"}]}}
BRIEF = [
    {"key": f"node.kubernetes.io/{name}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    for name in ("not-ready", "unreachable")
]
CLAIM = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}
DRIVER = "csi.simulation.podium"
EPHEMERAL = {"name": "v", "ephemeral": {"volumeClaimTemplate": {"spec": CLAIM["spec"] | {"storageClassName": "fast"}}}}
VOLUME = {
    "capacity": {"storage": "2Gi"},
    "accessModes": ["ReadWriteOnce"],
    "hostPath": {"path": "/data"},
    "persistentVolumeReclaimPolicy": "Retain",
}
STRAY = {"name": "stray", "namespace": NAMESPACE, "labels": {"app": "rs"}}
SERVICE = {"selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080}]}
BUDGET = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
RULES = {"strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}, "revisionHistoryLimit": 1, "minReadySeconds": 1}

SCRIPTS: dict[str, Script] = {
    "a Deployment rolls out, is interrupted, scaled and rolled back": Script(
        (
            Step(create(DEPLOYMENTS, "web", workload(4, **RULES)), 10),
            Step(patch(DEPLOYMENTS, "web", image("nginx:1.26")), 5),
            Step(patch(DEPLOYMENTS, "web", image("nginx:1.27")), 5),
            Step(patch(DEPLOYMENTS, "web", {"spec": {"replicas": 6}}), 8),
            Step(patch(DEPLOYMENTS, "web", {"spec": {"paused": True}}), 5),
            Step(patch(DEPLOYMENTS, "web", image("nginx:1.25")), 5),
            Step(patch(DEPLOYMENTS, "web", {"spec": {"paused": False, "replicas": 3}}), 10),
        )
    ),
    "a Deployment is recreated with an image that does not exist": Script(
        (
            Step(create(DEPLOYMENTS, "web", workload(3, strategy={"type": "Recreate"}, progressDeadlineSeconds=20)), 10),
            Step(patch(DEPLOYMENTS, "web", image("does-not-exist:1")), 40),
        )
    ),
    "ReplicaSets adopt, release and are orphaned": Script(
        (
            Step(create(PODS, "stray", template()["spec"], metadata=STRAY), 3),
            Step(create(REPLICASETS, "rs", workload(3, "rs")), 8),
            Step(patch(PODS, "stray", {"metadata": {"labels": {"app": "free"}}}), 5),
            Step(patch(REPLICASETS, "rs", {"spec": {"replicas": 2}}), 5),
            Step(delete(REPLICASETS, "rs", "Orphan"), 5),
            Step(create(REPLICASETS, "heir", workload(1, "rs")), 5),
        )
    ),
    "a StatefulSet with claims is updated and scaled": Script(
        (
            *(Step(create(kind_named("PersistentVolume"), f"pv-{number}", VOLUME), 0.5) for number in (1, 2, 3)),
            Step(
                create(
                    STATEFULSETS,
                    "db",
                    workload(
                        3,
                        "db",
                        serviceName="db",
                        volumeClaimTemplates=[CLAIM],
                        persistentVolumeClaimRetentionPolicy={"whenScaled": "Delete", "whenDeleted": "Retain"},
                    ),
                ),
                15,
            ),
            Step(patch(STATEFULSETS, "db", image("nginx:1.26")), 12),
            Step(patch(STATEFULSETS, "db", {"spec": {"replicas": 1}}), 10),
            Step(create(kind_named("PersistentVolume"), "pv-4", VOLUME), 0.5),
            Step(delete(kind_named("PersistentVolume"), "pv-4"), 2),
        )
    ),
    "a machine joins with a token, and is asked to come again": Script(
        (
            Step(lambda world: world.admin.create(SECRETS, TOKEN_SECRET), 1),
            Step(join("n4"), 10),
            Step(delete(NODES, "n4"), 5),
            Step(join("n4"), 10),
        )
    ),
    "a pod's own volume is made, attached to its node, and goes with it": Script(
        (
            Step(create(kind_named("CSIDriver"), DRIVER, {"attachRequired": True}), 0.5),
            Step(create(kind_named("StorageClass"), "fast", {}, provisioner=DRIVER, volumeBindingMode="WaitForFirstConsumer"), 0.5),
            Step(create(PODS, "own", {**template()["spec"], "volumes": [EPHEMERAL]}), 12),
            Step(create(PODS, "brief", {**template()["spec"], "volumes": [EPHEMERAL]}), 2),
            Step(delete(PODS, "brief"), 8),
        )
    ),
    "DaemonSets follow the nodes": Script(
        (
            Step(create(DAEMONSETS, "agent", workload(None, "agent")), 8),
            Step(create(DAEMONSETS, "ssd", workload(None, "ssd", template=template(app="ssd", nodeSelector={"disk": "ssd"}))), 2),
            Step(patch(NODES, "n1", {"metadata": {"labels": {"disk": "ssd"}}}), 5),
            Step(patch(DAEMONSETS, "agent", image("nginx:1.26")), 3),
            Step(patch(NODES, "n3", TAINTED), 10),
            Step(patch(NODES, "n1", {"metadata": {"labels": {"disk": None}}}), 5),
            Step(patch(DAEMONSETS, "agent", image("nginx:1.25")), 20),
        )
    ),
    "Jobs succeed, fail, wait and are forgotten": Script(
        (
            Step(create(JOBS, "plain", {"completions": 4, "parallelism": 2, "template": work("1")}), 3),
            Step(create(JOBS, "indexed", {"completions": 3, "parallelism": 3, "completionMode": "Indexed", "template": work("2")}), 2),
            Step(create(JOBS, "bad", {"backoffLimit": 1, "template": work("0.5", "3")}), 5),
            Step(create(JOBS, "waits", {"suspend": True, "completions": 2, "parallelism": 2, "template": work("5")}), 3),
            Step(patch(JOBS, "waits", {"spec": {"suspend": False}}), 2),
            Step(patch(JOBS, "waits", {"spec": {"suspend": True}}), 4),
            Step(patch(JOBS, "waits", {"spec": {"suspend": False}}), 4),
            Step(create(JOBS, "brief", {"ttlSecondsAfterFinished": 5, "template": work("1")}), 12),
            Step(delete(JOBS, "plain"), 20),
        )
    ),
    "a CronJob makes Jobs until it is suspended": Script(
        (
            Step(
                create(
                    CRONJOBS,
                    "tick",
                    {"schedule": "* * * * *", "successfulJobsHistoryLimit": 1, "jobTemplate": {"spec": {"template": work("1")}}},
                ),
                60,
            ),
            Step(patch(CRONJOBS, "tick", {"spec": {"jobTemplate": {"metadata": {"labels": {"round": "second"}}}}}), 70),
            Step(patch(CRONJOBS, "tick", {"spec": {"suspend": True}}), 10),
        )
    ),
    "a Service finds its pods": Script(
        (
            Step(create(SERVICES, "web", SERVICE), 1),
            Step(create(DEPLOYMENTS, "web", workload(3)), 8),
            Step(create(DEPLOYMENTS, "api", workload(2, "api")), 5),
            Step(patch(SERVICES, "web", {"spec": {"selector": {"app": "api"}}}), 5),
            Step(patch(DEPLOYMENTS, "api", {"spec": {"replicas": 1}}), 5),
            Step(
                create(kind_named("PodDisruptionBudget"), "web", {"minAvailable": "50%", "selector": {"matchLabels": {"app": "web"}}}), 3
            ),
            Step(patch(DEPLOYMENTS, "web", {"spec": {"replicas": 5}}), 8),
            Step(patch(SERVICES, "web", {"spec": {"selector": {"app": "web"}}}), 2),
        )
    ),
    "things are deleted in every way": Script(
        (
            Step(create(DEPLOYMENTS, "front", workload(2, "front")), 5),
            Step(create(DEPLOYMENTS, "back", workload(2, "back")), 5),
            Step(create(DEPLOYMENTS, "left", workload(2, "left")), 8),
            Step(delete(DEPLOYMENTS, "front", "Foreground"), 3),
            Step(delete(DEPLOYMENTS, "back", "Background"), 3),
            Step(delete(DEPLOYMENTS, "left", "Orphan"), 5),
            Step(create(NAMESPACES, "team", {}), 2),
            Step(create(DEPLOYMENTS, "web", workload(2), namespace="team"), 6),
            Step(delete(NAMESPACES, "team"), 30),
        )
    ),
    "a node falls silent and comes back": Script(
        (
            Step(create(DEPLOYMENTS, "web", workload(4, template=template(tolerations=BRIEF))), 10),
            Step(switch("n2", "stop"), 90),
            Step(switch("n2", "start"), 40),
            Step(patch(NODES, "n3", {"spec": {"unschedulable": True}}), 2),
        )
    ),
    "quotas and budgets count": Script(
        (
            Step(create(kind_named("ResourceQuota"), "few", {"hard": {"pods": "3", "requests.cpu": "1"}}), 2),
            Step(create(DEPLOYMENTS, "web", workload(5)), 10),
            Step(patch(kind_named("ResourceQuota"), "few", {"spec": {"hard": {"pods": "4"}}}), 3),
            Step(patch(DEPLOYMENTS, "web", {"spec": {"replicas": 2}}), 20),
        )
    ),
    "two namespaces hold the same names and selectors": Script(
        (
            Step(create(NAMESPACES, "team", {}), 1),
            *(
                Step(create(kind, name, spec, namespace=namespace), 0.5)
                for namespace, replicas in (("default", 3), ("team", 2))
                for kind, name, spec in (
                    (SERVICES, "web", SERVICE),
                    (kind_named("PodDisruptionBudget"), "web", BUDGET),
                    (DEPLOYMENTS, "web", workload(replicas)),
                    (STATEFULSETS, "db", workload(replicas - 1, "db", serviceName="db")),
                )
            ),
            Step(create(PODS, "stray", template()["spec"], namespace="team", metadata={**STRAY, "namespace": "team"}), 1),
            Step(create(REPLICASETS, "rs", workload(1, "rs")), 8),
            Step(patch(DEPLOYMENTS, "web", {"spec": {"replicas": 1}}, namespace="team"), 5),
            Step(patch(SERVICES, "web", {"spec": {"selector": {"app": "db"}}}, namespace="team"), 1),
        )
    ),
}  # fmt: skip
