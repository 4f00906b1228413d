"""StatefulSets: the order of their pods, who they are, their claims, their revisions and their status."""

from __future__ import annotations

import orjson
import pytest

from cluster.controller_manager.history.revisions import hash_of
from cluster.controller_manager.statefulset.retention import is_up_to_date, owners_for
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS, STATEFULSETS
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.meta import Obj
from tests.shared import shared_path
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig, deployment

CLAIM = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}


def stateful_set(replicas: int = 3, **spec: object) -> Obj:
    meta = {"name": "db", "namespace": NAMESPACE}
    return deployment(replicas, serviceName="db", **spec) | {"kind": "StatefulSet", "metadata": meta}


def recorded() -> list[tuple[str, Obj, str]]:
    """Return every recorded revision of a StatefulSet: scenario, data, hash."""
    scenarios = orjson.loads(shared_path("golden", "golden", "public", "scenarios.json").read_bytes())
    return [
        (f"{name} {alias}", one["data"], scenario["hash_values"][alias]["value"])
        for name, scenario in scenarios.items()
        for one in scenario["final"].get("controllerrevisions") or ()
        if (alias := one["metadata"]["labels"].get("controller.kubernetes.io/hash"))
    ]


@pytest.mark.parametrize(("data", "value"), [case[1:] for case in recorded()], ids=[case[0] for case in recorded()])
def test_recorded_hash(data: Obj, value: str) -> None:
    assert hash_of(data, 0) == value


class Sets(ControlledRig):
    """A control plane with one StatefulSet."""

    def __init__(self, **spec: object) -> None:
        super().__init__()
        self.admin.create(STATEFULSETS, stateful_set(**spec))  # type: ignore[arg-type]
        self.run()

    @property
    def names(self) -> list[str]:
        return [pod["metadata"]["name"] for pod in self.pods()]

    @property
    def images(self) -> dict[str, str]:
        return {pod["metadata"]["name"]: pod["spec"]["containers"][0]["image"] for pod in self.pods()}

    @property
    def claims(self) -> dict[str, list[str]]:
        """Kinds of the owners by name of claim."""
        claims = self.admin.list(PERSISTENTVOLUMECLAIMS, NAMESPACE)
        return {one["metadata"]["name"]: [ref["kind"] for ref in one["metadata"].get("ownerReferences") or ()] for one in claims}

    def change(self, **spec: object) -> None:
        owner = self.admin.get(STATEFULSETS, "db", NAMESPACE)
        owner["spec"] |= spec
        self.admin.update(STATEFULSETS, owner)
        self.run()

    def set_image(self, image: str) -> None:
        template = self.admin.get(STATEFULSETS, "db", NAMESPACE)["spec"]["template"]
        template["spec"]["containers"][0]["image"] = image
        self.change(template=template)

    def status(self) -> Obj:
        """The status, revisions by their number."""
        status: Obj = self.admin.get(STATEFULSETS, "db", NAMESPACE)["status"]
        numbers = {one["metadata"]["name"]: one["revision"] for one in self.admin.list(CONTROLLERREVISIONS, NAMESPACE)}
        return status | {name: numbers[status[name]] for name in ("currentRevision", "updateRevision")}


def test_pods_come_one_after_the_other() -> None:
    rig = Sets()
    seen = [rig.names]
    for _ in range(2):
        rig.make_ready()
        seen.append(rig.names)
    assert seen == [["db-0"], ["db-0", "db-1"], ["db-0", "db-1", "db-2"]]


def test_parallel_pods_come_at_once() -> None:
    assert Sets(podManagementPolicy="Parallel").names == ["db-0", "db-1", "db-2"]


def test_a_pod_has_its_name_its_place_and_its_revision() -> None:
    rig = Sets(replicas=1, ordinals={"start": 5})
    meta, spec = rig.pods()[0]["metadata"], rig.pods()[0]["spec"]
    revision = rig.admin.get(STATEFULSETS, "db", NAMESPACE)["status"]["updateRevision"]
    labels = {"app": "web", "statefulset.kubernetes.io/pod-name": "db-5", "apps.kubernetes.io/pod-index": "5"}
    expected = ("db-5", labels | {"controller-revision-hash": revision}, "db-5", "db")
    assert (meta["name"], meta["labels"], spec["hostname"], spec["subdomain"]) == expected


