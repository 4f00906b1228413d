"""What the published definitions leave out about the Go types: which zero values are written.

In Go an optional field is either a pointer, whose ``false``, ``0`` or ``""`` is kept, or a plain value, whose zero
is dropped when the object is written (``omitempty``); a plain struct is always written, as ``{}`` when empty. Clients see
the difference: ``hostNetwork: false`` does not come back, ``replicas: 0`` does, every container has ``resources: {}``.
Keys are ``field``, or ``Type.field`` where one name is both.

Upstream: ``staging/src/k8s.io/api/*/v1/types.go``.
"""

from __future__ import annotations

PLAIN_SCALARS = frozenset(
    {
        # bool
        "chapAuthDiscovery",
        "chapAuthSession",
        "hostIPC",
        "hostNetwork",
        "hostPID",
        "paused",
        "publishNotReadyAddresses",
        "readOnly",
        "sslEnabled",
        "stdin",
        "stdinOnce",
        "tty",
        "unschedulable",
        # integer
        "DeploymentStatus.replicas",
        "Event.count",
        "EventSeries.count",
        "JobStatus.active",
        "JobStatus.failed",
        "JobStatus.succeeded",
        "Probe.timeoutSeconds",
        "ScaleSpec.replicas",
        "availableReplicas",
        "currentReplicas",
        "failureThreshold",
        "fullyLabeledReplicas",
        "generation",
        "healthCheckNodePort",
        "hostPort",
        "initialDelaySeconds",
        "minReadySeconds",
        "nodePort",
        "numberAvailable",
        "numberUnavailable",
        "observedGeneration",
        "periodSeconds",
        "readyReplicas",
        "signal",
        "sizeBytes",
        "successThreshold",
        "unavailableReplicas",
        "updatedNumberScheduled",
        "updatedReplicas",
    }
)
"""Optional booleans and integers that are not pointers: their zero is dropped."""

POINTER_SCALARS = frozenset({"AzureDiskVolumeSource.readOnly", "CSIVolumeSource.readOnly"})
"""Exceptions to PLAIN_SCALARS."""

POINTER_STRINGS = frozenset(
    {
        "TypedLocalObjectReference.apiGroup",
        "TypedObjectReference.apiGroup",
        "appProtocol",
        "EndpointPort.name",
        "holderIdentity",
        "hostnameOverride",
        "ingressClassName",
        "preferredHolder",
        "propagationPolicy",
        "runtimeClassName",
        "storageClassName",
        "volumeAttributesClassName",
    }
)
"""Optional strings that are pointers: an empty one is kept. All other empty strings are dropped."""

PLAIN_STRUCTS = frozenset(
    {
        "metadata",
        "ClusterRoleBinding.roleRef",
        "Container.resources",
        "ContainerStatus.lastState",
        "ContainerStatus.state",
        "CronJob.spec",
        "CronJob.status",
        "DaemonSet.spec",
        "DaemonSet.status",
        "DaemonSetSpec.updateStrategy",
        "Deployment.spec",
        "Deployment.status",
        "DeploymentSpec.strategy",
        "EphemeralContainer.resources",
        "Event.source",
        "Job.spec",
        "Job.status",
        "JobTemplateSpec.spec",
        "Lease.spec",
        "Namespace.spec",
        "Namespace.status",
        "Node.spec",
        "Node.status",
        "NodeDaemonEndpoints.kubeletEndpoint",
        "NodeStatus.daemonEndpoints",
        "NodeStatus.nodeInfo",
        "PersistentVolumeClaim.spec",
        "PersistentVolumeClaim.status",
        "PersistentVolumeClaimSpec.resources",
        "Pod.spec",
        "Pod.status",
        "PodTemplateSpec.spec",
        "ReplicaSet.spec",
        "ReplicaSet.status",
        "ReplicaSetSpec.template",
        "DeploymentSpec.template",
        "RoleBinding.roleRef",
        "Scale.spec",
        "Scale.status",
        "Service.spec",
        "Service.status",
        "ServiceStatus.loadBalancer",
        "StatefulSet.spec",
        "StatefulSet.status",
        "StatefulSetSpec.updateStrategy",
    }
)
"""Structs that are not pointers: written even when empty."""


NULL_LISTS = frozenset({"ClusterRole.rules", "Role.rules"})
"""Optional lists that are written as null when they are empty."""


def _is_listed(table: frozenset[str], struct: str, field: str) -> bool:
    return field in table or f"{struct}.{field}" in table


def keeps_zero(struct: str, field: str, json_type: str) -> bool:
    """Return whether an optional field keeps a zero value that a client sent.

    ``struct``: the short type name (``PodSpec``). Empty lists and maps are always dropped.
    """
    if json_type == "string":
        return _is_listed(POINTER_STRINGS, struct, field)
    if json_type in ("boolean", "integer", "number"):
        return f"{struct}.{field}" in POINTER_SCALARS or not _is_listed(PLAIN_SCALARS, struct, field)
    return json_type not in ("array", "object")


def is_null_list(struct: str, field: str) -> bool:
    """Return whether a list is written as null when nothing is in it."""
    return f"{struct}.{field}" in NULL_LISTS


def is_plain_struct(struct: str, field: str) -> bool:
    """Return whether a struct is written even when nothing is in it."""
    return _is_listed(PLAIN_STRUCTS, struct, field)
