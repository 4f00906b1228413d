"""Who writes an annotation of the simulation that nothing can follow hears of it."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import Credentials, PatchType, Request
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import ADMIN, Rig, pod

EXIT_CODE = 'annotations[simulation.podium/exit-code]: Invalid value: "zig": must be a whole number from 0 to 255'
STOPPED = 'metadata.annotations[simulation.podium/stopped]: Invalid value: "yes": must be true or false'
IGNORED = "followed as if it were not there"
STEERED: Obj = {"annotations": {"simulation.podium/exit-code": "zig"}}


def deployment(of_its_own: Obj, of_its_pods: Obj) -> Obj:
    """``web``, with metadata of its own and of its template."""
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels, **of_its_pods}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    spec = {"selector": {"matchLabels": labels}, "template": template}
    return {"metadata": {"name": "web", "namespace": "default", **of_its_own}, "spec": spec}


CREATED: dict[str, tuple[Kind, Obj, list[str]]] = {
    "a pod": (PODS, {**pod("web"), "metadata": {"name": "web", "namespace": "default", **STEERED}}, [f"metadata.{EXIT_CODE}; {IGNORED}"]),
    "a template": (DEPLOYMENTS, deployment({}, STEERED), [f"spec.template.metadata.{EXIT_CODE}; {IGNORED}"]),
    "a workload instead of its template": (
        DEPLOYMENTS,
        deployment(STEERED, {}),
        [
            "metadata.annotations[simulation.podium/exit-code]: no Deployment follows it, only a Pod does; "
            "put it into spec.template.metadata.annotations"
        ],
    ),
    "a node": (NODES, {"metadata": {"name": "n1", "annotations": {"simulation.podium/stopped": "yes"}}}, [f"{STOPPED}; {IGNORED}"]),
    "a node that is well": (NODES, {"metadata": {"name": "n1", "annotations": {"simulation.podium/stopped": "true"}}}, []),
}


def request(verb: str, kind: Kind, body: Obj, name: str = "") -> Request:
    namespace = "default" if kind.namespaced else ""
    return Request(verb, kind, "client", Credentials(component=ADMIN), namespace, name, body=body, patch_type=PatchType.MERGE)


@pytest.mark.parametrize(("kind", "obj", "warnings"), CREATED.values(), ids=CREATED.keys())
def test_warnings_on_creation(kind: Kind, obj: Obj, warnings: list[str]) -> None:
    assert list(Rig().handler.serve(request("create", kind, obj)).warnings) == warnings


PATCHES: dict[str, tuple[Obj, list[str]]] = {
    "of the annotation": ({"metadata": {"annotations": {"simulation.podium/stopped": "yes"}}}, [f"{STOPPED}; {IGNORED}"]),
    "of something else": ({"spec": {"unschedulable": True}}, []),
    "that takes it away": ({"metadata": {"annotations": {"simulation.podium/stopped": None}}}, []),
}


@pytest.mark.parametrize(("patch", "warnings"), PATCHES.values(), ids=PATCHES.keys())
def test_warnings_on_a_change(patch: Obj, warnings: list[str]) -> None:
    rig = Rig()
    rig.admin.create(NODES, {"metadata": {"name": "n1", "annotations": {"simulation.podium/stopped": "no"}}})
    assert list(rig.handler.serve(request("patch", NODES, patch, "n1")).warnings) == warnings
