"""The Go structs that a pod template is made of: field names, order and types, as data.

The hash of a template runs over a dump of Go values, so that the order of fields and the names of types decide it. A line
names a field and its type; a field whose type stands alone is embedded (its members are inline in JSON). Types without a
package are those of ``k8s.io/api/core/v1``; a type that is neither here nor a Go basic type is a named string.

Upstream: ``staging/src/k8s.io/api/core/v1/types.go``, ``staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """``name`` and ``type`` as in Go; ``json``: its name in an object, empty for an embedded struct."""

    name: str
    type: str
    json: str


_DECLARATIONS = {
    "PodTemplateSpec": "ObjectMeta v1.ObjectMeta, Spec PodSpec",
    "ObjectMeta": "Name string, GenerateName string, Namespace string, SelfLink string, UID types.UID, ResourceVersion string, "
    "Generation int64, CreationTimestamp v1.Time, DeletionTimestamp *v1.Time, DeletionGracePeriodSeconds *int64, "
    "Labels map[string]string, Annotations map[string]string, OwnerReferences []v1.OwnerReference, Finalizers []string, "
    "ManagedFields []v1.ManagedFieldsEntry",
    "PodSpec": "Volumes []Volume, InitContainers []Container, Containers []Container, EphemeralContainers []EphemeralContainer, "
    "RestartPolicy RestartPolicy, TerminationGracePeriodSeconds *int64, ActiveDeadlineSeconds *int64, DNSPolicy DNSPolicy, "
    "NodeSelector map[string]string, ServiceAccountName string, DeprecatedServiceAccount string, AutomountServiceAccountToken *bool, "
    "NodeName string, HostNetwork bool, HostPID bool, HostIPC bool, ShareProcessNamespace *bool, SecurityContext *PodSecurityContext, "
    "ImagePullSecrets []LocalObjectReference, Hostname string, Subdomain string, Affinity *Affinity, SchedulerName string, "
    "Tolerations []Toleration, HostAliases []HostAlias, PriorityClassName string, Priority *int32, DNSConfig *PodDNSConfig, "
    "ReadinessGates []PodReadinessGate, RuntimeClassName *string, EnableServiceLinks *bool, PreemptionPolicy *PreemptionPolicy, "
    "Overhead ResourceList, TopologySpreadConstraints []TopologySpreadConstraint, SetHostnameAsFQDN *bool, OS *PodOS, HostUsers *bool, "
    "SchedulingGates []PodSchedulingGate, ResourceClaims []PodResourceClaim, Resources *ResourceRequirements, HostnameOverride *string, "
    "SchedulingGroup *PodSchedulingGroup",
    "Container": "Name string, Image string, Command []string, Args []string, WorkingDir string, Ports []ContainerPort, "
    "EnvFrom []EnvFromSource, Env []EnvVar, Resources ResourceRequirements, ResizePolicy []ContainerResizePolicy, "
    "RestartPolicy *ContainerRestartPolicy, RestartPolicyRules []ContainerRestartRule, VolumeMounts []VolumeMount, "
    "VolumeDevices []VolumeDevice, LivenessProbe *Probe, ReadinessProbe *Probe, StartupProbe *Probe, Lifecycle *Lifecycle, "
    "TerminationMessagePath string, TerminationMessagePolicy TerminationMessagePolicy, ImagePullPolicy PullPolicy, "
    "SecurityContext *SecurityContext, Stdin bool, StdinOnce bool, TTY bool",
    "ContainerRestartRule": "Action ContainerRestartRuleAction, ExitCodes *ContainerRestartRuleOnExitCodes",
    "ContainerRestartRuleOnExitCodes": "Operator ContainerRestartRuleOnExitCodesOperator, Values []int32",
    "ContainerPort": "Name string, HostPort int32, ContainerPort int32, Protocol Protocol, HostIP string",
    "ContainerResizePolicy": "ResourceName ResourceName, RestartPolicy ResourceResizeRestartPolicy",
    "ResourceRequirements": "Limits ResourceList, Requests ResourceList, Claims []ResourceClaim",
    "ResourceClaim": "Name string, Request string",
    "EnvFromSource": "Prefix string, ConfigMapRef *ConfigMapEnvSource, SecretRef *SecretEnvSource",
    "ConfigMapEnvSource": "LocalObjectReference, Optional *bool",
    "SecretEnvSource": "LocalObjectReference, Optional *bool",
    "EnvVar": "Name string, Value string, ValueFrom *EnvVarSource",
    "EnvVarSource": "FieldRef *ObjectFieldSelector, ResourceFieldRef *ResourceFieldSelector, ConfigMapKeyRef *ConfigMapKeySelector, "
    "SecretKeyRef *SecretKeySelector, FileKeyRef *FileKeySelector",
    "ObjectFieldSelector": "APIVersion string, FieldPath string",
    "ResourceFieldSelector": "ContainerName string, Resource string, Divisor resource.Quantity",
    "ConfigMapKeySelector": "LocalObjectReference, Key string, Optional *bool",
    "SecretKeySelector": "LocalObjectReference, Key string, Optional *bool",
    "FileKeySelector": "VolumeName string, Path string, Key string, Optional *bool",
    "LocalObjectReference": "Name string",
    "VolumeMount": "Name string, ReadOnly bool, RecursiveReadOnly *RecursiveReadOnlyMode, MountPath string, SubPath string, "
    "MountPropagation *MountPropagationMode, SubPathExpr string",
    "VolumeDevice": "Name string, DevicePath string",
    "Probe": "ProbeHandler, InitialDelaySeconds int32, TimeoutSeconds int32, PeriodSeconds int32, SuccessThreshold int32, "
    "FailureThreshold int32, TerminationGracePeriodSeconds *int64",
    "ProbeHandler": "Exec *ExecAction, HTTPGet *HTTPGetAction, TCPSocket *TCPSocketAction, GRPC *GRPCAction",
    "ExecAction": "Command []string",
    "HTTPGetAction": "Path string, Port intstr.IntOrString, Host string, Scheme URIScheme, HTTPHeaders []HTTPHeader",
    "HTTPHeader": "Name string, Value string",
    "TCPSocketAction": "Port intstr.IntOrString, Host string",
    "GRPCAction": "Port int32, Service *string",
    "Lifecycle": "PostStart *LifecycleHandler, PreStop *LifecycleHandler, StopSignal *Signal",
    "LifecycleHandler": "Exec *ExecAction, HTTPGet *HTTPGetAction, TCPSocket *TCPSocketAction, Sleep *SleepAction",
    "SleepAction": "Seconds int64",
    "SecurityContext": "Capabilities *Capabilities, Privileged *bool, SELinuxOptions *SELinuxOptions, "
    "WindowsOptions *WindowsSecurityContextOptions, RunAsUser *int64, RunAsGroup *int64, RunAsNonRoot *bool, "
    "ReadOnlyRootFilesystem *bool, AllowPrivilegeEscalation *bool, ProcMount *ProcMountType, SeccompProfile *SeccompProfile, "
    "AppArmorProfile *AppArmorProfile",
    "Capabilities": "Add []Capability, Drop []Capability",
    "SELinuxOptions": "User string, Role string, Type string, Level string",
    "WindowsSecurityContextOptions": "GMSACredentialSpecName *string, GMSACredentialSpec *string, RunAsUserName *string, HostProcess *bool",
    "SeccompProfile": "Type SeccompProfileType, LocalhostProfile *string",
    "AppArmorProfile": "Type AppArmorProfileType, LocalhostProfile *string",
    "PodSecurityContext": "SELinuxOptions *SELinuxOptions, WindowsOptions *WindowsSecurityContextOptions, RunAsUser *int64, "
    "RunAsGroup *int64, RunAsNonRoot *bool, SupplementalGroups []int64, SupplementalGroupsPolicy *SupplementalGroupsPolicy, "
    "FSGroup *int64, Sysctls []Sysctl, FSGroupChangePolicy *PodFSGroupChangePolicy, SeccompProfile *SeccompProfile, "
    "AppArmorProfile *AppArmorProfile, SELinuxChangePolicy *PodSELinuxChangePolicy",
    "Sysctl": "Name string, Value string",
    "Toleration": "Key string, Operator TolerationOperator, Value string, Effect TaintEffect, TolerationSeconds *int64",
    "HostAlias": "IP string, Hostnames []string",
    "PodDNSConfig": "Nameservers []string, Searches []string, Options []PodDNSConfigOption",
    "PodDNSConfigOption": "Name string, Value *string",
    "PodReadinessGate": "ConditionType PodConditionType",
    "PodOS": "Name OSName",
    "PodSchedulingGate": "Name string",
    "PodSchedulingGroup": "PodGroupName *string",
    "PodResourceClaim": "Name string, ResourceClaimName *string, ResourceClaimTemplateName *string",
    "TopologySpreadConstraint": "MaxSkew int32, TopologyKey string, WhenUnsatisfiable UnsatisfiableConstraintAction, "
    "LabelSelector *v1.LabelSelector, MinDomains *int32, NodeAffinityPolicy *NodeInclusionPolicy, "
    "NodeTaintsPolicy *NodeInclusionPolicy, MatchLabelKeys []string",
    "LabelSelector": "MatchLabels map[string]string, MatchExpressions []v1.LabelSelectorRequirement",
    "LabelSelectorRequirement": "Key string, Operator v1.LabelSelectorOperator, Values []string",
    "Affinity": "NodeAffinity *NodeAffinity, PodAffinity *PodAffinity, PodAntiAffinity *PodAntiAffinity",
    "NodeAffinity": "RequiredDuringSchedulingIgnoredDuringExecution *NodeSelector, "
    "PreferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm",
    "NodeSelector": "NodeSelectorTerms []NodeSelectorTerm",
    "NodeSelectorTerm": "MatchExpressions []NodeSelectorRequirement, MatchFields []NodeSelectorRequirement",
    "NodeSelectorRequirement": "Key string, Operator NodeSelectorOperator, Values []string",
    "PreferredSchedulingTerm": "Weight int32, Preference NodeSelectorTerm",
    "PodAffinity": "RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm, "
    "PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm",
    "PodAntiAffinity": "RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm, "
    "PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm",
    "WeightedPodAffinityTerm": "Weight int32, PodAffinityTerm PodAffinityTerm",
    "PodAffinityTerm": "LabelSelector *v1.LabelSelector, Namespaces []string, TopologyKey string, NamespaceSelector *v1.LabelSelector, "
    "MatchLabelKeys []string, MismatchLabelKeys []string",
    "Volume": "Name string, VolumeSource",
    "VolumeSource": "HostPath *HostPathVolumeSource, EmptyDir *EmptyDirVolumeSource, GCEPersistentDisk *GCEPersistentDiskVolumeSource, "
    "AWSElasticBlockStore *AWSElasticBlockStoreVolumeSource, GitRepo *GitRepoVolumeSource, Secret *SecretVolumeSource, "
    "NFS *NFSVolumeSource, ISCSI *ISCSIVolumeSource, Glusterfs *GlusterfsVolumeSource, "
    "PersistentVolumeClaim *PersistentVolumeClaimVolumeSource, RBD *RBDVolumeSource, FlexVolume *FlexVolumeSource, "
    "Cinder *CinderVolumeSource, CephFS *CephFSVolumeSource, Flocker *FlockerVolumeSource, DownwardAPI *DownwardAPIVolumeSource, "
    "FC *FCVolumeSource, AzureFile *AzureFileVolumeSource, ConfigMap *ConfigMapVolumeSource, "
    "VsphereVolume *VsphereVirtualDiskVolumeSource, Quobyte *QuobyteVolumeSource, AzureDisk *AzureDiskVolumeSource, "
    "PhotonPersistentDisk *PhotonPersistentDiskVolumeSource, Projected *ProjectedVolumeSource, PortworxVolume *PortworxVolumeSource, "
    "ScaleIO *ScaleIOVolumeSource, StorageOS *StorageOSVolumeSource, CSI *CSIVolumeSource, Ephemeral *EphemeralVolumeSource, "
    "Image *ImageVolumeSource",
    "HostPathVolumeSource": "Path string, Type *HostPathType",
    "EmptyDirVolumeSource": "Medium StorageMedium, SizeLimit *resource.Quantity",
    "SecretVolumeSource": "SecretName string, Items []KeyToPath, DefaultMode *int32, Optional *bool",
    "ConfigMapVolumeSource": "LocalObjectReference, Items []KeyToPath, DefaultMode *int32, Optional *bool",
    "KeyToPath": "Key string, Path string, Mode *int32",
    "NFSVolumeSource": "Server string, Path string, ReadOnly bool",
    "PersistentVolumeClaimVolumeSource": "ClaimName string, ReadOnly bool",
    "DownwardAPIVolumeSource": "Items []DownwardAPIVolumeFile, DefaultMode *int32",
    "DownwardAPIVolumeFile": "Path string, FieldRef *ObjectFieldSelector, ResourceFieldRef *ResourceFieldSelector, Mode *int32",
    "ProjectedVolumeSource": "Sources []VolumeProjection, DefaultMode *int32",
    "VolumeProjection": "Secret *SecretProjection, DownwardAPI *DownwardAPIProjection, ConfigMap *ConfigMapProjection, "
    "ServiceAccountToken *ServiceAccountTokenProjection, ClusterTrustBundle *ClusterTrustBundleProjection, "
    "PodCertificate *PodCertificateProjection",
    "SecretProjection": "LocalObjectReference, Items []KeyToPath, Optional *bool",
    "ConfigMapProjection": "LocalObjectReference, Items []KeyToPath, Optional *bool",
    "DownwardAPIProjection": "Items []DownwardAPIVolumeFile",
    "ServiceAccountTokenProjection": "Audience string, ExpirationSeconds *int64, Path string",
    "CSIVolumeSource": "Driver string, ReadOnly *bool, FSType *string, VolumeAttributes map[string]string, "
    "NodePublishSecretRef *LocalObjectReference",
    "ImageVolumeSource": "Reference string, PullPolicy PullPolicy",
    "GCEPersistentDiskVolumeSource": "PDName string, FSType string, Partition int32, ReadOnly bool",
    "AWSElasticBlockStoreVolumeSource": "VolumeID string, FSType string, Partition int32, ReadOnly bool",
    "GitRepoVolumeSource": "Repository string, Revision string, Directory string",
    "ISCSIVolumeSource": "TargetPortal string, IQN string, Lun int32, ISCSIInterface string, FSType string, ReadOnly bool, "
    "Portals []string, DiscoveryCHAPAuth bool, SessionCHAPAuth bool, SecretRef *LocalObjectReference, InitiatorName *string",
    "GlusterfsVolumeSource": "EndpointsName string, Path string, ReadOnly bool",
    "RBDVolumeSource": "CephMonitors []string, RBDImage string, FSType string, RBDPool string, RadosUser string, Keyring string, "
    "SecretRef *LocalObjectReference, ReadOnly bool",
    "FlexVolumeSource": "Driver string, FSType string, SecretRef *LocalObjectReference, ReadOnly bool, Options map[string]string",
    "CinderVolumeSource": "VolumeID string, FSType string, ReadOnly bool, SecretRef *LocalObjectReference",
    "CephFSVolumeSource": "Monitors []string, Path string, User string, SecretFile string, SecretRef *LocalObjectReference, ReadOnly bool",
    "FlockerVolumeSource": "DatasetName string, DatasetUUID string",
    "FCVolumeSource": "TargetWWNs []string, Lun *int32, FSType string, ReadOnly bool, WWIDs []string",
    "AzureFileVolumeSource": "SecretName string, ShareName string, ReadOnly bool",
    "VsphereVirtualDiskVolumeSource": "VolumePath string, FSType string, StoragePolicyName string, StoragePolicyID string",
    "QuobyteVolumeSource": "Registry string, Volume string, ReadOnly bool, User string, Group string, Tenant string",
    "AzureDiskVolumeSource": "DiskName string, DataDiskURI string, CachingMode *AzureDataDiskCachingMode, FSType *string, "
    "ReadOnly *bool, Kind *AzureDataDiskKind",
    "PhotonPersistentDiskVolumeSource": "PdID string, FSType string",
    "PortworxVolumeSource": "VolumeID string, FSType string, ReadOnly bool",
    "ScaleIOVolumeSource": "Gateway string, System string, SecretRef *LocalObjectReference, SSLEnabled bool, ProtectionDomain string, "
    "StoragePool string, StorageMode string, VolumeName string, FSType string, ReadOnly bool",
    "StorageOSVolumeSource": "VolumeName string, VolumeNamespace string, FSType string, ReadOnly bool, SecretRef *LocalObjectReference",
    "EphemeralVolumeSource": "VolumeClaimTemplate *PersistentVolumeClaimTemplate",
    "PersistentVolumeClaimTemplate": "ObjectMeta v1.ObjectMeta, Spec PersistentVolumeClaimSpec",
    "PersistentVolumeClaimSpec": "AccessModes []PersistentVolumeAccessMode, Selector *v1.LabelSelector, "
    "Resources VolumeResourceRequirements, VolumeName string, StorageClassName *string, VolumeMode *PersistentVolumeMode, "
    "DataSource *TypedLocalObjectReference, DataSourceRef *TypedObjectReference, VolumeAttributesClassName *string",
    "VolumeResourceRequirements": "Limits ResourceList, Requests ResourceList",
    "TypedLocalObjectReference": "APIGroup *string, Kind string, Name string",
    "TypedObjectReference": "APIGroup *string, Kind string, Name string, Namespace *string",
    "ClusterTrustBundleProjection": "Name *string, SignerName *string, LabelSelector *v1.LabelSelector, Optional *bool, Path string",
    "PodCertificateProjection": "SignerName string, KeyType string, MaxExpirationSeconds *int32, CredentialBundlePath string, "
    "KeyPath string, CertificateChainPath string, UserAnnotations map[string]string",
}

_JSON_NAMES = {
    "DeprecatedServiceAccount": "serviceAccount",
    "CephFS": "cephfs",
    "StorageOS": "storageos",
    "ObjectMeta": "metadata",
    "DiscoveryCHAPAuth": "chapAuthDiscovery",
    "SessionCHAPAuth": "chapAuthSession",
    "EndpointsName": "endpoints",
    "CephMonitors": "monitors",
    "RBDImage": "image",
    "RBDPool": "pool",
    "RadosUser": "user",
    "DataDiskURI": "diskURI",
    "WWIDs": "wwids",
}
_LEADING_CAPITALS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+$|[A-Z]+")


def json_name(name: str) -> str:
    """Return a field's name in JSON: ``dnsPolicy`` for ``DNSPolicy``, ``hostIP`` for ``HostIP``."""
    if name in _JSON_NAMES:
        return _JSON_NAMES[name]
    return _LEADING_CAPITALS.sub(lambda match: match.group().lower(), name, count=1)


def _qualified(type: str) -> str:
    """Write the package of a core type: ``[]v1.Volume`` for ``[]Volume``."""
    return re.sub(r"(?<![\w.])([A-Z]\w*)", r"v1.\1", type)


def _fields(declaration: str) -> tuple[Field, ...]:
    words = (line.split() for line in declaration.split(", "))
    return tuple(
        Field(pair[0], _qualified(pair[1]), json_name(pair[0])) if len(pair) == 2 else Field(pair[0], f"v1.{pair[0]}", "") for pair in words
    )


STRUCTS: dict[str, tuple[Field, ...]] = {f"v1.{name}": _fields(declaration) for name, declaration in _DECLARATIONS.items()}
"""Fields by the name of the struct, in Go's order."""
