"""Kinds of the group ``node.k8s.io``. Upstream: ``pkg/registry/node/rest/runtime_class.go``."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind

RUNTIMECLASSES = Kind("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", "runtimeclass", False, "runtimeclasses")

KINDS: tuple[Kind, ...] = (RUNTIMECLASSES,)
