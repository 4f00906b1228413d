"""Rests of their own: subresources that are neither a status nor a scale, and kinds that etcd never keeps.

Upstream: ``pkg/registry/core/pod/storage/``, ``pkg/registry/core/rest/storage_core.go``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from cluster.apiserver.apiextensions.definition_rest import DefinitionRest
from cluster.apiserver.rest import Installation, Rest
from cluster.apiserver.subresources.access_review import AccessReviewRest
from cluster.apiserver.subresources.approval import ApprovalRest
from cluster.apiserver.subresources.binding import BindingRest, LegacyBindingRest
from cluster.apiserver.subresources.component_status import ComponentStatusRest
from cluster.apiserver.subresources.controller_scale import controller_scale_rest
from cluster.apiserver.subresources.eviction import EvictionRest
from cluster.apiserver.subresources.finalize import FinalizeRest
from cluster.apiserver.subresources.log import LogRest
from cluster.apiserver.subresources.metrics import NodeMetricsRest, PodMetricsRest
from cluster.apiserver.subresources.pod_parts import ephemeral_containers_rest, resize_rest
from cluster.apiserver.subresources.priority_class import PriorityClassRest
from cluster.apiserver.subresources.proxy import node_proxy_rest, pod_proxy_rest, service_proxy_rest
from cluster.apiserver.subresources.rules_review import SelfSubjectRulesReviewRest
from cluster.apiserver.subresources.self_subject_review import SelfSubjectReviewRest
from cluster.apiserver.subresources.streams import PortForwardRest, attach_rest, exec_rest
from cluster.apiserver.subresources.token import TokenRest
from cluster.apiserver.subresources.token_review import TokenReviewRest
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.authentication import SELFSUBJECTREVIEWS, TOKENREVIEWS
from cluster.machinery.kinds.authorization import (
    LOCALSUBJECTACCESSREVIEWS,
    SELFSUBJECTACCESSREVIEWS,
    SELFSUBJECTRULESREVIEWS,
    SUBJECTACCESSREVIEWS,
)
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.kinds.core import (
    BINDINGS,
    COMPONENTSTATUSES,
    NAMESPACES,
    NODES,
    PODS,
    REPLICATIONCONTROLLERS,
    SERVICEACCOUNTS,
    SERVICES,
)
from cluster.machinery.kinds.metrics import NODEMETRICS, PODMETRICS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES

rests: Mapping[tuple[Kind, str], Callable[[Installation], Rest]] = {
    (BINDINGS, ""): LegacyBindingRest,
    (CERTIFICATESIGNINGREQUESTS, "approval"): ApprovalRest,
    (COMPONENTSTATUSES, ""): ComponentStatusRest,
    (CUSTOMRESOURCEDEFINITIONS, ""): DefinitionRest,
    (LOCALSUBJECTACCESSREVIEWS, ""): partial(AccessReviewRest, LOCALSUBJECTACCESSREVIEWS),
    (NAMESPACES, "finalize"): FinalizeRest,
    (NODES, "proxy"): node_proxy_rest,
    (PODS, "attach"): attach_rest,
    (PODS, "binding"): BindingRest,
    (PODS, "ephemeralcontainers"): ephemeral_containers_rest,
    (PODS, "eviction"): EvictionRest,
    (PODS, "exec"): exec_rest,
    (PODS, "portforward"): PortForwardRest,
    (PODS, "proxy"): pod_proxy_rest,
    (PODS, "resize"): resize_rest,
    (PODS, "log"): LogRest,
    (PRIORITYCLASSES, ""): PriorityClassRest,
    (REPLICATIONCONTROLLERS, "scale"): controller_scale_rest,
    (SELFSUBJECTACCESSREVIEWS, ""): partial(AccessReviewRest, SELFSUBJECTACCESSREVIEWS),
    (SELFSUBJECTREVIEWS, ""): SelfSubjectReviewRest,
    (SELFSUBJECTRULESREVIEWS, ""): SelfSubjectRulesReviewRest,
    (SERVICEACCOUNTS, "token"): TokenRest,
    (SERVICES, "proxy"): service_proxy_rest,
    (SUBJECTACCESSREVIEWS, ""): partial(AccessReviewRest, SUBJECTACCESSREVIEWS),
    (TOKENREVIEWS, ""): TokenReviewRest,
}
"""By kind and subresource; of a kind that is not kept, its own Rest has an empty subresource."""

aggregated_rests: Mapping[Kind, Callable[[Installation], Rest]] = {NODEMETRICS: NodeMetricsRest, PODMETRICS: PodMetricsRest}
"""Of kinds that other API servers of the cluster have: served while an APIService says so (``aggregator.py``)."""
