"""The stages of a request: who may do what, and the hops that each request leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.apiserver.authentication import ANONYMOUS
from cluster.apiserver.registry import strategies
from cluster.apiserver.request import Credentials, Options, PatchType, Request, User
from cluster.engine.trace import Hop
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds import KINDS
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import CONFIGMAPS, NAMESPACES, NODES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import ADMIN, TOKEN, Rig, pod

SCHEDULER = User("system:kube-scheduler", ("system:authenticated",))
MANAGER = User("system:kube-controller-manager", ("system:authenticated",))
REPLICASETS = User("system:serviceaccount:kube-system:replicaset-controller", ("system:authenticated",))
NODE = User("system:node:n1", ("system:nodes", "system:authenticated"))


def refusal_of(call: Callable[[], object]) -> ApiError | None:
    """Return why a call was refused, None when it was not."""
    try:
        call()
    except ApiError as error:
        return error
    return None


AS_WHOM: dict[str, tuple[User, User, str]] = {
    "an administrator as somebody who may do nothing": (
        ADMIN,
        User("nobody"),
        'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "default"',
    ),
    "an administrator as a component": (ADMIN, User("system:kube-scheduler"), ""),
    "an administrator as a member of a group": (ADMIN, User("ann", ("system:masters",)), ""),
    "a component as an administrator": (
        SCHEDULER,
        User("ann", ("system:masters",)),
        'pods is forbidden: User "system:kube-scheduler" cannot impersonate-on:user-info:list resource "pods" in API group "" '
        'in the namespace "default"',
    ),
}


@pytest.mark.parametrize(("user", "wanted", "refusal"), AS_WHOM.values(), ids=AS_WHOM.keys())
def test_a_request_in_the_name_of_somebody_else(user: User, wanted: User, refusal: str) -> None:
    request = Request("list", PODS, "client", Credentials(component=user, impersonate=wanted), "default")
    error = refusal_of(lambda: Rig().handler.serve(request))
    assert (error.message if error else "") == refusal


MAY: dict[str, tuple[User, str, Kind, str, bool]] = {
    "an administrator may delete nodes": (ADMIN, "delete", NODES, "", True),
    "a member of system:masters may finalize": (User("x", ("system:masters",)), "update", NAMESPACES, "finalize", True),
    "the scheduler may bind": (SCHEDULER, "create", PODS, "binding", True),
    "the scheduler may not create pods": (SCHEDULER, "create", PODS, "", False),
    "the scheduler may not change Deployments": (SCHEDULER, "patch", DEPLOYMENTS, "", False),
    "the ReplicaSet controller may create pods": (REPLICASETS, "create", PODS, "", True),
    "the ReplicaSet controller may not bind": (REPLICASETS, "create", PODS, "binding", False),
    "the controllers' process may watch": (MANAGER, "list", PODS, "", True),
    "the controllers' process may not create pods": (MANAGER, "create", PODS, "", False),
    "a node may renew no Lease but its own": (NODE, "update", LEASES, "", False),
    "a node may report its pods' status": (NODE, "patch", PODS, "status", True),
    "a node may not read Deployments": (NODE, "get", DEPLOYMENTS, "", False),
    "somebody without a role may not read": (User("ann", ("system:authenticated",)), "get", CONFIGMAPS, "", False),
    "anonymous may not read": (ANONYMOUS, "list", PODS, "", False),
}


@pytest.mark.parametrize(("user", "verb", "kind", "subresource", "allowed"), MAY.values(), ids=MAY.keys())
def test_authorization_knows_the_default_roles(user: User, verb: str, kind: Kind, subresource: str, allowed: bool) -> None:
    request = Request(verb, kind, "x", Credentials(component=user), "default" if kind.namespaced else "", "x", subresource)
    refusal = refusal_of(lambda: Rig().handler.serve(request))
    assert (refusal is None or refusal.code != 403) is allowed


REFUSALS: dict[str, tuple[Request, str]] = {
    "a list in a namespace": (
        Request("list", PODS, "client", Credentials(), "default"),
        'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
    ),
    "a list everywhere": (
        Request("list", DEPLOYMENTS, "client", Credentials()),
        'deployments.apps is forbidden: User "system:anonymous" cannot list resource "deployments" in API group "apps" '
        "at the cluster scope",
    ),
    "a subresource": (
        Request("create", PODS, "client", Credentials(), "default", "web", "binding"),
        'pods "web" is forbidden: User "system:anonymous" cannot create resource "pods/binding" in API group "" in the namespace "default"',
    ),
    "a namespace": (
        Request("get", NAMESPACES, "client", Credentials(), "", "default"),
        'namespaces "default" is forbidden: User "system:anonymous" cannot get resource "namespaces" in API group "" '
        'in the namespace "default"',
    ),
}


@pytest.mark.parametrize(("request_", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_of_authorization_has_upstreams_words(request_: Request, message: str) -> None:
    with pytest.raises(ApiError) as raised:
        Rig().handler.serve(request_)
    assert (raised.value.code, raised.value.reason, raised.value.message) == (403, "Forbidden", message)


PATHS = {
    "whoever is known may discover": (Credentials(component=SCHEDULER), "/apis/apps/v1", None),
    "anybody may not discover": (Credentials(), "/apis/apps/v1", 'forbidden: User "system:anonymous" cannot get path "/apis/apps/v1"'),
    "anybody may ask for the version": (Credentials(), "/version", None),
    "anybody may ask for health": (Credentials(), "/livez", None),
    "anybody may not ask for metrics": (Credentials(), "/metrics", 'forbidden: User "system:anonymous" cannot get path "/metrics"'),
    "an administrator may ask for metrics": (Credentials(token=TOKEN), "/metrics", None),
    "a bad token may nothing": (Credentials(token="bad"), "/version", "Unauthorized"),
}


@pytest.mark.parametrize(("credentials", "path", "message"), PATHS.values(), ids=PATHS.keys())
def test_paths_without_a_resource_are_authorized_too(credentials: Credentials, path: str, message: str | None) -> None:
    refusal = refusal_of(lambda: Rig().handler.visit(credentials, "get", path))
    assert (refusal.message if refusal else None) == message


def hops_of(rig: Rig, request: Request) -> list[str]:
    """Return ``source -> target verb key outcome`` of each hop that a request leaves, but for plugins that did nothing."""
    before = len(rig.hops())
    refusal_of(lambda: rig.handler.serve(request))
    seen = [hop for hop in rig.hops()[before:] if not is_quiet_step(hop)]
    return [" ".join(part for part in (f"{hop.source} -> {hop.target}", hop.verb, hop.key, hop.outcome) if part) for hop in seen]


def is_quiet_step(hop: Hop) -> bool:
    return hop.target == f"{API}/admission" and hop.verb != "admission" and hop.is_routine


API = "kube-apiserver"
CREATE = Request("create", PODS, "kubectl", Credentials(token=TOKEN), "default", body=pod("web"))
BAD: Obj = {**pod("web"), "spec": {"containers": []}}


def stage(name: str, outcome: str = "", key: str = "pods/default/web") -> str:
    return f"{API} -> {API}/{name} {name} {key} {outcome}".rstrip()


def step(plugin: str, outcome: str = "", key: str = "pods/default/web") -> str:
    return f"{API} -> {API}/admission {plugin} {key} {outcome}".rstrip()


CHANGED = [step(plugin, "changed") for plugin in ("ServiceAccount", "Priority", "DefaultTolerationSeconds")]


HOPS: dict[str, tuple[Request, list[str]]] = {
    "a creation passes every stage": (
        CREATE,
        [
            f"kubectl -> {API} POST pods/default/web",
            stage("authentication", "kubernetes-admin"),
            stage("authorization"),
            stage("admission"),
            *CHANGED,
            stage("validation"),
            f"{API} -> etcd put /registry/pods/default/web",
            f"{API} -> kubectl reply pods/default/web 201 Created",
        ],
    ),
    "a bad token is refused by authentication": (
        Request("create", PODS, "kubectl", Credentials(token="bad"), "default", "web", body=pod("web")),
        [
            f"kubectl -> {API} POST pods/default/web",
            stage("authentication", "401 Unauthorized"),
            f"{API} -> kubectl reply pods/default/web 401 Unauthorized",
        ],
    ),
    "a stranger is refused by authorization": (
        Request("delete", PODS, "client", Credentials(), "default", "web"),
        [
            f"client -> {API} DELETE pods/default/web",
            stage("authentication", "system:anonymous"),
            stage("authorization", "403 Forbidden"),
            f"{API} -> client reply pods/default/web 403 Forbidden",
        ],
    ),
    "a namespace that is not there is refused by admission": (
        Request("create", PODS, "kubectl", Credentials(token=TOKEN), "nowhere", body={"metadata": {"name": "web"}}),
        [
            f"kubectl -> {API} POST pods/nowhere/web",
            stage("authentication", "kubernetes-admin", "pods/nowhere/web"),
            stage("authorization", key="pods/nowhere/web"),
            stage("admission", key="pods/nowhere/web"),
            step("NamespaceLifecycle", "404 NotFound", "pods/nowhere/web"),
            f"{API} -> kubectl reply pods/nowhere/web 404 NotFound",
        ],
    ),
    "a bad field is refused by validation": (
        Request("create", PODS, "kubectl", Credentials(token=TOKEN), "default", body=BAD),
        [
            f"kubectl -> {API} POST pods/default/web",
            stage("authentication", "kubernetes-admin"),
            stage("authorization"),
            stage("admission"),
            *CHANGED,
            stage("validation", "422 Invalid"),
            f"{API} -> kubectl reply pods/default/web 422 Invalid",
        ],
    ),
    "a list reads from etcd": (
        Request("list", PODS, "kubectl", Credentials(token=TOKEN), "default"),
        [
            f"kubectl -> {API} LIST pods/default",
            stage("authentication", "kubernetes-admin", "pods/default"),
            stage("authorization", key="pods/default"),
            f"{API} -> etcd list /registry/pods/default/",
            f"{API} -> kubectl reply pods/default 200 OK",
        ],
    ),
    "a missing object is looked for in etcd": (
        Request("get", NODES, "kubectl", Credentials(token=TOKEN), "", "n1"),
        [
            f"kubectl -> {API} GET nodes/n1",
            stage("authentication", "kubernetes-admin", "nodes/n1"),
            stage("authorization", key="nodes/n1"),
            f"{API} -> etcd get /registry/minions/n1",
            f"{API} -> kubectl reply nodes/n1 404 NotFound",
        ],
    ),
}


@pytest.mark.parametrize(("request_", "hops"), HOPS.values(), ids=HOPS.keys())
def test_a_request_leaves_the_hops_of_the_stages_that_it_passed(request_: Request, hops: list[str]) -> None:
    assert hops_of(Rig(), request_) == hops


def test_every_hop_of_a_request_is_caused_by_the_request() -> None:
    rig = Rig()
    before = len(rig.hops())
    rig.handler.serve(CREATE)
    first, *others = rig.hops()[before:]
    assert {hop.cause for hop in others} == {first.seq}


def test_a_read_from_outside_costs_no_commit() -> None:
    rig = Rig()
    before = len(rig.store.hops)
    rig.admin.list(PODS)
    assert (len(rig.store.hops), rig.trace.has_deferred) == (before, True)


def test_the_admission_hop_tells_which_plugins_were_asked() -> None:
    rig = Rig()
    rig.handler.serve(CREATE)
    hop = next(hop for hop in reversed(rig.hops()) if hop.verb == "admission")
    plugins = ("NamespaceLifecycle", "LimitRanger", "ServiceAccount", "NodeRestriction", "PodTopologyLabels", "Priority")
    plugins = (*plugins, "DefaultTolerationSeconds", "RuntimeClass")
    assert hop.detail == {"plugins": [{"name": name} for name in plugins]}


def test_nobody_waits_for_a_plugin_that_does_nothing() -> None:
    rig = Rig()
    before = len(rig.hops())
    rig.handler.serve(CREATE)
    quiet = [hop.verb for hop in rig.hops()[before:] if is_quiet_step(hop)]
    assert (quiet[:2], quiet[-1]) == (["NamespaceLifecycle", "LimitRanger"], "ResourceQuota")


def test_the_same_requests_leave_the_same_log() -> None:
    def log() -> list[object]:
        rig = Rig()
        rig.handler.serve(CREATE)
        rig.admin.create(CONFIGMAPS, {"metadata": {"generateName": "x-", "namespace": "default"}})
        return [rig.hops(), [kv.raw for kv in rig.store.list("/").items]]

    assert log() == log()


def test_every_kind_has_a_strategy() -> None:
    assert set(strategies) == {kind for kind in KINDS if kind.prefix}


NODE_STATUS: Obj = {"status": {"phase": "Running"}}
ROUTINE = {
    "a read": ("kubectl", "get", NODES, "", Options(), True),
    "a dry run": ("kubectl", "patch", NODES, "", Options(dry_run=True), True),
    "a kubelet's report of its node": ("node/n1/kubelet", "patch", NODES, "status", Options(), True),
    "a status that somebody else writes": ("kubectl", "patch", NODES, "status", Options(), False),
    "a change of a node": ("kubectl", "patch", NODES, "", Options(), False),
}


@pytest.mark.parametrize(("source", "verb", "kind", "subresource", "options", "expected"), ROUTINE.values(), ids=ROUTINE.keys())
def test_the_hops_of_routine_are_marked(source: str, verb: str, kind: Kind, subresource: str, options: Options, expected: bool) -> None:
    rig = Rig()
    rig.admin.create(NODES, {"metadata": {"name": "n1"}})
    before = len(rig.hops())
    body = NODE_STATUS if subresource else {"metadata": {"labels": {"a": "b"}}}
    patch_type = PatchType.MERGE if verb == "patch" else None
    request = Request(verb, kind, source, Credentials(token=TOKEN), "", "n1", subresource, body, patch_type, options)
    rig.handler.serve(request)
    silent = ("NodeRestriction", "ValidatingAdmissionPolicy")  # which change nothing here
    marks = {hop.is_routine for hop in rig.hops()[before:] if hop.verb not in silent}
    assert marks == {expected}
