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
        "CustomResourceDefinitionSpec.preserveUnknownFields",
        "CustomResourceDefinitionVersion.deprecated",
        "JSONSchemaProps.exclusiveMaximum",
        "JSONSchemaProps.exclusiveMinimum",
        "JSONSchemaProps.nullable",
        "JSONSchemaProps.uniqueItems",
        "JSONSchemaProps.x-kubernetes-embedded-resource",
        "JSONSchemaProps.x-kubernetes-int-or-string",
        "chapAuthDiscovery",
        "chapAuthSession",
        "hostIPC",
        "hostNetwork",
        "hostPID",
        "PriorityClass.globalDefault",
        "paused",
        "publishNotReadyAddresses",
        "readOnly",
        "sslEnabled",
        "stdin",
        "stdinOnce",
        "tty",
        "unschedulable",
        # integer
        "CustomResourceColumnDefinition.priority",
        "CustomResourceDefinitionCondition.observedGeneration",
        "CustomResourceDefinitionStatus.observedGeneration",
        "DeploymentStatus.replicas",
        "Event.count",
        "Event.deprecatedCount",
        "AWSElasticBlockStoreVolumeSource.partition",
        "EventSeries.count",
        "GCEPersistentDiskVolumeSource.partition",
        "HorizontalPodAutoscalerStatus.currentReplicas",
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
        "ServiceBackendPort.number",
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

POINTER_SCALARS = frozenset(
    {"AzureDiskVolumeSource.readOnly", "CSIVolumeSource.readOnly", "HorizontalPodAutoscalerStatus.observedGeneration"}
)
"""Exceptions to PLAIN_SCALARS."""

WRITTEN_SCALARS = frozenset(
    {
        "PodDisruptionBudgetStatus.currentHealthy",
        "PodDisruptionBudgetStatus.desiredHealthy",
        "PodDisruptionBudgetStatus.disruptionsAllowed",
        "PodDisruptionBudgetStatus.expectedPods",
        "PriorityClass.value",
        "StatefulSetOrdinals.start",
        "StatefulSetSpec.serviceName",
        "StatefulSetStatus.availableReplicas",
    }
)
"""Optional values that are written even when they are zero and nobody sent them."""

POINTER_STRINGS = frozenset(
    {
        "CustomResourceDefinitionVersion.deprecationWarning",
        "CustomResourceSubresourceScale.labelSelectorPath",
        "JSONSchemaProps.$ref",
        "JSONSchemaProps.x-kubernetes-list-type",
        "JSONSchemaProps.x-kubernetes-map-type",
        "ValidationRule.reason",
        "TypedLocalObjectReference.apiGroup",
        "TypedObjectReference.apiGroup",
        "appProtocol",
        "EndpointPort.name",
        "Endpoint.hostname",
        "Endpoint.nodeName",
        "Endpoint.zone",
        "EndpointAddress.nodeName",
        "holderIdentity",
        "hostnameOverride",
        "IngressClassParametersReference.namespace",
        "IngressClassParametersReference.scope",
        "internalTrafficPolicy",
        "ipFamilyPolicy",
        "ipMode",
        "loadBalancerClass",
        "NetworkPolicyPort.protocol",
        "trafficDistribution",
        "ingressClassName",
        "preferredHolder",
        "propagationPolicy",
        "completionMode",
        "failedIndexes",
        "JobSpec.managedBy",
        "PodFailurePolicyOnExitCodesRequirement.containerName",
        "podReplacementPolicy",
        "preemptionPolicy",
        "runtimeClassName",
        "selectPolicy",
        "AzureDiskVolumeSource.cachingMode",
        "AzureDiskVolumeSource.fsType",
        "AzureDiskVolumeSource.kind",
        "AzureFilePersistentVolumeSource.secretNamespace",
        "CSIDriverSpec.fsGroupPolicy",
        "GlusterfsPersistentVolumeSource.endpointsNamespace",
        "initiatorName",
        "LocalVolumeSource.fsType",
        "PersistentVolumeClaimSpec.storageClassName",
        "PersistentVolumeClaimStatus.currentVolumeAttributesClassName",
        "StorageClass.reclaimPolicy",
        "StorageClass.volumeBindingMode",
        "TypedObjectReference.namespace",
        "VolumeAttachmentSource.persistentVolumeName",
        "volumeMode",
        "succeededIndexes",
        "timeZone",
        "unhealthyPodEvictionPolicy",
        "volumeAttributesClassName",
    }
)
"""Optional strings that are pointers: an empty one is kept. All other empty strings are dropped."""

