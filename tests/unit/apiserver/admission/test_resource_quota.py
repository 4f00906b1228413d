"""ResourceQuota: what is counted, what is refused in a real server's words, and that nothing is counted in vain."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import Credentials, Options, Request
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS, PERSISTENTVOLUMECLAIMS, PODS, RESOURCEQUOTAS, SERVICES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import TOKEN, Rig


def _rig(hard: Obj, used: Obj | None = None, **spec: object) -> Rig:
    """A namespace with a quota that the controller has counted once: nothing is used unless ``used`` says so."""
    rig = Rig("default")
    quota = rig.admin.create(RESOURCEQUOTAS, {"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": hard, **spec}})
    status = {"hard": hard, "used": {**dict.fromkeys(hard, "0"), **(used or {})}}
    rig.admin.update_status(RESOURCEQUOTAS, {**quota, "status": status})
    return rig


def _used(rig: Rig) -> Obj:
    used: Obj = rig.admin.get(RESOURCEQUOTAS, "q", "default")["status"]["used"]
    return used


def _named(spec: Obj, name: str = "x") -> Obj:
    return {"metadata": {"name": name, "namespace": "default"}, "spec": spec}


def _pod(resources: Obj | None = None, **spec: object) -> Obj:
    return _named({"containers": [{"name": "c", "image": "i", "resources": resources or {}}], **spec})


def _service(kind: str, ports: int = 1) -> Obj:
    return _named({"type": kind, "ports": [{"name": f"p{port}", "port": port + 80} for port in range(ports)]})


def _claim(size: str, storage_class: str) -> Obj:
    spec = {"accessModes": ["ReadWriteOnce"], "storageClassName": storage_class, "resources": {"requests": {"storage": size}}}
    return _named(spec)


_SMALL: Obj = {"requests": {"cpu": "600m"}, "limits": {"memory": "256Mi"}}
_COUNTED = [
    pytest.param(
        PODS,
        _pod(_SMALL),
        {"pods": "2", "requests.cpu": "1", "limits.memory": "1Gi", "count/pods": "9"},
        {"pods": "1", "requests.cpu": "600m", "limits.memory": "256Mi", "count/pods": "1"},
        id="a pod and what it asks for",
    ),
    pytest.param(
        PODS,
        _pod({"limits": {"example.com/gpu": "2"}}),
        {"requests.example.com/gpu": "4"},
        {"requests.example.com/gpu": "2"},
        id="devices",
    ),
    pytest.param(
        SERVICES,
        _service("NodePort", 2),
        {"services": "5", "services.nodeports": "5", "services.loadbalancers": "5"},
        {"services": "1", "services.nodeports": "2", "services.loadbalancers": "0"},
        id="a service with node ports",
    ),
    pytest.param(
        PERSISTENTVOLUMECLAIMS,
        _claim("2Gi", "gold"),
        {"requests.storage": "10Gi", "gold.storageclass.storage.k8s.io/requests.storage": "5Gi", "persistentvolumeclaims": "3"},
        {"requests.storage": "2Gi", "gold.storageclass.storage.k8s.io/requests.storage": "2Gi", "persistentvolumeclaims": "1"},
        id="a claim, also by its class",
    ),
    pytest.param(
        CONFIGMAPS, _named({}), {"configmaps": "5", "count/configmaps": "5"}, {"configmaps": "1", "count/configmaps": "1"}, id="a count"
    ),
]


@pytest.mark.parametrize(("kind", "obj", "hard", "used"), _COUNTED)
def test_what_is_created_is_counted_at_once(kind: Kind, obj: Obj, hard: Obj, used: Obj) -> None:
    rig = _rig(hard)
    rig.admin.create(kind, obj)
    assert _used(rig) == used


_REFUSED = [
    pytest.param(
        PODS,
        _pod(),
        {"requests.cpu": "1", "limits.memory": "1Gi"},
        {},
        'pods "x" is forbidden: failed quota: q: must specify limits.memory for: c; requests.cpu for: c',
        id="a container that does not say what it needs",
    ),
    pytest.param(
        PODS,
        _pod(_SMALL),
        {"requests.cpu": "1", "pods": "1"},
        {"requests.cpu": "600m", "pods": "1"},
        'pods "x" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=600m, used: pods=1,requests.cpu=600m, '
        "limited: pods=1,requests.cpu=1",
        id="more than is left",
    ),
    pytest.param(
        SERVICES,
        _service("NodePort"),
        {"services": "1", "services.nodeports": "0"},
        {},
        'services "x" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=0, '
        "limited: services.nodeports=0",
        id="no node port at all",
    ),
]


@pytest.mark.parametrize(("kind", "obj", "hard", "used", "message"), _REFUSED)
def test_what_does_not_fit_is_refused(kind: Kind, obj: Obj, hard: Obj, used: Obj, message: str) -> None:
    with pytest.raises(ApiError) as raised:
        _rig(hard, used).admin.create(kind, obj)
    assert (raised.value.code, raised.value.message) == (403, message)


_AFFINITY: Obj = {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "a", "namespaces": ["b"]}]}}
_SCOPES = [
    pytest.param({"scopes": ["BestEffort"]}, _pod(), "1", id="a pod without requests is best effort"),
    pytest.param({"scopes": ["BestEffort"]}, _pod(_SMALL), "0", id="one with requests is not"),
    pytest.param({"scopes": ["NotBestEffort"]}, _pod(_SMALL), "1", id="and is the opposite"),
    pytest.param({"scopes": ["Terminating"]}, _pod(activeDeadlineSeconds=5), "1", id="a pod with a deadline ends"),
    pytest.param({"scopes": ["NotTerminating"]}, _pod(activeDeadlineSeconds=5), "0", id="and so does not stay"),
    pytest.param(
        {"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]}},
        _pod(priorityClassName="high"),
        "1",
        id="a priority class",
    ),
    pytest.param(
        {"scopeSelector": {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "Exists"}]}}, _pod(), "0", id="no priority class"
    ),
    pytest.param({"scopes": ["CrossNamespacePodAffinity"]}, _pod(affinity=_AFFINITY), "1", id="a pod that looks for others elsewhere"),
]


@pytest.mark.parametrize(("spec", "pod", "count"), _SCOPES)
def test_a_quota_counts_what_is_within_its_scopes(spec: Obj, pod: Obj, count: str) -> None:
    rig = _rig({"pods": "5"}, **spec)
    rig.admin.create(PRIORITYCLASSES, {"metadata": {"name": "high"}, "value": 1000})
    rig.admin.create(PODS, pod)
    assert _used(rig) == {"pods": count}


def test_a_quota_whose_usage_nobody_knows_lets_nothing_pass() -> None:
    rig = Rig("default")
    quota = rig.admin.create(RESOURCEQUOTAS, {"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": {"configmaps": "1"}}})
    rig.admin.update_status(RESOURCEQUOTAS, {**quota, "status": {"hard": {"configmaps": "1"}}})
    with pytest.raises(ApiError) as raised:
        rig.admin.create(CONFIGMAPS, _named({}))
    assert raised.value.message == 'configmaps "x" is forbidden: status unknown for quota: q, resources: configmaps'


def test_a_dry_run_counts_nothing() -> None:
    rig = _rig({"configmaps": "5"})
    body = _named({})
    rig.handler.serve(
        Request("create", CONFIGMAPS, "kubectl", Credentials(token=TOKEN), "default", body=body, options=Options(dry_run=True))
    )
    assert _used(rig) == {"configmaps": "0"}


def test_a_name_that_is_taken_counts_nothing() -> None:
    rig = _rig({"configmaps": "5"})
    rig.admin.create(CONFIGMAPS, _named({}))
    with pytest.raises(ApiError):
        rig.admin.create(CONFIGMAPS, _named({}))
    assert _used(rig) == {"configmaps": "1"}


def test_a_change_counts_what_it_adds() -> None:
    rig = _rig({"services.nodeports": "5"})
    service = rig.admin.create(SERVICES, _service("NodePort", 1))
    ports = [*service["spec"]["ports"], {"name": "more", "port": 99}]
    rig.admin.update(SERVICES, {**service, "spec": {**service["spec"], "ports": ports}})
    assert _used(rig) == {"services.nodeports": "2"}
