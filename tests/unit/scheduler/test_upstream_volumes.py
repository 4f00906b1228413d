"""The plugins that look at volumes, held against upstream's own tables."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.meta import Obj
from cluster.machinery.volumes import SELECTED_NODE, annotation, reserved_for
from cluster.scheduler.cluster_event import Hint
from cluster.scheduler.interface import Code, CycleState, StateKey, Status
from cluster.scheduler.plugins.volume_binding import Found, VolumeBinding
from cluster.scheduler.plugins.volume_zone import VolumeZone
from cluster.scheduler.pod_volumes import PodClaims, PodVolumes, find_pod_volumes, sort_claims
from tests.unit.scheduler.build import View, node_infos, pod_info
from tests.unit.scheduler.upstream import params, status_of

BINDER, BINDING = "volumebinding:binder_test/Test", "volumebinding:volume_binding_test/Test"
ZONE = "volumezone:volume_zone_test/Test"
FIND = (f"{BINDER}FindPodVolumesWithoutProvisioning/scenarios", f"{BINDER}FindPodVolumesWithProvisioning/scenarios")
WHOLE = f"{BINDING}VolumeBinding/table"
ZONES = (f"{ZONE}SingleZone/tests", f"{ZONE}MultiZone/tests", f"{ZONE}WithBinding/tests")
ASSUME = f"{BINDER}AssumePodVolumes/scenarios"
_BINDING, _ZONE = VolumeBinding(View()), VolumeZone(View())
HINTS: dict[str, Hint] = {
    f"{BINDING}IsSchedulableAfterCSIDriverChange/table": _BINDING.is_schedulable_after_csi_driver_change,
    f"{BINDING}IsSchedulableAfterCSIStorageCapacityChange/table": _BINDING.is_schedulable_after_storage_capacity_change,
    f"{BINDING}IsSchedulableAfterCSINodeChange/table": _BINDING.is_schedulable_after_csi_node_change,
    f"{BINDING}IsSchedulableAfterPersistentVolumeClaimChange/table": _BINDING.is_schedulable_after_claim_change,
    f"{BINDING}IsSchedulableAfterStorageClassChange/table": _BINDING.is_schedulable_after_storage_class_change,
    f"{ZONE}IsSchedulableAfterPersistentVolumeChange/testcases": _ZONE.is_schedulable_after_volume_change,
    f"{ZONE}IsSchedulableAfterPersistentVolumeClaimAdded/testcases": _ZONE.is_schedulable_after_claim_change,
    f"{ZONE}IsSchedulableAfterStorageClassAdded/testcases": _ZONE.is_schedulable_after_storage_class_added,
}
CHECK = f"{BINDER}CheckBindings/scenarios"
CAPACITY = f"{BINDER}Capacity/scenarios"
RAN = {*FIND, WHOLE, *ZONES, *HINTS, ASSUME, CHECK, CAPACITY}
_FREE_SPACE = "node(s) did not have enough free storage"


def _class(name: str, provisioner: str = "", *, waits: bool = True, places: tuple[str, ...] = ()) -> Obj:
    made: Obj = {"kind": "StorageClass", "metadata": {"name": name}, "provisioner": provisioner}
    made["volumeBindingMode"] = "WaitForFirstConsumer" if waits else "Immediate"
    if places:
        made["allowedTopologies"] = [{"matchLabelExpressions": [{"key": "nodeKey", "values": list(places)}]}]
    return made


_CLASSES = [
    _class("waitClass", "kubernetes.io/no-provisioner"),
    _class("immediateClass", waits=False),
    _class("waitClassWithProvisioner", "test-provisioner", places=("node1",)),
    _class("topoMismatchClass", "test-provisioner", places=("reference-value",)),
    _class("wait-sc", "kubernetes.io/no-provisioner"),
    _class("wait-hdd-sc", "kubernetes.io/no-provisioner"),
    _class("immediate-sc", waits=False),
    _class("wait-sc-with-storage-capacity", "driver-with-storage-capacity"),
]
"""The classes of upstream's fixtures."""


def _driver(name: str, *, tells_of_space: bool) -> Obj:
    return {"kind": "CSIDriver", "metadata": {"name": name}, "spec": {"storageCapacity": tells_of_space}}


def _view(volumes: list[Obj] | None, claims: list[Obj] | None, *others: Obj) -> View:
    storage = [{"kind": "PersistentVolume", **volume} for volume in volumes or ()]
    return View(storage=[*_CLASSES, *storage, *({"kind": "PersistentVolumeClaim", **claim} for claim in claims or ()), *others])


def _space(capacities: list[Obj] | None) -> list[Obj]:
    """The capacities of a case; upstream's fixtures give some the same name."""
    return [
        {"kind": "CSIStorageCapacity", **each, "metadata": {**each["metadata"], "name": f"capacity-{number}"}}
        for number, each in enumerate(capacities or ())
    ]