PLAIN_STRUCTS = frozenset(
    {
        "CustomResourceDefinition.spec",
        "CustomResourceDefinition.status",
        "CustomResourceDefinitionSpec.names",
        "CustomResourceDefinitionStatus.acceptedNames",
        "metadata",
        "CertificateSigningRequest.spec",
        "CertificateSigningRequest.status",
        "ClusterRoleBinding.roleRef",
        "Container.resources",
        "ContainerStatus.lastState",
        "ContainerStatus.state",
        "ContainerResourceMetricSource.target",
        "CSIDriver.spec",
        "CSINode.spec",
        "CronJob.spec",
        "CronJob.status",
        "CronJobSpec.jobTemplate",
        "DaemonSet.spec",
        "DaemonSet.status",
        "DaemonSetSpec.template",
        "DaemonSetSpec.updateStrategy",
        "Deployment.spec",
        "Deployment.status",
        "DeploymentSpec.strategy",
        "EphemeralContainer.resources",
        "Endpoint.conditions",
        "Event.deprecatedSource",
        "Event.source",
        "ExternalMetricSource.metric",
        "ExternalMetricSource.target",
        "HorizontalPodAutoscaler.spec",
        "HorizontalPodAutoscaler.status",
        "HorizontalPodAutoscalerSpec.scaleTargetRef",
        "HTTPIngressPath.backend",
        "Ingress.spec",
        "Ingress.status",
        "IngressClass.spec",
        "IngressServiceBackend.port",
        "IngressStatus.loadBalancer",
        "Job.spec",
        "Job.status",
        "JobSpec.template",
        "JobTemplateSpec.spec",
        "Lease.spec",
        "LimitRange.spec",
        "Namespace.spec",
        "Namespace.status",
        "NetworkPolicy.spec",
        "NetworkPolicySpec.podSelector",
        "Node.spec",
        "Node.status",
        "NodeDaemonEndpoints.kubeletEndpoint",
        "NodeStatus.daemonEndpoints",
        "NodeStatus.nodeInfo",
        "ObjectMetricSource.describedObject",
        "ObjectMetricSource.metric",
        "ObjectMetricSource.target",
        "PersistentVolume.spec",
        "PersistentVolume.status",
        "PersistentVolumeClaim.spec",
        "PersistentVolumeClaim.status",
        "PersistentVolumeClaimSpec.resources",
        "Pod.spec",
        "Pod.status",
        "PodDisruptionBudget.spec",
        "PodDisruptionBudget.status",
        "PodTemplate.template",
        "PodTemplateSpec.spec",
        "PodsMetricSource.metric",
        "PodsMetricSource.target",
        "ReplicaSet.spec",
        "ReplicaSet.status",
        "ReplicaSetSpec.template",
        "DeploymentSpec.template",
        "RoleBinding.roleRef",
        "ReplicationController.spec",
        "ReplicationController.status",
        "ResourceMetricSource.target",
        "ResourceQuota.spec",
        "ResourceQuota.status",
        "Scale.spec",
        "Scale.status",
        "Service.spec",
        "Service.status",
        "ServiceStatus.loadBalancer",
        "StatefulSet.spec",
        "StatefulSet.status",
        "StatefulSetSpec.template",
        "StatefulSetSpec.updateStrategy",
        "VolumeAttachment.spec",
        "VolumeAttachment.status",
        "VolumeAttachmentSpec.source",
    }
)
"""Structs that are not pointers: written even when empty."""


NULL_LISTS = frozenset(
    {
        "CSINodeSpec.drivers",
        "ClusterRole.rules",
        "CustomResourceDefinitionStatus.conditions",
        "CustomResourceDefinitionStatus.storedVersions",
        "HorizontalPodAutoscalerStatus.currentMetrics",
        "LimitRangeSpec.limits",
        "Role.rules",
    }
)
"""Optional lists that are written as null when they are empty."""


KEPT_LISTS = frozenset({"HPAScalingRules.policies"})
"""Lists whose being empty is something else than their absence: defaults and rules tell the two apart."""


def _is_listed(table: frozenset[str], struct: str, field: str) -> bool:
    return field in table or f"{struct}.{field}" in table


def keeps_zero(struct: str, field: str, json_type: str) -> bool:
    """Return whether an optional field keeps a zero value that a client sent.

    ``struct``: the short type name (``PodSpec``). Empty lists and maps are dropped, but for a few lists.
    """
    if json_type == "string":
        return _is_listed(POINTER_STRINGS, struct, field)
    if json_type in ("boolean", "integer", "number"):
        return f"{struct}.{field}" in POINTER_SCALARS or not _is_listed(PLAIN_SCALARS, struct, field)
    return json_type not in ("array", "object") or f"{struct}.{field}" in KEPT_LISTS


def is_null_list(struct: str, field: str) -> bool:
    """Return whether a list is written as null when nothing is in it."""
    return f"{struct}.{field}" in NULL_LISTS


def is_written(struct: str, field: str) -> bool:
    """Return whether a value is written though it is zero and nobody sent it."""
    return f"{struct}.{field}" in WRITTEN_SCALARS


def is_plain_struct(struct: str, field: str) -> bool:
    """Return whether a struct is written even when nothing is in it."""
    return _is_listed(PLAIN_STRUCTS, struct, field)
