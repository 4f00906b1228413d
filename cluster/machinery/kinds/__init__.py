"""THE table of served kinds: every fact about a kind that is data stands here, once; one file a group.

Routing, discovery, storage keys and the clients read it. A new kind is a row here plus its own
strategy, defaults, validation and printer columns under ``cluster/apiserver``. What CustomResourceDefinitions and APIServices add
comes on top of the table, cluster by cluster (``served.py``).

Upstream: ``pkg/registry/*/rest/storage_*.go`` (which resources exist) and each kind's ``storage.go``
(short names, categories).
"""

from __future__ import annotations

from cluster.machinery.kinds import (
    admissionregistration,
    apiextensions,
    apiregistration,
    apps,
    authentication,
    authorization,
    autoscaling,
    batch,
    certificates,
    coordination,
    core,
    discovery,
    events,
    flowcontrol,
    networking,
    node,
    policy,
    rbac,
    scheduling,
    storage,
)
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds

KINDS: tuple[Kind, ...] = (
    *core.KINDS,
    *apps.KINDS,
    *autoscaling.KINDS,
    *batch.KINDS,
    *authentication.KINDS,
    *authorization.KINDS,
    *certificates.KINDS,
    *coordination.KINDS,
    *discovery.KINDS,
    *events.KINDS,
    *networking.KINDS,
    *node.KINDS,
    *policy.KINDS,
    *scheduling.KINDS,
    *storage.KINDS,
    *rbac.KINDS,
    *flowcontrol.KINDS,
    *admissionregistration.KINDS,
    *apiextensions.KINDS,
    *apiregistration.KINDS,
)

BUILT_IN = ServedKinds(KINDS)
"""What every cluster serves."""