def _user(case: Any) -> Obj:
    """The pod of a case, or one that uses its claims."""
    if case["pod"] is not None:
        asking: Obj = case["pod"]
        return asking
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}} for claim in case["podPVCs"] or ()]
    return {"metadata": {"name": "test-pod", "namespace": "testns"}, "spec": {"volumes": volumes}}


def _find(case: Any, *others: Obj) -> PodVolumes | Status:
    """What a pod's claims get on the node ``node1``, or why it never comes to a node."""
    claims = case["podPVCs"] if case["cachePVCs"] is None else case["cachePVCs"]
    view = _view(case["pvs"], claims, *others)
    pod = pod_info(_user(case))
    refusal = VolumeBinding(view).pre_filter(CycleState(), pod, [])
    if isinstance(refusal, Status) and refusal.reasons:
        return refusal
    found = [claim for name in pod.claims if (claim := view.claim("testns", name)) is not None]
    return find_pod_volumes(sort_claims(found, view), "node1", {"nodeKey": "node1", "kubernetes.io/hostname": "node1"}, view)


@pytest.mark.parametrize(("table", "case"), params(*FIND))
def test_what_a_pods_claims_get_on_a_node(table: str, case: Any) -> None:
    found = _find(case)
    assert isinstance(found, Status) is case["shouldFail"]
    if isinstance(found, Status):
        return
    bindings = {claim["metadata"]["name"]: volume["metadata"]["name"] for claim, volume in found.bindings}
    provisions = [claim["metadata"]["name"] for claim in found.provisions]
    expected = {each["pvc"]["metadata"]["name"]: each["pv"]["metadata"]["name"] for each in case["expectedBindings"] or ()}
    made = [(each.get("PVC") or each)["metadata"]["name"] for each in case.get("expectedProvisions") or ()]
    assert (bindings, provisions, list(found.reasons)) == (expected, made, case["reasons"] or [])


@pytest.mark.parametrize(("table", "case"), [row for row in params(FIND[1]) if row.values[1]["needsCapacity"]])
def test_no_volume_is_made_where_a_driver_that_tells_of_its_space_has_told_of_none(table: str, case: Any) -> None:
    found = _find(case, _driver("test-provisioner", tells_of_space=True))
    assert isinstance(found, PodVolumes)
    assert (found.provisions, list(found.reasons)) == ((), [*(case["reasons"] or ()), _FREE_SPACE])


@pytest.mark.parametrize("tells_of_space", [True, False])
@pytest.mark.parametrize(("table", "case"), params(CAPACITY))
def test_whether_a_driver_has_space_for_a_pods_claims(table: str, case: Any, tells_of_space: bool) -> None:
    view = _view([], case["pvcs"], _driver("test-provisioner", tells_of_space=tells_of_space), *_space(case["capacities"]))
    found = find_pod_volumes(sort_claims(case["pvcs"], view), "node1", {"nodeKey": "node1"}, view)
    all_claims = [claim["metadata"]["name"] for claim in case["pvcs"]]
    if tells_of_space:
        expected = [each["PVC"]["metadata"]["name"] for each in case["expectedProvisions"] or ()], case["reasons"] or []
    else:
        expected = all_claims, []
    assert ([claim["metadata"]["name"] for claim in found.provisions], list(found.reasons)) == expected


@pytest.mark.parametrize(("table", "case"), params(WHOLE))
def test_which_nodes_reach_a_pods_volumes(table: str, case: Any) -> None:
    driver = _driver("driver-with-storage-capacity", tells_of_space=True)
    view = _view(case["pvs"], case["pvcs"], driver, *_space(case["capacities"]))
    plugin, state, pod = VolumeBinding(view), CycleState(), pod_info(case["pod"])
    nodes = node_infos(case["nodes"])
    before = plugin.pre_filter(state, pod, nodes)
    assert before == status_of(case["wantPreFilterStatus"])
    if before is None:
        found = [plugin.filter(state, pod, node) for node in nodes]
        assert found == [status_of(wanted) for wanted in case["wantFilterStatus"]]


@pytest.mark.parametrize(("table", "case"), params(ASSUME))
def test_what_is_kept_for_a_pod(table: str, case: Any) -> None:
    if case["shouldFail"]:
        pytest.skip("a version that the cache refuses: what is assumed here comes from the cache")
    kept = [reserved_for(each["pv"], each["pvc"]) for each in case["bindings"] or ()]
    assert kept == [each["pv"] for each in case["expectedBindings"] or ()]
    wanted = {annotation(each["PVC"], SELECTED_NODE) for each in case["expectedProvisionings"] or ()}
    assert wanted <= {"node1"}


