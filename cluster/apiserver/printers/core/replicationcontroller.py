"""Columns of ReplicationControllers. Upstream: ``pkg/printers/internalversion/printers.go`` (``printReplicationController``)."""

from __future__ import annotations

from cluster.apiserver.printers.columns import labels_text
from cluster.apiserver.printers.replicated import replicated_printer

PRINTER = replicated_printer(labels_text)
