"""The priority levels and flow schemas that every cluster has.

Upstream: ``staging/src/k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap/default.go``.
"""

from __future__ import annotations

from cluster.machinery.kinds.flowcontrol import FLOWSCHEMAS, PRIORITYLEVELCONFIGURATIONS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

EXEMPT, CATCH_ALL = "exempt", "catch-all"
_AUTHENTICATED, _UNAUTHENTICATED = "system:authenticated", "system:unauthenticated"
_LOCKING = ["get", "create", "update"]


def _object(kind: Kind, name: str, spec: Obj) -> Obj:
    meta = {"name": name, "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"}}
    return {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta, "spec": spec}


def _level(name: str, shares: int, lendable: int, queues: int, hand: int) -> Obj:
    """A level whose requests wait in ``queues`` for their turn; ``lendable``: percent."""
    queuing = {"queues": queues, "handSize": hand, "queueLengthLimit": 50}
    limited = {"nominalConcurrencyShares": shares, "limitResponse": {"type": "Queue", "queuing": queuing}, "lendablePercent": lendable}
    return _object(PRIORITYLEVELCONFIGURATIONS, name, {"type": "Limited", "limited": limited})


def _users(*names: str) -> list[Obj]:
    return [{"kind": "User", "user": {"name": name}} for name in names]


def _groups(*names: str) -> list[Obj]:
    return [{"kind": "Group", "group": {"name": name}} for name in names]


def _accounts(*names: str) -> list[Obj]:
    return [{"kind": "ServiceAccount", "serviceAccount": {"namespace": "kube-system", "name": name}} for name in names]


def _resources(verbs: list[str], group: str, *resources: str, cluster: bool = False) -> Obj:
    scope = {"clusterScope": True} if cluster else {}
    return {"verbs": verbs, "apiGroups": [group], "resources": list(resources), "namespaces": ["*"], **scope}


def _schema(name: str, level: str, precedence: int, distinguisher: str, rule: Obj) -> Obj:
    method = {"distinguisherMethod": {"type": distinguisher}} if distinguisher else {}
    spec = {"priorityLevelConfiguration": {"name": level}, "matchingPrecedence": precedence, **method, "rules": [rule]}
    return _object(FLOWSCHEMAS, name, spec)


def _everything(subjects: list[Obj]) -> Obj:
    return {
        "subjects": subjects,
        "resourceRules": [_resources(["*"], "*", "*", cluster=True)],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
    }


PRIORITY_LEVELS: tuple[Obj, ...] = (
    _object(PRIORITYLEVELCONFIGURATIONS, EXEMPT, {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}}),
    _object(
        PRIORITYLEVELCONFIGURATIONS,
        CATCH_ALL,
        {
            "type": "Limited",
            "limited": {"nominalConcurrencyShares": 5, "limitResponse": {"type": "Reject"}, "lendablePercent": 0},
        },
    ),
    _level("system", 30, 33, 64, 6),
    _level("node-high", 40, 25, 64, 6),
    _level("leader-election", 10, 0, 16, 4),
    _level("workload-high", 40, 50, 128, 6),
    _level("workload-low", 100, 90, 128, 6),
    _level("global-default", 20, 50, 128, 6),
)
FLOW_SCHEMAS: tuple[Obj, ...] = (
    _schema(EXEMPT, EXEMPT, 1, "", _everything(_groups("system:masters"))),
    _schema(CATCH_ALL, CATCH_ALL, 10_000, "ByUser", _everything(_groups(_UNAUTHENTICATED, _AUTHENTICATED))),
    _schema("system-nodes", "system", 500, "ByUser", _everything(_groups("system:nodes"))),
    _schema(
        "system-node-high",
        "node-high",
        400,
        "ByUser",
        {
            "subjects": _groups("system:nodes"),
            "resourceRules": [
                _resources(["*"], "", "nodes", "nodes/status", cluster=True),
                _resources(["*"], "coordination.k8s.io", "leases"),
            ],
        },
    ),
    _schema(
        "probes",
        EXEMPT,
        2,
        "",
        {
            "subjects": _groups(_UNAUTHENTICATED, _AUTHENTICATED),
            "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/healthz", "/readyz", "/livez"]}],
        },
    ),
    _schema(
        "system-leader-election",
        "leader-election",
        100,
        "ByUser",
        {
            "subjects": [*_users("system:kube-controller-manager", "system:kube-scheduler"), *_accounts("*")],
            "resourceRules": [_resources(_LOCKING, "coordination.k8s.io", "leases")],
        },
    ),
    _schema(
        "endpoint-controller",
        "workload-high",
        150,
        "ByUser",
        {
            "subjects": [
                *_users("system:kube-controller-manager"),
                *_accounts("endpoint-controller", "endpointslicemirroring-controller"),
            ],
            "resourceRules": [_resources(_LOCKING, "", "endpoints")],
        },
    ),
    _schema(
        "workload-leader-election",
        "leader-election",
        200,
        "ByUser",
        {
            "subjects": _accounts("*"),
            "resourceRules": [
                _resources(_LOCKING, "", "endpoints", "configmaps"),
                _resources(_LOCKING, "coordination.k8s.io", "leases"),
            ],
        },
    ),
    _schema("kube-controller-manager", "workload-high", 800, "ByNamespace", _everything(_users("system:kube-controller-manager"))),
    _schema("kube-scheduler", "workload-high", 800, "ByNamespace", _everything(_users("system:kube-scheduler"))),
    _schema("kube-system-service-accounts", "workload-high", 900, "ByNamespace", _everything(_accounts("*"))),
    _schema("service-accounts", "workload-low", 9_000, "ByUser", _everything(_groups("system:serviceaccounts"))),
    _schema("global-default", "global-default", 9_900, "ByUser", _everything(_groups(_UNAUTHENTICATED, _AUTHENTICATED))),
)
MANDATORY = frozenset({EXEMPT, CATCH_ALL})
"""Names of the levels and schemas that are as they are."""
