"""Kubelets that are lost at any moment: what pods come to is the same."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.core import CONFIGMAPS, PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import pod
from tests.unit.kubelet.cluster_room import ClusterRoom
from tests.unit.kubelet.fake_network import FakeNetwork

PROBE = {"httpGet": {"port": 80}, "periodSeconds": 2}


def pods() -> list[Obj]:
    """One of each kind of life."""
    probed = pod("probed", node="n1")
    probed["spec"]["containers"][0] |= {"readinessProbe": PROBE, "livenessProbe": PROBE, "startupProbe": PROBE}
    sidecar = pod("sidecar", node="n1", initContainers=[{"name": "s", "image": "nginx", "restartPolicy": "Always", "startupProbe": PROBE}])
    job = pod("job", node="n1", image="busybox", restartPolicy="OnFailure")
    job["spec"]["containers"][0]["command"] = ["sh", "-c", "sleep 3"]
    failing = pod("failing", node="n1", image="busybox", restartPolicy="Never")
    failing["spec"]["containers"][0]["command"] = ["sh", "-c", "sleep 1; exit 2"]
    mounted = pod("mounted", node="n1", volumes=[{"name": "v", "configMap": {"name": "app"}}])
    mounted["spec"]["containers"][0] |= {"volumeMounts": [{"name": "v", "mountPath": "/v"}], "envFrom": [{"configMapRef": {"name": "app"}}]}
    hooked = pod("hooked", node="n1")
    hooked["spec"]["containers"][0]["lifecycle"] = {"postStart": {"sleep": {"seconds": 2}}, "preStop": {"sleep": {"seconds": 2}}}
    return [probed, sidecar, job, failing, mounted, hooked]


def outcome(after: float | None) -> dict[str, tuple[str, list[tuple[bool, int]]]]:
    """Return phase, readiness and restarts of every pod a minute on; ``after``: seconds until the kubelet is lost (None: never)."""
    room = ClusterRoom("n1", network=FakeNetwork())
    room.admin.create(CONFIGMAPS, {"metadata": {"name": "app", "namespace": "default"}, "data": {"color": "blue"}})
    for obj in pods():
        room.admin.create(PODS, obj)
    room.admin.create(PODS, pod("deleted", node="n1"))
    room.run(4)
    room.admin.delete(PODS, "deleted", "default")
    if after is not None:
        room.run(after)
        room.restart()
    room.run(60)
    found = {}
    for each in room.admin.list(PODS):
        status = each["status"]
        containers = (*(status.get("initContainerStatuses") or ()), *status["containerStatuses"])
        found[each["metadata"]["name"]] = (status["phase"], [(c["ready"], c["restartCount"]) for c in containers])
    return found


UNDISTURBED = {
    "probed": ("Running", [(True, 0)]),
    "sidecar": ("Running", [(True, 0), (True, 0)]),
    "job": ("Succeeded", [(False, 0)]),
    "failing": ("Failed", [(False, 0)]),
    "mounted": ("Running", [(True, 0)]),
    "hooked": ("Running", [(True, 0)]),
}


@pytest.mark.parametrize("after", [None, *(step * 0.7 for step in range(12))])
def test_what_pods_come_to(after: float | None) -> None:
    assert outcome(after) == UNDISTURBED
