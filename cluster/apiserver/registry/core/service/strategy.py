"""Services in the registry. Upstream: ``pkg/registry/core/service/strategy.go``, ``.../storage/storage.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.service import set_defaults
from cluster.apiserver.reader import Reader
from cluster.apiserver.registry.core.service.alloc import Allocators, allocate_create, allocate_update
from cluster.apiserver.registry.core.service.linked_fields import drop_type_dependent, keep_allocated, normalize_cluster_ips
from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import service as rules
from cluster.engine.rng import Rng
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.meta import Obj


class ServiceStrategy(BaseStrategy):
    """A Service is given addresses and ports that no other one has."""

    kind = SERVICES
    returns_deleted_object = True
    allow_create_on_update = True
    field_labels = frozenset({"spec.clusterIP", "spec.type"})

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/service.py``."""
        set_defaults(obj)

    def begin_create(self, obj: Obj, reader: Reader, rng: Rng) -> None:
        """Allocate addresses and ports."""
        normalize_cluster_ips(obj["spec"], None)
        allocate_create(obj, Allocators(reader, rng))

    def begin_update(self, obj: Obj, old: Obj, reader: Reader, rng: Rng) -> None:
        """Keep what was allocated, and allocate what the change asks for."""
        keep_allocated(obj["spec"], old["spec"])
        normalize_cluster_ips(obj["spec"], old["spec"])
        allocate_update(obj, old, Allocators(reader, rng))

    def prepare_for_create(self, obj: Obj) -> None:
        """No load balancer yet."""
        obj["status"] = {"loadBalancer": {}}

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/service.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """See ``validation/core/service.py``."""
        return rules.warnings(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """The status stays, unless another type has no use for it."""
        carry(obj, old, "status")
        drop_type_dependent(obj, old)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/service.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/service.py``."""
        return rules.validate_status_update(obj, old)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return name, namespace, cluster IP and type."""
        spec = obj["spec"]
        return {**super().selectable_fields(obj), "spec.clusterIP": spec.get("clusterIP", ""), "spec.type": spec.get("type", "")}
