"""Pods as their subresources ``ephemeralcontainers`` and ``resize`` change them. Upstream: ``pkg/registry/core/pod/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.registry.core.pod import PodStrategy
from cluster.apiserver.registry.ownership import carry, next_generation
from cluster.apiserver.validation.core.pod_subresources import validate_ephemeral_containers_update, validate_resize
from cluster.machinery.apply import FieldSet
from cluster.machinery.errors import FieldError
from cluster.machinery.meta import Obj

_OF_REQUEST = ("name", "namespace", "resourceVersion", "uid", "managedFields")


def _reset(obj: Obj, old: Obj, spec: Obj) -> None:
    """Make ``obj``, in place, as ``old`` was but for its spec and what a request says of itself; count a generation for a new spec."""
    said = {field: value for field, value in obj["metadata"].items() if field in _OF_REQUEST}
    obj.update({field: value for field, value in old.items() if field not in ("metadata", "spec")})
    obj["metadata"] = {**{field: value for field, value in old["metadata"].items() if field not in _OF_REQUEST}, **said}
    obj["spec"] = spec
    if obj["spec"] != old["spec"]:
        obj["metadata"]["generation"] = next_generation(old)


class PodEphemeralContainersStrategy(PodStrategy):
    """Takes over the ephemeral containers of a request, and nothing else."""

    def reset_fields(self, subresource: str) -> FieldSet:
        """Beside the spec nothing is taken over."""
        return {"f:metadata": {}, "f:status": {}}

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Drop every other change."""
        spec = dict(old["spec"])
        carry(spec, obj["spec"], "ephemeralContainers")
        _reset(obj, old, spec)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/pod_subresources.py``."""
        return validate_ephemeral_containers_update(obj, old)


class PodResizeStrategy(PodStrategy):
    """Takes over the resources of a request's containers, and nothing else."""

    def reset_fields(self, subresource: str) -> FieldSet:
        """Beside the spec nothing is taken over."""
        return {"f:metadata": {}, "f:status": {}}

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Drop every other change."""
        spec = dict(old["spec"])
        for field in ("containers", "initContainers"):
            if field in spec:
                sent = {container.get("name"): container for container in obj["spec"].get(field) or ()}
                spec[field] = [_resized(container, sent.get(container.get("name"))) for container in spec[field]]
        _reset(obj, old, spec)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/pod_subresources.py``."""
        return validate_resize(obj, old)


def _resized(container: Obj, sent: Obj | None) -> Obj:
    """Return a container with the size that was sent for it, if any was."""
    if sent is None:
        return container
    out = {field: value for field, value in container.items() if field not in ("resources", "resizePolicy")}
    return out | {field: sent[field] for field in ("resources", "resizePolicy") if field in sent}