def test_the_highest_ordinal_goes_first() -> None:
    rig = Sets()
    rig.settle(5)
    rig.change(replicas=1)
    rig.settle(3)
    expected = [f"Delete Pod db-{ordinal} in StatefulSet db successful" for ordinal in (2, 1)]
    assert (rig.names, rig.messages("SuccessfulDelete")) == (["db-0"], expected)


PARTITIONED: Obj = {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}
ROLLOUTS = [
    ("a rolling update replaces all, the last pod first", {}, {"db-0": "new", "db-1": "new", "db-2": "new"}, 2, 3, 3),
    ("one with a partition stops there", PARTITIONED, {"db-0": "nginx:1.25", "db-1": "nginx:1.25", "db-2": "new"}, 1, 2, 1),
    ("on delete nothing is replaced", {"type": "OnDelete"}, dict.fromkeys(("db-0", "db-1", "db-2"), "nginx:1.25"), 1, 3, None),
]


@pytest.mark.parametrize(
    ("strategy", "images", "current", "old", "updated"), [case[1:] for case in ROLLOUTS], ids=[case[0] for case in ROLLOUTS]
)
def test_rollout(strategy: Obj, images: dict[str, str], current: int, old: int, updated: int | None) -> None:
    rig = Sets(**({"updateStrategy": strategy} if strategy else {}))
    rig.settle(5)
    rig.set_image("new")
    rig.settle(10)
    counts = {
        "replicas": 3,
        "readyReplicas": 3,
        "availableReplicas": 3,
        "currentReplicas": old,
        "collisionCount": 0,
        "observedGeneration": 2,
    }
    status = counts | {"currentRevision": current, "updateRevision": 2} | ({"updatedReplicas": updated} if updated else {})
    assert (rig.images, rig.status()) == (images, status)


@pytest.mark.parametrize(
    ("policy", "image"),
    [
        pytest.param("OrderedReady", "broken", id="in order, the pod that never got ready is waited for"),
        pytest.param("Parallel", "mended", id="all at once, it is replaced"),
    ],
)
def test_a_rollout_that_is_stuck_and_gets_another_template(policy: str, image: str) -> None:
    rig = Sets(podManagementPolicy=policy)
    rig.settle(5)
    old = rig.images["db-0"]
    rig.set_image("broken")
    rig.set_image("mended")
    rig.run(5)
    stuck = rig.images
    rig.admin.delete(PODS, "db-2", NAMESPACE)
    rig.run(5)
    assert (stuck, rig.images["db-2"]) == ({"db-0": old, "db-1": old, "db-2": image}, "mended")


def test_an_old_template_becomes_the_newest_revision_again() -> None:
    rig = Sets(replicas=1)
    rig.settle(2)
    for image in ("new", "nginx:1.25"):
        rig.set_image(image)
        rig.settle(5)
    revisions = rig.admin.list(CONTROLLERREVISIONS, NAMESPACE)
    numbers = {one["data"]["spec"]["template"]["spec"]["containers"][0]["image"]: one["revision"] for one in revisions}
    assert numbers == {"nginx:1.25": 3, "new": 2}


def test_no_more_revisions_are_kept_than_asked_for() -> None:
    rig = Sets(replicas=1, revisionHistoryLimit=1)
    for image in ("two", "three", "four"):
        rig.settle(5)
        rig.set_image(image)
    rig.settle(5)
    assert sorted(one["revision"] for one in rig.admin.list(CONTROLLERREVISIONS, NAMESPACE)) == [3, 4]


