"""The plugins that are switched on, in upstream's order. Upstream: ``pkg/kubeapiserver/options/plugins.go``."""

from __future__ import annotations

from cluster.apiserver.admission import Chain
from cluster.apiserver.admission.default_toleration_seconds import DefaultTolerationSeconds
from cluster.apiserver.admission.namespace_lifecycle import NamespaceLifecycle
from cluster.apiserver.admission.pod_topology_labels import PodTopologyLabels
from cluster.apiserver.admission.priority import Priority
from cluster.apiserver.admission.service_account import ServiceAccount
from cluster.apiserver.admission.taint_nodes_by_condition import TaintNodesByCondition
from cluster.apiserver.reader import Reader
from cluster.engine.rng import Rng


def default_chain(reader: Reader, rng: Rng) -> Chain:
    """Return the chain of a new API server. ``rng`` gives token volumes their names."""
    return Chain(
        (
            NamespaceLifecycle(reader),
            ServiceAccount(reader, rng),
            TaintNodesByCondition(),
            PodTopologyLabels(reader),
            Priority(),
            DefaultTolerationSeconds(),
        )
    )
