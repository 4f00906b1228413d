"""A role for each controller of kube-controller-manager, given to its own ServiceAccount: no controller may do more than it has to.

Upstream: ``plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go``, with the feature gates that are on by default in v1.36.
"""

from __future__ import annotations

from cluster.apiserver.authorization.bootstrap_policy.building import (
    CORE,
    EVENTS_RULE,
    READ,
    Table,
    as_default,
    binding,
    cluster_role,
    role,
    rule,
    service_account,
)
from cluster.machinery.meta import Obj

_PREFIX = "system:controller:"
_ALL_BUT_COLLECTIONS = f"{READ} create update patch delete"
_SIGNERS = "legacy-unknown kube-apiserver-client kube-apiserver-client-kubelet kubelet-serving"

_ROLES: Table = {
    "attachdetach-controller": (
        rule("list watch", CORE, "persistentvolumes persistentvolumeclaims"),
        rule(READ, CORE, "nodes"),
        rule("patch update", CORE, "nodes/status"),
        rule("list watch", CORE, "pods"),
        EVENTS_RULE,
        rule(f"{READ} create delete", "storage.k8s.io", "volumeattachments"),
        rule(READ, "storage.k8s.io", "csidrivers"),
        rule(READ, "storage.k8s.io", "csinodes"),
    ),
    "clusterrole-aggregation-controller": (rule(f"escalate {READ} update patch", "rbac.authorization.k8s.io", "clusterroles"),),
    "cronjob-controller": (
        rule(f"{READ} update", "batch", "cronjobs"),
        rule(_ALL_BUT_COLLECTIONS, "batch", "jobs"),
        rule("update", "batch", "cronjobs/status"),
        rule("update", "batch", "cronjobs/finalizers"),
        rule("list watch delete", CORE, "pods"),
        EVENTS_RULE,
    ),
    "daemon-set-controller": (
        rule(READ, "extensions apps", "daemonsets"),
        rule("update", "extensions apps", "daemonsets/status"),
        rule("update", "extensions apps", "daemonsets/finalizers"),
        rule("list watch", CORE, "nodes"),
        rule("list watch create delete patch", CORE, "pods"),
        rule("create", CORE, "pods/binding"),
        rule(_ALL_BUT_COLLECTIONS, "apps", "controllerrevisions"),
        EVENTS_RULE,
    ),
    "deployment-controller": (
        rule(f"{READ} update", "extensions apps", "deployments"),
        rule("update", "extensions apps", "deployments/status"),
        rule("update", "extensions apps", "deployments/finalizers"),
        rule(_ALL_BUT_COLLECTIONS, "apps extensions", "replicasets"),
        rule(f"{READ} update", CORE, "pods"),
        EVENTS_RULE,
    ),
    "disruption-controller": (
        rule(READ, "extensions apps", "deployments"),
        rule(READ, "apps extensions", "replicasets"),
        rule(READ, CORE, "replicationcontrollers"),
        rule(READ, "policy", "poddisruptionbudgets"),
        rule(READ, "apps", "statefulsets"),
        rule("update", "policy", "poddisruptionbudgets/status"),
        rule("patch update", CORE, "pods/status"),
        rule("get", "*", "*/scale"),
        EVENTS_RULE,
    ),
    "endpoint-controller": (
        rule(READ, CORE, "services pods"),
        rule(f"{READ} create update delete", CORE, "endpoints"),
        rule("create", CORE, "endpoints/restricted"),
        EVENTS_RULE,
    ),
    "endpointslice-controller": (
        rule(READ, CORE, "services pods nodes"),
        rule("update", CORE, "services/finalizers"),
        rule(f"{READ} create update delete", "discovery.k8s.io", "endpointslices"),
        EVENTS_RULE,
    ),
    "endpointslicemirroring-controller": (
        rule(READ, CORE, "services endpoints"),
        rule("update", CORE, "services/finalizers"),
        rule("update", CORE, "endpoints/finalizers"),
        rule(f"{READ} create update delete", "discovery.k8s.io", "endpointslices"),
        EVENTS_RULE,
    ),
    "expand-controller": (
        rule(f"{READ} update patch", CORE, "persistentvolumes"),
        rule("update patch", CORE, "persistentvolumeclaims/status"),
        rule(READ, CORE, "persistentvolumeclaims"),
        EVENTS_RULE,
        rule("get", CORE, "services"),
    ),
    "ephemeral-volume-controller": (
        rule(READ, CORE, "pods"),
        rule("update", CORE, "pods/finalizers"),
        rule(f"{READ} create", CORE, "persistentvolumeclaims"),
        EVENTS_RULE,
    ),
    "resource-claim-controller": (
        rule(READ, CORE, "pods"),
        rule("update", CORE, "pods/finalizers"),
        rule(f"{READ} create delete", "resource.k8s.io", "resourceclaims"),
        rule("update patch", "resource.k8s.io", "resourceclaims resourceclaims/status"),
        rule("update patch", "resource.k8s.io", "resourceclaims/binding"),
        rule("update patch", CORE, "pods/status"),
        EVENTS_RULE,
    ),
    "device-taint-eviction-controller": (
        rule(f"{READ} delete", CORE, "pods"),
        rule("update patch", CORE, "pods/status"),
        rule(READ, "resource.k8s.io", "resourceclaims"),
        rule(READ, "resource.k8s.io", "resourceslices"),
        rule(READ, "resource.k8s.io", "deviceclasses"),
        rule(READ, "resource.k8s.io", "devicetaintrules"),
        EVENTS_RULE,
    ),
    "generic-garbage-collector": (rule(f"{READ} patch update delete", "*", "*"), EVENTS_RULE),
    "horizontal-pod-autoscaler": (
        rule(READ, "autoscaling", "horizontalpodautoscalers"),
        rule("update", "autoscaling", "horizontalpodautoscalers/status"),
        rule("get update", "*", "*/scale"),
        rule("list watch", CORE, "pods"),
        rule("list watch", "metrics.k8s.io", "pods"),
        rule(READ, "custom.metrics.k8s.io", "*"),
        rule(READ, "external.metrics.k8s.io", "*"),
        EVENTS_RULE,
    ),
    "job-controller": (
        rule(f"{READ} update patch", "batch", "jobs"),
        rule("update", "batch", "jobs/status"),
        rule("update", "batch", "jobs/finalizers"),
        rule("list watch create delete patch", CORE, "pods"),
        EVENTS_RULE,
    ),
    "namespace-controller": (
        rule(f"{READ} delete", CORE, "namespaces"),
        rule("update", CORE, "namespaces/finalize namespaces/status"),
        rule(f"{READ} delete deletecollection", "*", "*"),
    ),
    "node-controller": (
        rule(f"{READ} update delete patch", CORE, "nodes"),
        rule("patch update", CORE, "nodes/status"),
        rule("patch update", CORE, "pods/status"),
        rule(f"{READ} delete", CORE, "pods"),
        EVENTS_RULE,
    ),
    "persistent-volume-binder": (
        rule(f"{READ} update create delete", CORE, "persistentvolumes"),
        rule("update", CORE, "persistentvolumes/status"),
        rule(f"{READ} update", CORE, "persistentvolumeclaims"),
        rule("update", CORE, "persistentvolumeclaims/status"),
        rule(f"{READ} create delete", CORE, "pods"),
        rule(READ, "storage.k8s.io", "storageclasses"),
        rule("list watch", CORE, "nodes"),
        EVENTS_RULE,
        rule("watch", CORE, "events"),
        rule("get", CORE, "services"),
    ),
    "pod-garbage-collector": (
        rule("list watch delete", CORE, "pods"),
        rule(READ, CORE, "nodes"),
        rule("patch", CORE, "pods/status"),
    ),
    "replicaset-controller": (
        rule(f"{READ} update", "apps extensions", "replicasets"),
        rule("update", "apps extensions", "replicasets/status"),
        rule("update", "apps extensions", "replicasets/finalizers"),
        rule("list watch patch create delete", CORE, "pods"),
        EVENTS_RULE,
    ),
    "replication-controller": (
        rule(f"{READ} update", CORE, "replicationcontrollers"),
        rule("update", CORE, "replicationcontrollers/status"),
        rule("update", CORE, "replicationcontrollers/finalizers"),
        rule("list watch patch create delete", CORE, "pods"),
        EVENTS_RULE,
    ),
    "resourcequota-controller": (rule("list watch", "*", "*"), rule("update", CORE, "resourcequotas/status"), EVENTS_RULE),
    "route-controller": (rule("list watch", CORE, "nodes"), rule("patch", CORE, "nodes/status"), EVENTS_RULE),
    "service-account-controller": (rule("create", CORE, "serviceaccounts"), EVENTS_RULE),
    "service-controller": (
        rule(READ, CORE, "services"),
        rule("patch update", CORE, "services/status"),
        rule("list watch", CORE, "nodes"),
        EVENTS_RULE,
    ),
    "service-cidrs-controller": (
        rule(f"{READ} patch update", "networking.k8s.io", "servicecidrs"),
        rule("patch update", "networking.k8s.io", "servicecidrs/finalizers"),
        rule("patch update", "networking.k8s.io", "servicecidrs/status"),
        rule(READ, "networking.k8s.io", "ipaddresses"),
        EVENTS_RULE,
    ),
    "statefulset-controller": (
        rule("list watch", CORE, "pods"),
        rule(READ, "apps", "statefulsets"),
        rule("update", "apps", "statefulsets/status"),
        rule("update", "apps", "statefulsets/finalizers"),
        rule("get create delete update patch", CORE, "pods"),
        rule(_ALL_BUT_COLLECTIONS, "apps", "controllerrevisions"),
        rule(f"{READ} create", CORE, "persistentvolumeclaims"),
        rule("update delete", CORE, "persistentvolumeclaims"),
        rule("update", CORE, "pods/finalizers"),
        EVENTS_RULE,
    ),
    "ttl-controller": (rule("update patch list watch", CORE, "nodes"), EVENTS_RULE),
    "certificate-controller": (
        rule(f"{READ} delete", "certificates.k8s.io", "certificatesigningrequests"),
        rule("update", "certificates.k8s.io", "certificatesigningrequests/status certificatesigningrequests/approval"),
        rule("approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client-kubelet"),
        rule("sign", "certificates.k8s.io", "signers", " ".join(f"kubernetes.io/{signer}" for signer in _SIGNERS.split())),
        rule("create", "authorization.k8s.io", "subjectaccessreviews"),
        EVENTS_RULE,
    ),
    "pvc-protection-controller": (
        rule(f"{READ} update", CORE, "persistentvolumeclaims"),
        rule(READ, CORE, "pods"),
        EVENTS_RULE,
    ),
    "pv-protection-controller": (rule(f"{READ} update", CORE, "persistentvolumes"), EVENTS_RULE),
    "volumeattributesclass-protection-controller": (
        rule(READ, CORE, "persistentvolumeclaims"),
        rule(READ, CORE, "persistentvolumes"),
        rule(f"{READ} update", "storage.k8s.io", "volumeattributesclasses"),
        EVENTS_RULE,
    ),
    "ttl-after-finished-controller": (rule(f"{READ} delete", "batch", "jobs"), EVENTS_RULE),
    "root-ca-cert-publisher": (rule("create update", CORE, "configmaps"), EVENTS_RULE),
    "validatingadmissionpolicy-status-controller": (
        rule(READ, "admissionregistration.k8s.io", "validatingadmissionpolicies"),
        rule("get patch update", "admissionregistration.k8s.io", "validatingadmissionpolicies/status"),
        EVENTS_RULE,
    ),
    "legacy-service-account-token-cleaner": (
        rule("get", CORE, "configmaps", "kube-apiserver-legacy-service-account-token-tracking"),
        rule("patch delete", CORE, "secrets"),
    ),
    "selinux-warning-controller": (
        EVENTS_RULE,
        rule(READ, CORE, "persistentvolumes"),
        rule(READ, CORE, "persistentvolumeclaims"),
        rule(READ, CORE, "pods"),
        rule(READ, "storage.k8s.io", "csidrivers"),
    ),
}

CONTROLLER_ROLES: tuple[Obj, ...] = tuple(as_default(role(f"{_PREFIX}{name}", rules)) for name, rules in _ROLES.items())
CONTROLLER_ROLE_BINDINGS: tuple[Obj, ...] = tuple(
    as_default(binding(f"{_PREFIX}{name}", cluster_role(f"{_PREFIX}{name}"), service_account(name))) for name in _ROLES
)
