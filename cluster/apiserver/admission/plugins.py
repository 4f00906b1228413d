"""The plugins that are switched on, in upstream's order. Upstream: ``pkg/kubeapiserver/options/plugins.go``."""

from __future__ import annotations

from cluster.apiserver.admission import Chain
from cluster.apiserver.admission.certificate_approval import CertificateApproval
from cluster.apiserver.admission.certificate_signing import CertificateSigning
from cluster.apiserver.admission.certificate_subject_restriction import CertificateSubjectRestriction
from cluster.apiserver.admission.default_ingress_class import DefaultIngressClass
from cluster.apiserver.admission.default_storage_class import DefaultStorageClass
from cluster.apiserver.admission.default_toleration_seconds import DefaultTolerationSeconds
from cluster.apiserver.admission.limit_ranger import LimitRanger
from cluster.apiserver.admission.namespace_lifecycle import NamespaceLifecycle
from cluster.apiserver.admission.node_declared_feature_validator import NodeDeclaredFeatureValidator
from cluster.apiserver.admission.node_restriction import NodeRestriction
from cluster.apiserver.admission.persistent_volume_claim_resize import PersistentVolumeClaimResize
from cluster.apiserver.admission.pod_security.plugin import PodSecurity
from cluster.apiserver.admission.pod_topology_labels import PodTopologyLabels
from cluster.apiserver.admission.priority import OneDefault, Priority
from cluster.apiserver.admission.resource_quota import ResourceQuota
from cluster.apiserver.admission.runtime_class import RuntimeClass
from cluster.apiserver.admission.service_account import ServiceAccount
from cluster.apiserver.admission.storage_object_in_use_protection import StorageObjectInUseProtection
from cluster.apiserver.admission.taint_nodes_by_condition import TaintNodesByCondition
from cluster.apiserver.admission.validating_policy.plugin import ValidatingAdmissionPolicy, ValidatingAdmissionPolicyOfDeletions
from cluster.apiserver.authorization.decision import Authorizer
from cluster.apiserver.reader import Reader
from cluster.apiserver.traced_store import TracedStore
from cluster.engine.clock import Clock
from cluster.engine.rng import Rng


def default_chain(reader: Reader, authorizer: Authorizer, store: TracedStore, clock: Clock, rng: Rng) -> Chain:
    """Return the chain of a new API server. ``store``: where quotas are charged; ``rng`` gives token volumes their names."""
    return Chain(
        (
            NamespaceLifecycle(reader),
            LimitRanger(reader),
            ServiceAccount(reader, rng),
            NodeRestriction(reader, authorizer),
            TaintNodesByCondition(),
            PodSecurity(reader),
            PodTopologyLabels(reader),
            NodeDeclaredFeatureValidator(reader),
            Priority(reader),
            OneDefault(reader),
            DefaultTolerationSeconds(),
            DefaultStorageClass(reader),
            StorageObjectInUseProtection(),
            PersistentVolumeClaimResize(reader),
            RuntimeClass(reader),
            CertificateApproval(authorizer),
            CertificateSigning(authorizer),
            CertificateSubjectRestriction(),
            DefaultIngressClass(reader),
            ValidatingAdmissionPolicyOfDeletions(reader),
            ValidatingAdmissionPolicy(reader),
            ResourceQuota(reader, store, clock),
        )
    )
