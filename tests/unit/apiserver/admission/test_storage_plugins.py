"""Plugins about claims, volumes and default classes."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES
from cluster.machinery.kinds.networking import INGRESSCLASSES, INGRESSES
from cluster.machinery.kinds.storage import STORAGECLASSES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig

DEFAULT = "storageclass.kubernetes.io/is-default-class"


def _class(name: str, *, is_default: bool = False, grows: bool = False) -> Obj:
    annotations = {DEFAULT: "true"} if is_default else {}
    return {"metadata": {"name": name, "annotations": annotations}, "provisioner": "a/b", "allowVolumeExpansion": grows}


def _claim(size: str = "1Gi", **spec: object) -> Obj:
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}, **spec}
    return {"metadata": {"name": "data", "namespace": "default"}, "spec": wanted}


def test_volumes_and_claims_are_held_by_their_finalizers() -> None:
    rig = Rig("default")
    claim = rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim())
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/x"}}
    volume = rig.admin.create(PERSISTENTVOLUMES, {"metadata": {"name": "v"}, "spec": spec})
    found = [obj["metadata"]["finalizers"] for obj in (claim, volume)]
    assert found == [["kubernetes.io/pvc-protection"], ["kubernetes.io/pv-protection"]]


_CLASSES = [
    pytest.param([_class("slow")], {}, None, id="no class is the default"),
    pytest.param([_class("fast", is_default=True), _class("slow")], {}, "fast", id="one is"),
    pytest.param([_class("b", is_default=True), _class("a", is_default=True)], {}, "a", id="two of one age: the first by name"),
    pytest.param([_class("fast", is_default=True)], {"storageClassName": ""}, "", id="a claim that wants no class"),
]


@pytest.mark.parametrize(("classes", "spec", "name"), _CLASSES)
def test_a_claim_without_a_class_gets_the_default_one(classes: list[Obj], spec: Obj, name: str | None) -> None:
    rig = Rig("default")
    for each in classes:
        rig.admin.create(STORAGECLASSES, each)
    assert rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim(**spec))["spec"].get("storageClassName") == name


def test_an_ingress_without_a_class_gets_the_default_one() -> None:
    rig = Rig("default")
    annotations = {"ingressclass.kubernetes.io/is-default-class": "true"}
    rig.admin.create(INGRESSCLASSES, {"metadata": {"name": "web", "annotations": annotations}, "spec": {"controller": "a.b/c"}})
    backend = {"service": {"name": "s", "port": {"number": 80}}}
    ingress = rig.admin.create(INGRESSES, {"metadata": {"name": "i", "namespace": "default"}, "spec": {"defaultBackend": backend}})
    assert ingress["spec"]["ingressClassName"] == "web"


_ONLY_DYNAMIC = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
_RESIZED = [
    pytest.param(False, f'persistentvolumeclaims "data" is forbidden: {_ONLY_DYNAMIC}', id="a class whose volumes stay as they are"),
    pytest.param(True, "2Gi", id="a class whose volumes grow"),
]


@pytest.mark.parametrize(("grows", "outcome"), _RESIZED)
def test_a_claim_grows_when_its_class_lets_it(grows: bool, outcome: str) -> None:
    rig = Rig("default")
    rig.admin.create(STORAGECLASSES, _class("c", grows=grows))
    claim = rig.admin.create(PERSISTENTVOLUMECLAIMS, _claim(storageClassName="c"))
    claim = rig.admin.update_status(PERSISTENTVOLUMECLAIMS, {**claim, "status": {"phase": "Bound"}})
    larger = {**claim, "spec": {**claim["spec"], "resources": {"requests": {"storage": "2Gi"}}}}
    try:
        found = rig.admin.update(PERSISTENTVOLUMECLAIMS, larger)["spec"]["resources"]["requests"]["storage"]
    except ApiError as error:
        found = error.message
    assert found == outcome
