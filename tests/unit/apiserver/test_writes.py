"""Creations, updates and patches: what is stored, and when nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from cluster.apiserver.request import Credentials, Options, PatchType, Request, Response
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import CONFIGMAPS, EVENTS, NODES, PODS, SERVICEACCOUNTS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue
from tests.unit.apiserver.rig import TOKEN, Rig, pod

TEMPLATE: Obj = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}


def config_map(name: str = "x", **fields: object) -> Obj:
    return {"metadata": {"name": name, "namespace": "default"}, "data": {"k": "v"}, **fields}


def deployment(replicas: int = 1) -> Obj:
    spec = {"replicas": replicas, "selector": {"matchLabels": {"a": "b"}}, "template": TEMPLATE}
    return {"metadata": {"name": "x", "namespace": "default"}, "spec": spec}


def test_a_created_object_gets_what_only_the_server_knows() -> None:
    rig = Rig()
    sent = config_map()
    sent["metadata"] |= {"uid": "mine", "creationTimestamp": "1999-01-01T00:00:00Z", "deletionTimestamp": "1999-01-01T00:00:00Z"}
    created = rig.admin.create(CONFIGMAPS, sent)
    uid, [entry] = created["metadata"].pop("uid"), created["metadata"].pop("managedFields")
    meta = {"name": "x", "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z", "resourceVersion": str(rig.store.revision)}
    assert created == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"k": "v"}}
    assert uid != "mine"
    assert entry["fieldsV1"] == {"f:data": {".": {}, "f:k": {}}, "f:metadata": {"f:deletionTimestamp": {}}}


def test_generated_names_are_drawn_again_when_they_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()
    suffixes = iter(["aaaaa", "aaaaa", "bbbbb"])
    monkeypatch.setattr(type(rig.rng), "suffix", lambda self, length=5: next(suffixes))
    names = [
        rig.admin.create(CONFIGMAPS, {"metadata": {"generateName": "x" * 60 + "-", "namespace": "default"}})["metadata"]["name"]
        for _ in "12"
    ]
    assert names == ["x" * 58 + "aaaaa", "x" * 58 + "bbbbb"]


def test_generated_names_run_out_after_eight_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()
    monkeypatch.setattr(type(rig.rng), "suffix", lambda self, length=5: "aaaaa")
    rig.admin.create(CONFIGMAPS, {"metadata": {"generateName": "x-", "namespace": "default"}})
    with pytest.raises(ApiError, match='configmaps "x-aaaaa" already exists'):
        rig.admin.create(CONFIGMAPS, {"metadata": {"generateName": "x-", "namespace": "default"}})


@dataclass(frozen=True)
class Refused:
    """A change that is refused. ``change`` gets the stored object."""

    change: Callable[[Obj], object]
    code: int
    message: str


OTHER_UID = (
    "StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, "
    "AdditionalErrorMsg: Precondition failed: UID in precondition: other, UID in object meta: UID"
)
MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"
REFUSED = {
    "an old resourceVersion is a conflict": Refused(
        lambda obj: obj["metadata"].update(resourceVersion="1"), 409, f'Operation cannot be fulfilled on configmaps "x": {MODIFIED}'
    ),
    "a resourceVersion that is no number is upstream's 500": Refused(
        lambda obj: obj["metadata"].update(resourceVersion="abc"), 500, 'strconv.ParseUint: parsing "abc": invalid syntax'
    ),
    "another uid is a conflict": Refused(
        lambda obj: obj["metadata"].update(uid="other"),
        409,
        f'Operation cannot be fulfilled on configmaps "x": {OTHER_UID.format("/registry/configmaps/default/x")}',
    ),
    "another uid is a conflict before an old resourceVersion is": Refused(
        lambda obj: obj["metadata"].update(uid="other", resourceVersion="1"),
        409,
        f'Operation cannot be fulfilled on configmaps "x": {OTHER_UID.format("/registry/configmaps/default/x")}',
    ),
    "another namespace has nothing of that name": Refused(
        lambda obj: (obj["metadata"].update(namespace="kube-system"), obj["metadata"].pop("uid")),
        404,
        'configmaps "x" not found',
    ),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED.keys())
def test_an_update_is_refused(case: Refused) -> None:
    rig = Rig()
    obj = rig.admin.create(CONFIGMAPS, config_map())
    uid = obj["metadata"]["uid"]
    case.change(obj)
    with pytest.raises(ApiError) as raised:
        rig.admin.update(CONFIGMAPS, obj)
    assert (raised.value.code, raised.value.message.replace(uid, "UID")) == (case.code, case.message)


@pytest.mark.parametrize(("kind", "prefix"), [(CONFIGMAPS, "configmaps"), (EVENTS, "events")], ids=["not made", "made by an update"])
def test_an_update_of_what_is_gone_is_a_conflict_when_it_names_a_uid(kind: Kind, prefix: str) -> None:
    with pytest.raises(ApiError) as raised:
        Rig().admin.update(kind, {"metadata": {"name": "x", "namespace": "default", "uid": "other"}})
    fault = OTHER_UID.format(f"/registry/{prefix}/default/x").removesuffix("UID")
    assert (raised.value.code, raised.value.message) == (409, f'Operation cannot be fulfilled on {prefix} "x": {fault}')


def test_a_patch_changes_no_uid_and_every_rule_that_says_so_is_a_cause() -> None:
    rig = Rig()
    rig.admin.create(CONFIGMAPS, config_map())
    with pytest.raises(ApiError) as raised:
        rig.admin.patch(CONFIGMAPS, "x", "default", {"metadata": {"uid": "other"}}, type=PatchType.MERGE)
    cause = {"reason": "FieldValueInvalid", "message": 'Invalid value: "other": field is immutable', "field": "metadata.uid"}
    assert (raised.value.code, raised.value.message, (raised.value.details or {}).get("causes")) == (
        422,
        'ConfigMap "x" is invalid: metadata.uid: Invalid value: "other": field is immutable',
        [cause, cause],
    )


UPDATES: dict[str, tuple[Callable[[Obj], object], int]] = {
    "a change is written": (lambda obj: obj["data"].update(k="w"), 1),
    "a change without a resourceVersion is written": (lambda obj: (obj["data"].update(k="w"), obj["metadata"].pop("resourceVersion")), 1),
    "the same again is not written": (lambda obj: None, 0),
    "the same without what the server sets is not written": (
        lambda obj: [obj["metadata"].pop(field) for field in ("resourceVersion", "uid", "creationTimestamp")],
        0,
    ),
    "another creationTimestamp is not written": (lambda obj: obj["metadata"].update(creationTimestamp="1999-01-01T00:00:00Z"), 0),
}


@pytest.mark.parametrize(("change", "writes"), UPDATES.values(), ids=UPDATES.keys())
def test_an_update_writes_only_what_changed(change: Callable[[Obj], object], writes: int) -> None:
    rig = Rig()
    obj = rig.admin.create(CONFIGMAPS, config_map())
    before = rig.store.revision
    change(obj)
    updated = rig.admin.update(CONFIGMAPS, obj)
    assert (rig.store.revision - before, updated["metadata"]["resourceVersion"]) == (writes, str(before + writes))


PATCHES: dict[str, tuple[PatchType, object, Obj]] = {
    "a merge patch": (PatchType.MERGE, {"data": {"k": None, "l": "w"}}, {"l": "w"}),
    "a strategic merge patch": (PatchType.STRATEGIC, {"data": {"l": "w"}}, {"k": "v", "l": "w"}),
    "a JSON patch": (PatchType.JSON, [{"op": "replace", "path": "/data/k", "value": "w"}], {"k": "w"}),
}


@pytest.mark.parametrize(("patch_type", "patch", "data"), PATCHES.values(), ids=PATCHES.keys())
def test_a_patch_changes_the_current_object(patch_type: PatchType, patch: Obj, data: Obj) -> None:
    rig = Rig()
    rig.admin.create(CONFIGMAPS, config_map())
    assert rig.admin.patch(CONFIGMAPS, "x", "default", patch, type=patch_type)["data"] == data


GENERATIONS: dict[str, tuple[Obj, str, int]] = {
    "the spec counts": ({"spec": {"replicas": 3}}, "", 2),
    "labels do not count": ({"metadata": {"labels": {"x": "y"}}}, "", 1),
    "the status does not count": ({"status": {"replicas": 3}}, "status", 1),
    "the status has no say in the spec": ({"spec": {"replicas": 3}}, "status", 1),
}


@pytest.mark.parametrize(("patch", "subresource", "generation"), GENERATIONS.values(), ids=GENERATIONS.keys())
def test_the_generation_counts_what_is_wanted(patch: Obj, subresource: str, generation: int) -> None:
    rig = Rig()
    rig.admin.create(DEPLOYMENTS, deployment())
    assert rig.admin.patch(DEPLOYMENTS, "x", "default", patch, subresource=subresource)["metadata"]["generation"] == generation


def serve(rig: Rig, verb: str, body: Obj, *, dry_run: bool = True, name: str = "x") -> Response:
    options = Options(dry_run=dry_run)
    return rig.handler.serve(
        Request(verb, CONFIGMAPS, "kubectl", Credentials(token=TOKEN), "default", name, "", body, PatchType.MERGE, options)
    )


DRY = {
    "a creation": ("create", config_map("y"), "", 201, {"k": "v"}),
    "an update": ("update", config_map(data={"k": "w"}), "x", 200, {"k": "w"}),
    "a patch": ("patch", {"data": {"k": "w"}}, "x", 200, {"k": "w"}),
}


@pytest.mark.parametrize(("verb", "body", "name", "code", "data"), DRY.values(), ids=DRY.keys())
def test_a_dry_run_answers_as_if_and_stores_nothing(verb: str, body: Obj, name: str, code: int, data: Obj) -> None:
    rig = Rig()
    rig.admin.create(CONFIGMAPS, config_map())
    before = rig.store.revision
    response = serve(rig, verb, body, name=name)
    assert isinstance(response.value, dict)
    assert (response.code, response.value["data"], rig.store.revision) == (code, data, before)


def test_a_dry_run_still_finds_that_the_name_is_taken() -> None:
    rig = Rig()
    rig.admin.create(CONFIGMAPS, config_map())
    with pytest.raises(ApiError, match="already exists"):
        serve(rig, "create", config_map(), name="")


def test_an_event_that_is_not_there_is_created_by_an_update() -> None:
    rig = Rig()
    about = {"kind": "Pod", "namespace": "default", "name": "web"}
    event = {"metadata": {"name": "e", "namespace": "default"}, "involvedObject": about, "type": "Normal", "reason": "r", "message": "m"}
    response = rig.handler.serve(Request("update", EVENTS, "kubectl", Credentials(token=TOKEN), "default", "e", body=event))
    assert (response.code, isinstance(response.value, KeyValue)) == (201, True)


BINDINGS: dict[str, tuple[Obj, Obj, str, str]] = {
    "a pod on a node": (pod("web", node="n0"), {}, "pods/binding", 'pod web is already assigned to node "n0"'),
    "a pod with gates": (
        pod("web", schedulingGates=[{"name": "a.b/c"}]),
        {},
        "pods/binding",
        "pod web has non-empty .spec.schedulingGates",
    ),
    "another pod of that name": (pod("web"), {"uid": "other"}, "pods", OTHER_UID.format("/registry/pods/default/web")),
}


@pytest.mark.parametrize(("obj", "meta", "resource", "why"), BINDINGS.values(), ids=BINDINGS.keys())
def test_a_binding_is_refused(obj: Obj, meta: Obj, resource: str, why: str) -> None:
    rig = Rig()
    uid = rig.admin.create(PODS, obj)["metadata"]["uid"]
    binding = {"metadata": {"name": "web", "namespace": "default", **meta}, "target": {"kind": "Node", "name": "n1"}}
    with pytest.raises(ApiError) as raised:
        rig.admin.create(PODS, binding, subresource="binding", name="web")
    message = raised.value.message.replace(uid, "UID")
    assert (raised.value.code, message) == (409, f'Operation cannot be fulfilled on {resource} "web": {why}')


def test_a_bound_pod_knows_its_node_zone_and_region() -> None:
    rig = Rig()
    labels = {"topology.kubernetes.io/zone": "z", "topology.kubernetes.io/region": "r", "disk": "ssd"}
    rig.admin.create(NODES, {"metadata": {"name": "n1", "labels": labels}})
    rig.admin.create(PODS, pod("web"))
    binding = {"metadata": {"name": "web", "namespace": "default", "annotations": {"a": "b"}}, "target": {"kind": "Node", "name": "n1"}}
    answer = rig.admin.create(PODS, binding, subresource="binding", name="web")
    bound = rig.admin.get(PODS, "web", "default")
    condition = {"type": "PodScheduled", "status": "True", "lastProbeTime": None, "lastTransitionTime": "2026-01-01T00:00:00Z"}
    assert answer == {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
    assert (bound["spec"]["nodeName"], bound["status"]["conditions"], bound["metadata"]["generation"]) == ("n1", [condition], 1)
    wanted = {"app": "web", "topology.kubernetes.io/zone": "z", "topology.kubernetes.io/region": "r"}
    assert (bound["metadata"]["labels"], bound["metadata"]["annotations"]) == (wanted, {"a": "b"})


def test_an_eviction_deletes_gracefully() -> None:
    rig = Rig()
    rig.admin.create(PODS, pod("web", node="n1"))
    eviction = {"metadata": {"name": "web", "namespace": "default"}, "deleteOptions": {"gracePeriodSeconds": 3}}
    answer = rig.admin.create(PODS, eviction, subresource="eviction", name="web")
    assert (answer["status"], rig.admin.get(PODS, "web", "default")["metadata"]["deletionGracePeriodSeconds"]) == ("Success", 3)


SCALES: dict[str, Callable[[Rig], Obj]] = {
    "by an update": lambda rig: rig.admin.update(
        DEPLOYMENTS, {"metadata": {"name": "x", "namespace": "default"}, "spec": {"replicas": 5}}, subresource="scale"
    ),
    "by a patch": lambda rig: rig.admin.patch(
        DEPLOYMENTS, "x", "default", {"spec": {"replicas": 5}}, type=PatchType.MERGE, subresource="scale"
    ),
}


@pytest.mark.parametrize("scale", SCALES.values(), ids=SCALES.keys())
def test_a_scale_changes_the_replicas_and_nothing_else(scale: Callable[[Rig], Obj]) -> None:
    rig = Rig()
    created = rig.admin.create(DEPLOYMENTS, deployment())
    answer = scale(rig)
    stored = rig.admin.get(DEPLOYMENTS, "x", "default")
    assert (answer["kind"], answer["spec"], answer["status"]) == ("Scale", {"replicas": 5}, {"replicas": 0, "selector": "a=b"})
    assert stored["spec"] == {**created["spec"], "replicas": 5}
    assert stored["metadata"]["generation"] == 2


def test_a_scale_below_zero_is_refused() -> None:
    rig = Rig()
    rig.admin.create(DEPLOYMENTS, deployment())
    with pytest.raises(ApiError) as raised:
        rig.admin.patch(DEPLOYMENTS, "x", "default", {"spec": {"replicas": -1}}, type=PatchType.MERGE, subresource="scale")
    message = 'Scale.autoscaling "x" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0'
    assert (raised.value.code, raised.value.message) == (422, message)


FORBIDDEN: dict[str, tuple[Obj, str]] = {
    "a pod with a name": ({"name": "web"}, "web"),
    "a pod whose name is still to be generated": ({"generateName": "web-5d4f8c-"}, "web-5d4f8c-"),
    "a pod without any name": ({}, "Unknown"),
}


@pytest.mark.parametrize(("names", "called"), FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_a_pod_of_an_account_that_is_not_there_is_refused_by_the_name_it_came_with(names: Obj, called: str) -> None:
    obj = pod("", serviceAccountName="robot")
    obj["metadata"] = {"namespace": "default", **names}
    with pytest.raises(ApiError) as raised:
        Rig().admin.create(PODS, obj)
    why = 'error looking up service account default/robot: serviceaccount "robot" not found'
    assert (raised.value.code, raised.value.message) == (403, f'pods "{called}" is forbidden: {why}')


TOKENS: dict[str, tuple[Obj, Obj, bool]] = {
    "by default": ({}, {}, True),
    "unless its account says no": ({"automountServiceAccountToken": False}, {}, False),
    "unless it says no itself": ({}, {"automountServiceAccountToken": False}, False),
    "when it says yes, whatever its account says": ({"automountServiceAccountToken": False}, {"automountServiceAccountToken": True}, True),
}


@pytest.mark.parametrize(("account", "spec", "mounted"), TOKENS.values(), ids=TOKENS.keys())
def test_a_pod_gets_the_token_of_its_account(account: Obj, spec: Obj, mounted: bool) -> None:
    rig = Rig()
    rig.admin.create(SERVICEACCOUNTS, {"metadata": {"name": "robot", "namespace": "default"}, **account})
    created = rig.admin.create(PODS, pod("web", serviceAccountName="robot", **spec))
    mounts = [mount["mountPath"] for mount in created["spec"]["containers"][0].get("volumeMounts", ())]
    assert mounts == ["/var/run/secrets/kubernetes.io/serviceaccount"] * mounted


def test_a_new_node_is_tainted_until_it_is_ready() -> None:
    created = Rig().admin.create(NODES, {"metadata": {"name": "n1"}})
    assert created["spec"]["taints"] == [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]


def test_a_pod_keeps_its_own_toleration_of_a_silent_node() -> None:
    own = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    created = Rig().admin.create(PODS, pod("web", tolerations=[own]))
    added = {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
    assert created["spec"]["tolerations"] == [own, added]
