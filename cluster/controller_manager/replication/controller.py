"""Keeps the pods of ReplicationControllers as if they were ReplicaSets.

Upstream converts each object to a ReplicaSet and back; here the same code reads both, as their shapes differ only in the
selector (plain labels) and in the status (nothing of terminating pods).

Upstream: ``pkg/controller/replication/replication_controller.go``, ``.../conversion.go``.
"""

from __future__ import annotations

from typing import ClassVar

from cluster.controller_manager.replicaset.controller import ReplicaSetController
from cluster.machinery.kinds.core import REPLICATIONCONTROLLERS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.labels import Selector, selector_from_labels
from cluster.machinery.meta import Obj


class ReplicationManager(ReplicaSetController):
    """The lane ``kube-controller-manager/replicationcontroller``."""

    kind: ClassVar[Kind] = REPLICATIONCONTROLLERS

    def selector_of(self, rs: Obj) -> Selector:
        """Labels that a pod must have."""
        return selector_from_labels(rs["spec"]["selector"])

    def kept(self, status: Obj) -> Obj:
        """All but the count of terminating pods."""
        return {name: value for name, value in status.items() if name != "terminatingReplicas"}
