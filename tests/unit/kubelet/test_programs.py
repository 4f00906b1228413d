"""What programs in containers see of what their kubelet has prepared, and what it sees of them."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.core import CONFIGMAPS, PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import pod
from tests.unit.kubelet.cluster_room import ClusterRoom

SECRETS = "/var/run/secrets/kubernetes.io/serviceaccount"


def shell(script: str, **fields: object) -> Obj:
    obj = pod("web", node="n1", image="busybox", restartPolicy="Never", **fields)
    obj["spec"]["containers"][0] |= {
        "command": ["sh", "-c", script],
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "env": [{"name": "COLOR", "valueFrom": {"configMapKeyRef": {"name": "app", "key": "color"}}}],
        "volumeMounts": [{"name": "v", "mountPath": "/v"}, {"name": "e", "mountPath": "/e"}],
    }
    obj["spec"]["volumes"] = [{"name": "v", "configMap": {"name": "app"}}, {"name": "e", "emptyDir": {}}]
    return obj


def last_words(script: str, **fields: object) -> str:
    """Return what a script leaves as its termination message."""
    room = ClusterRoom("n1")
    room.admin.create(CONFIGMAPS, {"metadata": {"name": "app", "namespace": "default"}, "data": {"color": "blue"}})
    room.admin.create(PODS, shell(script, **fields))
    room.run(10)
    ended = room.admin.get(PODS, "web", "default")["status"]["containerStatuses"][0]["state"]["terminated"]
    return str(ended.get("message", ""))


SCRIPTS = {
    "a variable of a ConfigMap": ("echo $COLOR; exit 1", "blue\n"),
    "a file of a ConfigMap": ("cat /v/color; exit 1", "blue\n"),
    "a file of its own in an emptyDir": ("echo 1 > /e/a; cat /e/a; exit 1", "1\n"),
    "its namespace beside its token": (f"cat {SECRETS}/namespace; exit 1", "default\n"),
    "a message that it writes itself": ("echo bye > /dev/termination-log; echo noise; exit 1", "bye\n"),
    "a log is no message of a success": ("echo noise; exit 0", ""),
    "its hostname": ("hostname; exit 1", "web\n"),
}


@pytest.mark.parametrize(("script", "expected"), SCRIPTS.values(), ids=SCRIPTS.keys())
def test_what_a_program_sees(script: str, expected: str) -> None:
    assert last_words(script) == expected


def test_a_token_is_read_like_any_file() -> None:
    assert last_words(f"cat {SECRETS}/token; exit 1").count(".") == 2


def test_a_probe_by_a_command_follows_a_file() -> None:
    room = ClusterRoom("n1")
    obj = pod("web", node="n1", image="busybox")
    probe = {"exec": {"command": ["cat", "/tmp/healthy"]}, "periodSeconds": 2, "failureThreshold": 1}
    obj["spec"]["containers"][0] |= {
        "command": ["sh", "-c", "touch /tmp/healthy; sleep 6; rm /tmp/healthy; sleep 600"],
        "livenessProbe": probe,
        "terminationMessagePath": "/dev/termination-log",
    }
    obj["spec"]["terminationGracePeriodSeconds"] = 1
    room.admin.create(PODS, obj)
    found = []
    for seconds in (6, 8):
        room.run(seconds)
        found.append(room.admin.get(PODS, "web", "default")["status"]["containerStatuses"][0]["restartCount"])
    assert found == [0, 1]
    told = next(text for text in room.events("web") if "Unhealthy" in text)
    assert told.startswith("Warning Unhealthy: Liveness probe failed: cat: ")
