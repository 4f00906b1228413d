"""The roles that every cluster has, and whom they are given to: administrators, users, and the components of the control plane.

``admin``, ``edit`` and ``view`` have no rules of their own: the controller ``clusterrole-aggregation-controller`` gathers them from
all ClusterRoles with a label, so that whoever brings a kind can add to them.

Upstream: ``plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`` (``ClusterRoles``, ``ClusterRoleBindings``), with the feature
gates that are on by default in v1.36.
"""

from __future__ import annotations

from cluster.apiserver.authorization.bootstrap_policy.building import (
    CORE,
    EVENTS_RULE,
    READ,
    READ_UPDATE,
    READ_WRITE,
    WRITE,
    Table,
    as_default,
    binding,
    cluster_role,
    group,
    path_rule,
    role,
    rule,
    service_account,
    user,
)
from cluster.apiserver.authorization.bootstrap_policy.nodes import NODE_RULES
from cluster.machinery.meta import Obj

_AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
_OLD_WORKLOADS = "daemonsets deployments deployments/scale replicasets replicasets/scale"
_WORKLOADS = f"{_OLD_WORKLOADS} statefulsets statefulsets/scale"
_EXTENSIONS = f"{_OLD_WORKLOADS} ingresses networkpolicies replicationcontrollers/scale"
_HEALTH = "/livez /readyz /healthz"