def test_each_pod_has_its_claim() -> None:
    rig = Sets(replicas=2, podManagementPolicy="Parallel", volumeClaimTemplates=[CLAIM])
    told = [message for name in ("db-0", "db-1") for message in claim_and_pod(name)]
    assert (rig.claims, rig.messages("SuccessfulCreate")) == ({"data-db-0": [], "data-db-1": []}, told)


def claim_and_pod(name: str) -> list[str]:
    return [f"Create Claim data-{name} Pod {name} in StatefulSet db success", f"Create Pod {name} in StatefulSet db successful"]


def test_the_claim_of_a_pod_too_many_becomes_the_pods() -> None:
    policy = {"whenScaled": "Delete", "whenDeleted": "Delete"}
    rig = Sets(replicas=2, podManagementPolicy="Parallel", volumeClaimTemplates=[CLAIM], persistentVolumeClaimRetentionPolicy=policy)
    rig.settle(2)
    before = rig.claims
    pod = rig.admin.get(PODS, "db-1", NAMESPACE)
    pod["metadata"]["finalizers"] = ["example.com/hold"]
    rig.admin.update(PODS, pod)
    rig.change(replicas=1)
    assert (before, rig.claims) == (
        {"data-db-0": ["StatefulSet"], "data-db-1": ["StatefulSet"]},
        {"data-db-0": ["StatefulSet"], "data-db-1": ["Pod"]},
    )


def test_a_second_look_writes_nothing() -> None:
    rig = Sets(volumeClaimTemplates=[CLAIM])
    rig.settle(5)
    before = rig.admin.get(STATEFULSETS, "db", NAMESPACE)["metadata"]["resourceVersion"]
    rig.settle(2)
    assert rig.admin.get(STATEFULSETS, "db", NAMESPACE)["metadata"]["resourceVersion"] == before


SET = {"metadata": {"name": "db", "uid": "set"}}
POD = {"metadata": {"name": "db-1", "uid": "pod"}}
BY_SET = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "set", "controller": True, "blockOwnerDeletion": True}
BY_POD = {"apiVersion": "v1", "kind": "Pod", "name": "db-1", "uid": "pod", "controller": True, "blockOwnerDeletion": True}
OTHER = {"apiVersion": "v1", "kind": "Pod", "name": "x", "uid": "x", "controller": True}
OWNERS = [
    ("kept for ever", ("Retain", "Retain"), 2, [BY_SET], False, []),
    ("deleted with the set", ("Retain", "Delete"), 2, [], False, [BY_SET]),
    ("deleted with the pod, which stays", ("Delete", "Retain"), 2, [], True, []),
    ("deleted with the pod, which goes", ("Delete", "Retain"), 1, [], False, [BY_POD]),
    ("deleted with both, the pod goes", ("Delete", "Delete"), 1, [BY_SET], False, [BY_POD]),
    ("deleted with both, the pod stays", ("Delete", "Delete"), 2, [BY_SET], True, [BY_SET]),
    ("managed by somebody else", ("Delete", "Delete"), 2, [OTHER], True, [OTHER]),
    ("managed by two", ("Delete", "Delete"), 2, [OTHER, BY_SET], False, [OTHER]),
    ("an owner, but not the controller", ("Retain", "Delete"), 2, [BY_SET | {"controller": False}], False, [BY_SET]),
    ("of an earlier pod", ("Delete", "Retain"), 1, [BY_POD | {"uid": "old"}], True, []),
]


@pytest.mark.parametrize(
    ("policy", "replicas", "owners", "is_right", "expected"), [case[1:] for case in OWNERS], ids=[case[0] for case in OWNERS]
)
def test_owners_of_a_claim(policy: tuple[str, str], replicas: int, owners: list[Obj], is_right: bool, expected: list[Obj]) -> None:
    wanted = {"whenScaled": policy[0], "whenDeleted": policy[1]}
    owner = SET | {"spec": {"replicas": replicas, "persistentVolumeClaimRetentionPolicy": wanted}}
    claim = {"metadata": {"name": "data-db-1", "ownerReferences": owners}}
    assert (is_up_to_date(claim, owner, POD), owners_for(claim, owner, POD)) == (is_right, expected)
