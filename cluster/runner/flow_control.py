"""The priority levels and flow schemas of every cluster, created when the loops of a cluster start.

The real kube-apiserver puts back within a minute what is changed or deleted of them; here what is missing comes back with the next start.

Upstream: ``pkg/registry/flowcontrol/rest/storage_flowcontrol.go``, ``pkg/registry/flowcontrol/ensurer/``.
"""

from __future__ import annotations

from cluster.client.client import Client
from cluster.machinery.flowcontrol import FLOW_SCHEMAS, PRIORITY_LEVELS
from cluster.machinery.kinds.flowcontrol import FLOWSCHEMAS, PRIORITYLEVELCONFIGURATIONS
from cluster.machinery.storage import Store
from cluster.runner.missing import create_missing


def create_flow_control(store: Store, client: Client) -> None:
    """Create those that are missing: the levels first, since schemas say whether theirs is there."""
    for kind, objects in ((PRIORITYLEVELCONFIGURATIONS, PRIORITY_LEVELS), (FLOWSCHEMAS, FLOW_SCHEMAS)):
        create_missing(store, client, kind, objects)