_AGGREGATED: Table = {
    "admin": (
        rule("create", "authorization.k8s.io", "localsubjectaccessreviews"),
        rule(READ_WRITE, "rbac.authorization.k8s.io", "roles rolebindings"),
    ),
    "edit": (
        rule(READ, CORE, "pods/attach pods/proxy pods/exec pods/portforward secrets services/proxy"),
        rule("impersonate", CORE, "serviceaccounts"),
        rule(WRITE, CORE, "pods pods/attach pods/proxy pods/exec pods/portforward"),
        rule("create", CORE, "pods/eviction"),
        rule(
            WRITE,
            CORE,
            "replicationcontrollers replicationcontrollers/scale serviceaccounts services services/proxy persistentvolumeclaims "
            "configmaps secrets events",
        ),
        rule("create", CORE, "serviceaccounts/token"),
        rule(WRITE, "apps", f"{_WORKLOADS} deployments/rollback"),
        rule(WRITE, "autoscaling", "horizontalpodautoscalers"),
        rule(WRITE, "batch", "jobs cronjobs"),
        rule(WRITE, "extensions", f"{_EXTENSIONS} deployments/rollback"),
        rule(WRITE, "policy", "poddisruptionbudgets"),
        rule(WRITE, "networking.k8s.io", "networkpolicies ingresses"),
        rule(READ_WRITE, "coordination.k8s.io", "leases"),
        rule(WRITE, "resource.k8s.io", "resourceclaims resourceclaimtemplates"),
    ),
    "view": (
        rule(
            READ,
            CORE,
            "pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status endpoints "
            "persistentvolumeclaims persistentvolumeclaims/status configmaps",
        ),
        rule(
            READ,
            CORE,
            "limitranges resourcequotas bindings events pods/status resourcequotas/status namespaces/status "
            "replicationcontrollers/status pods/log",
        ),
        rule(READ, CORE, "namespaces"),
        rule(READ, "discovery.k8s.io", "endpointslices"),
        rule(READ, "apps", f"controllerrevisions {_WORKLOADS} statefulsets/status daemonsets/status deployments/status replicasets/status"),
        rule(READ, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
        rule(READ, "batch", "jobs cronjobs cronjobs/status jobs/status"),
        rule(READ, "extensions", f"{_EXTENSIONS} daemonsets/status deployments/status ingresses/status replicasets/status"),
        rule(READ, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
        rule(READ, "networking.k8s.io", "networkpolicies ingresses ingresses/status"),
        rule(READ, "resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates"),
    ),
}
"""The rules of ``system:aggregate-to-<role>``."""

_INTO = {"admin": "", "edit": "admin", "view": "edit"}
"""What each role is gathered into in its turn."""

_SCHEDULER = (
    EVENTS_RULE,
    rule("create", "coordination.k8s.io", "leases"),
    rule("get update", "coordination.k8s.io", "leases", "kube-scheduler"),
    rule(READ, CORE, "nodes"),
    rule(f"{READ} delete", CORE, "pods"),
    rule("create", CORE, "pods/binding bindings"),
    rule("patch update", CORE, "pods/status"),
    rule(READ, CORE, "services replicationcontrollers"),
    rule(READ, "apps extensions", "replicasets"),
    rule(READ, "apps", "statefulsets"),
    rule(READ, "policy", "poddisruptionbudgets"),
    rule(READ, CORE, "persistentvolumeclaims persistentvolumes"),
    rule("create", "authentication.k8s.io", "tokenreviews"),
    rule("create", "authorization.k8s.io", "subjectaccessreviews"),
    rule(READ, "storage.k8s.io", "csinodes"),
    rule(READ, "storage.k8s.io", "volumeattachments"),
    rule(READ, CORE, "namespaces"),
    rule(READ, "storage.k8s.io", "csidrivers"),
    rule(READ, "storage.k8s.io", "csistoragecapacities"),
    rule(READ, "resource.k8s.io", "deviceclasses"),
    rule(READ_UPDATE, "resource.k8s.io", "resourceclaims"),
    rule(READ_UPDATE, "resource.k8s.io", "resourceclaims/status"),
    rule("update patch", "resource.k8s.io", "resourceclaims/binding"),
    rule(READ_UPDATE, CORE, "pods/finalizers"),
    rule(READ, "resource.k8s.io", "resourceslices"),
)
_CONTROLLER_MANAGER = (
    EVENTS_RULE,
    rule("create", "coordination.k8s.io", "leases"),
    rule("get update", "coordination.k8s.io", "leases", "kube-controller-manager"),
    rule("create", CORE, "secrets serviceaccounts"),
    rule("delete", CORE, "secrets"),
    rule("get", CORE, "namespaces secrets serviceaccounts configmaps"),
    rule("update", CORE, "secrets serviceaccounts"),
    rule("create", "authentication.k8s.io", "tokenreviews"),
    rule("create", "authorization.k8s.io", "subjectaccessreviews"),
    rule("list watch", "*", "*"),
    rule("create", CORE, "serviceaccounts/token"),
)

_ROLES: Table = {
    "cluster-admin": (rule("*", "*", "*"), path_rule("*", "*")),
    "system:discovery": (path_rule("get", f"{_HEALTH} /version /version/ /openapi /openapi/* /api /api/* /apis /apis/*"),),
    "system:monitoring": (path_rule("get", f"/metrics /metrics/slis {_HEALTH} /livez/* /readyz/* /healthz/*"),),
    "system:basic-user": (
        rule("create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
        rule("create", "authentication.k8s.io", "selfsubjectreviews"),
    ),
    "system:public-info-viewer": (path_rule("get", f"{_HEALTH} /version /version/"),),
    "system:heapster": (rule(READ, CORE, "events pods nodes namespaces"), rule(READ, "extensions", "deployments")),
    "system:node": NODE_RULES,
    "system:node-problem-detector": (rule("get", CORE, "nodes"), rule("patch", CORE, "nodes/status"), EVENTS_RULE),
    "system:kubelet-api-admin": (
        rule(READ, CORE, "nodes"),
        rule("proxy", CORE, "nodes"),
        rule("*", CORE, "nodes/proxy nodes/metrics nodes/stats nodes/log"),
        rule("*", CORE, "nodes/configz nodes/healthz nodes/pods"),
    ),
    "system:node-bootstrapper": (rule(f"create {READ}", "certificates.k8s.io", "certificatesigningrequests"),),
    "system:auth-delegator": (
        rule("create", "authentication.k8s.io", "tokenreviews"),
        rule("create", "authorization.k8s.io", "subjectaccessreviews"),
    ),
    "system:kube-aggregator": (rule(READ, CORE, "services endpoints"),),
    "system:kube-controller-manager": _CONTROLLER_MANAGER,
    "system:kube-dns": (rule("list watch", CORE, "endpoints services"),),
    "system:kube-scheduler": _SCHEDULER,
    "system:persistent-volume-provisioner": (
        rule(f"{READ} create delete", CORE, "persistentvolumes"),
        rule(f"{READ} update", CORE, "persistentvolumeclaims"),
        rule(READ, "storage.k8s.io", "storageclasses"),
        rule("watch", CORE, "events"),
        EVENTS_RULE,
    ),
    "system:volume-scheduler": (
        rule(READ_UPDATE, CORE, "persistentvolumes"),
        rule(READ, "storage.k8s.io", "storageclasses"),
        rule(READ_UPDATE, CORE, "persistentvolumeclaims"),
    ),
    "system:node-proxier": (
        rule("list watch", CORE, "services endpoints"),
        rule(READ, CORE, "nodes"),
        EVENTS_RULE,
        rule("list watch", "networking.k8s.io", "servicecidrs"),
        rule("list watch", "discovery.k8s.io", "endpointslices"),
    ),
    "system:certificates.k8s.io:certificatesigningrequests:nodeclient": (
        rule("create", "certificates.k8s.io", "certificatesigningrequests/nodeclient"),
    ),
    "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": (
        rule("create", "certificates.k8s.io", "certificatesigningrequests/selfnodeclient"),
    ),
    **{
        f"system:certificates.k8s.io:{signer}-approver": (rule("approve", "certificates.k8s.io", "signers", f"kubernetes.io/{signer}"),)
        for signer in ("kube-apiserver-client", "kube-apiserver-client-kubelet", "kubelet-serving", "legacy-unknown")
    },
    "system:service-account-issuer-discovery": (
        path_rule("get", "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/"),
    ),
}

_BINDINGS: Table = {
    "cluster-admin": (group("system:masters"),),
    "system:monitoring": (group("system:monitoring"),),
    "system:discovery": (group("system:authenticated"),),
    "system:basic-user": (group("system:authenticated"),),
    "system:public-info-viewer": (group("system:authenticated"), group("system:unauthenticated")),
    "system:node-proxier": (user("system:kube-proxy"),),
    "system:kube-controller-manager": (user("system:kube-controller-manager"),),
    "system:kube-dns": (service_account("kube-dns"),),
    "system:kube-scheduler": (user("system:kube-scheduler"),),
    "system:volume-scheduler": (user("system:kube-scheduler"),),
    "system:service-account-issuer-discovery": (group("system:serviceaccounts"),),
    "system:node": (),
}
"""By the name of the role, which is the binding's too: whom it is given to."""


def _aggregating(name: str) -> Obj:
    made = role(name, None)
    made["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": {f"{_AGGREGATE}{name}": "true"}}]}
    return _labelled(made, _INTO[name])


def _labelled(made: Obj, into: str) -> Obj:
    if into:
        made["metadata"]["labels"] = {f"{_AGGREGATE}{into}": "true"}
    return made


CLUSTER_ROLES: tuple[Obj, ...] = tuple(
    as_default(made)
    for made in (
        *(role(name, rules) for name, rules in _ROLES.items()),
        *(_aggregating(name) for name in _AGGREGATED),
        *(_labelled(role(f"system:aggregate-to-{name}", rules), name) for name, rules in _AGGREGATED.items()),
    )
)
CLUSTER_ROLE_BINDINGS: tuple[Obj, ...] = tuple(
    as_default(binding(name, cluster_role(name), *subjects)) for name, subjects in _BINDINGS.items()
)
