"""EndpointSlices in the registry. Upstream: ``pkg/registry/discovery/endpointslice/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.discovery.endpointslice import set_defaults
from cluster.apiserver.registry.ownership import next_generation
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.discovery import endpointslice as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.meta import Obj


class EndpointSliceStrategy(BaseStrategy):
    """A part of the addresses behind a Service. Its generation counts the changes of everything but metadata, and of its labels."""

    kind = ENDPOINTSLICES
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/discovery/endpointslice.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Begin to count the generation, without the topology of an older version."""
        obj["metadata"]["generation"] = 1
        _drop_topology(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Count the generation; changed endpoints lose the topology of an older version."""
        is_changed = any(obj.get(field) != old.get(field) for field in ("addressType", "endpoints", "ports"))
        if is_changed or obj["metadata"].get("labels") != old["metadata"].get("labels"):
            obj["metadata"]["generation"] = next_generation(old)
        if obj.get("endpoints") != old.get("endpoints"):
            _drop_topology(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/discovery/endpointslice.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/discovery/endpointslice.py``."""
        return rules.warnings(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/discovery/endpointslice.py``."""
        return rules.validate_update(obj, old)


def _drop_topology(endpoint_slice: Obj) -> None:
    for endpoint in endpoint_slice.get("endpoints") or ():
        endpoint.pop("deprecatedTopology", None)
