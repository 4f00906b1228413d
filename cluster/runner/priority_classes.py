"""The priority classes of the system, created when the loops of a cluster start, as kube-apiserver does after its start.

Upstream: ``pkg/registry/scheduling/rest/storage_scheduling.go`` (``AddSystemPriorityClasses``).
"""

from __future__ import annotations

from cluster.client.client import Client
from cluster.machinery.kinds.scheduling import PRIORITYCLASSES
from cluster.machinery.priority import SYSTEM_CLASSES
from cluster.machinery.storage import Store
from cluster.runner.missing import create_missing


def create_system_priority_classes(store: Store, client: Client) -> None:
    """Create those that are missing."""
    create_missing(store, client, PRIORITYCLASSES, SYSTEM_CLASSES)
