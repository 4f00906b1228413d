"""Columns of ReplicaSets. Upstream: ``pkg/printers/internalversion/printers.go`` (``printReplicaSet``)."""

from __future__ import annotations

from cluster.apiserver.printers.replicated import replicated_printer
from cluster.machinery.labels import format_selector

PRINTER = replicated_printer(format_selector)