_BETA, _GA = "failure-domain.beta.kubernetes.io/", "topology.kubernetes.io/"
_ZONED: dict[str, dict[str, str]] = {
    "Vol_1": {f"{_BETA}zone": "us-west1-a"},
    "Vol_2": {f"{_BETA}region": "us-west1"},
    "Vol_Stable_1": {f"{_GA}zone": "us-west1-a"},
    "Vol_Stable_2": {f"{_GA}region": "us-west1"},
    "Vol_Stable_3": {f"{_GA}zone": "us-west1-a", f"{_GA}region": "us-west1"},
}
_MANY_ZONES = {"Vol_3": {f"{_BETA}zone": "us-west1-c__us-west1-a"}, "Vol_Stable_2": {f"{_GA}zone": "us-west1-c__us-west1-a"}}
_UNBOUND = {"PVC_EmptySC": "", "PVC_NoSC": "Class_0", "PVC_WaitSC": "Class_Wait", "PVC_ImmediateSC": "Class_Immediate"}
"""The volumes and claims of upstream's fixtures, which are Go code."""


def _zone_view(table: str) -> View:
    labels = _ZONED | (_MANY_ZONES if "MultiZone" in table else {})
    bound = {name.replace("Vol", "PVC"): {"volumeName": name} for name in labels}
    claims = bound | {name: {"storageClassName": class_name} for name, class_name in _UNBOUND.items()}
    return View(
        storage=[
            *({"kind": "PersistentVolume", "metadata": {"name": name, "labels": each}, "spec": {}} for name, each in labels.items()),
            *(
                {"kind": "PersistentVolumeClaim", "metadata": {"name": name, "namespace": "default"}, "spec": spec}
                for name, spec in claims.items()
            ),
            _class("Class_Wait"),
            {"kind": "StorageClass", "metadata": {"name": "Class_Immediate"}},
        ]
    )


def _singular(wanted: Any) -> Any:
    """Upstream's test lists classes with a lister of its own, which names what it misses in the plural."""
    reasons = (wanted or {}).get("reasons")
    return {**wanted, "reasons": [reason.replace("storageclasses.", "storageclass.") for reason in reasons]} if reasons else wanted


@pytest.mark.parametrize(("table", "case"), params(*ZONES))
def test_a_pod_goes_to_the_zone_of_its_volumes(table: str, case: Any) -> None:
    plugin, state, pod = VolumeZone(_zone_view(table)), CycleState(), pod_info(case["Pod"])
    nodes = node_infos([case["Node"]])
    before = plugin.pre_filter(state, pod, nodes)
    assert before == status_of(_singular(case["wantPreFilterStatus"]))
    if not isinstance(before, Status):
        assert plugin.filter(state, pod, nodes[0]) == status_of(case["wantFilterStatus"])


def _pair(case: Any) -> tuple[Any, Any]:
    old = next(key for key in case if key.startswith("old"))
    return case[old], case["new" + old.removeprefix("old")]


@pytest.mark.parametrize(("table", "case"), params(*HINTS))
def test_which_change_of_storage_may_help(table: str, case: Any) -> None:
    old, new = _pair(case)
    if case.get("err") or case.get("wantErr") or case.get("expectedErr"):
        pytest.skip("objects of a wrong type do not come here")
    asking = case.get("pod") or {"metadata": {}, "spec": {}}
    wanted = case["expect"] if "expect" in case else case["expectedHint"]
    assert HINTS[table](pod_info(asking), old, new) is (wanted == 1)


@pytest.mark.parametrize(("table", "case"), params(CHECK))
def test_whether_a_pods_volumes_are_bound(table: str, case: Any) -> None:
    if case["bindings"] is None or case["provisionedPVCs"] is None:
        pytest.skip("upstream's cache has lost what it found, which is kept with the pod here")
    newest = {each["metadata"]["name"]: each for each in (*(case["initPVs"] or ()), *(case["apiPVs"] or ()))}
    claims = {each["metadata"]["name"]: each for each in (*(case["initPVCs"] or ()), *(case["apiPVCs"] or ()))}
    view = _view([] if case["deletePVs"] else list(newest.values()), [] if case["deletePVCs"] else list(claims.values()))
    found = Found(PodClaims())
    bindings = tuple((each["pvc"], each["pv"]) for each in case["bindings"])
    found.by_node["node1"] = PodVolumes(bindings, tuple(each.get("PVC", each) for each in case["provisionedPVCs"]))
    state = CycleState()
    key: StateKey[Found] = StateKey("VolumeBinding")
    state.write(key, found)
    status = VolumeBinding(view).pre_bind(state, pod_info({"metadata": {}, "spec": {}}), "node1", 1.0)
    assert (status is None, status is not None and status.code is Code.ERROR) == (case["expectedBound"], case["shouldFail"])
