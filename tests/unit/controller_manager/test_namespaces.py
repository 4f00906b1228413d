"""Namespaces: their default ServiceAccount, and how they end."""

from __future__ import annotations

import pytest

from cluster.controller_manager.namespace.conditions import Remains, deletion_conditions
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import CONFIGMAPS, NAMESPACES, PODS, SERVICEACCOUNTS
from cluster.machinery.meta import Obj, parse_timestamp
from tests.unit.apiserver.rig import pod
from tests.unit.controller_manager.cluster_rig import ControlledRig, deployment

NOW = parse_timestamp("2026-01-01T00:00:00Z")


def shop(obj: Obj) -> Obj:
    """Return an object in the namespace ``shop``."""
    return obj | {"metadata": obj["metadata"] | {"namespace": "shop"}}


def rig_with_shop() -> ControlledRig:
    rig = ControlledRig()
    rig.admin.create(NAMESPACES, {"metadata": {"name": "shop"}})
    rig.run()
    return rig


def is_gone(rig: ControlledRig) -> bool:
    try:
        rig.admin.get(NAMESPACES, "shop")
    except ApiError as refusal:
        return refusal.code == 404
    return False


def test_a_new_namespace_gets_its_service_account_and_gets_it_again() -> None:
    rig = rig_with_shop()
    first = rig.admin.get(SERVICEACCOUNTS, "default", "shop")["metadata"]["uid"]
    rig.admin.delete(SERVICEACCOUNTS, "default", "shop")
    rig.run()
    assert rig.admin.get(SERVICEACCOUNTS, "default", "shop")["metadata"]["uid"] != first


def test_a_deleted_namespace_takes_everything_with_it() -> None:
    rig = rig_with_shop()
    rig.admin.create(CONFIGMAPS, shop({"metadata": {"name": "c"}}))
    rig.admin.create(DEPLOYMENTS, shop(deployment(2)))
    rig.run()
    rig.admin.delete(NAMESPACES, "shop")
    rig.run(4)
    assert not is_gone(rig)
    rig.run(30)
    assert (is_gone(rig), rig.admin.list(CONFIGMAPS, "shop"), rig.admin.list(PODS, "shop"), rig.admin.list(SERVICEACCOUNTS, "shop")) == (
        True,
        [],
        [],
        [],
    )


def test_a_namespace_says_what_holds_it() -> None:
    rig = rig_with_shop()
    held = shop(pod("web"))
    held["metadata"]["finalizers"] = ["example.com/hold"]
    rig.admin.create(PODS, held)
    rig.admin.create(CONFIGMAPS, shop({"metadata": {"name": "c"}}))
    rig.admin.delete(NAMESPACES, "shop")
    rig.run(10)
    conditions = {c["type"]: (c["status"], c["message"]) for c in rig.admin.get(NAMESPACES, "shop")["status"]["conditions"]}
    assert conditions["NamespaceContentRemaining"] == ("True", "Some resources are remaining: pods. has 1 resource instances")
    assert conditions["NamespaceFinalizersRemaining"] == (
        "True",
        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances",
    )
    assert [c["metadata"]["name"] for c in rig.admin.list(CONFIGMAPS, "shop")] == ["c"]
    fresh = rig.admin.get(PODS, "web", "shop")
    fresh["metadata"]["finalizers"] = []
    rig.admin.update(PODS, fresh)
    rig.run(60)
    assert is_gone(rig)


WELL = {
    "NamespaceDeletionDiscoveryFailure": ("False", "ResourcesDiscovered"),
    "NamespaceDeletionGroupVersionParsingFailure": ("False", "ParsedGroupVersions"),
    "NamespaceDeletionContentFailure": ("False", "ContentDeleted"),
    "NamespaceContentRemaining": ("False", "ContentRemoved"),
    "NamespaceFinalizersRemaining": ("False", "ContentHasNoFinalizers"),
}


@pytest.mark.parametrize(
    ("remains", "changed"),
    [
        (Remains(), {}),
        (Remains({"pods.": 2}), {"NamespaceContentRemaining": ("True", "SomeResourcesRemain")}),
        (Remains(failures=["no"]), {"NamespaceDeletionContentFailure": ("True", "ContentDeletionFailed")}),
        (Remains(finalizers={"f": 1}), {"NamespaceFinalizersRemaining": ("True", "SomeFinalizersRemain")}),
    ],
    ids=["nothing is left", "pods are left", "something could not be deleted", "a finalizer is left"],
)
def test_deletion_conditions(remains: Remains, changed: dict[str, tuple[str, str]]) -> None:
    conditions = deletion_conditions([], remains, NOW)
    assert {c["type"]: (c["status"], c["reason"]) for c in conditions} == WELL | changed
    assert deletion_conditions(conditions, remains, parse_timestamp("2026-01-01T01:00:00Z")) == conditions
