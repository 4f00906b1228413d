"""The Service of the API server: made, and put right within ten seconds when somebody touches it."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import ENDPOINTS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.runner.kubernetes_service import LANE, NAME, NAMESPACE, SECONDS, KubernetesService
from tests.unit.apiserver.rig import Rig

ADDRESS = "192.168.0.10"


@pytest.fixture
def rig() -> Rig:
    """A cluster with the Service."""
    made = Rig()
    KubernetesService(made.store, made.client(LANE), made.engine, ADDRESS).start()
    return made


def _parts(rig: Rig) -> list[Obj]:
    parts = [rig.admin.get(kind, NAME, NAMESPACE) for kind in (SERVICES, ENDPOINTS, ENDPOINTSLICES)]
    return [{field: part[field] for field in ("spec", "subsets", "endpoints", "ports") if field in part} for part in parts]


def test_it_is_where_everybody_looks_for_it(rig: Rig) -> None:
    port = {"name": "https", "port": 6443, "protocol": "TCP"}
    assert _parts(rig)[1:] == [
        {"subsets": [{"addresses": [{"ip": ADDRESS}], "ports": [port]}]},
        {"endpoints": [{"addresses": [ADDRESS], "conditions": {"ready": True}}], "ports": [port]},
    ]


CHANGES: dict[str, tuple[Kind, Obj]] = {
    "other ports": (SERVICES, {"spec": {"ports": [{"name": "https", "port": 444, "protocol": "TCP", "targetPort": 6443}]}}),
    "another address behind it": (ENDPOINTS, {"subsets": [{"addresses": [{"ip": "10.0.0.1"}]}]}),
    "nothing in its slice": (ENDPOINTSLICES, {"endpoints": []}),
}


@pytest.mark.parametrize(("kind", "change"), CHANGES.values(), ids=CHANGES.keys())
def test_a_change_is_put_right(kind: Kind, change: Obj, rig: Rig) -> None:
    before = _parts(rig)
    current = rig.admin.get(kind, NAME, NAMESPACE)
    rig.admin.update(kind, {**current, **change, **({"spec": {**current["spec"], **change["spec"]}} if "spec" in change else {})})
    changed = _parts(rig)
    rig.run(SECONDS)
    assert (changed != before, _parts(rig)) == (True, before)


def test_what_is_deleted_comes_back(rig: Rig) -> None:
    rig.admin.delete(SERVICES, NAME, NAMESPACE)
    rig.run(SECONDS)
    assert _parts(rig)[0]["spec"]["clusterIP"] == "10.96.0.1"


def test_it_waits_until_its_address_is_free(rig: Rig) -> None:
    rig.admin.delete(SERVICES, NAME, NAMESPACE)
    thief = {"metadata": {"name": "thief", "namespace": NAMESPACE}, "spec": {"clusterIP": "10.96.0.1", "ports": [{"port": 80}]}}
    rig.admin.create(SERVICES, thief)
    rig.run(SECONDS)
    with pytest.raises(ApiError, match="not found"):
        rig.admin.get(SERVICES, NAME, NAMESPACE)
    rig.admin.delete(SERVICES, "thief", NAMESPACE)
    rig.run(SECONDS)
    assert _parts(rig)[0]["spec"]["clusterIP"] == "10.96.0.1"
