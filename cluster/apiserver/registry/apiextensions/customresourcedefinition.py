"""CustomResourceDefinitions in the registry.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition/strategy.go``.
"""

from __future__ import annotations

from cluster.apiserver.apiextensions.codec import DefinitionCodec
from cluster.apiserver.codec import Codec
from cluster.apiserver.defaults.apiextensions.customresourcedefinition import set_defaults
from cluster.apiserver.registry.ownership import carry, next_generation
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.apiextensions import customresourcedefinition as rules
from cluster.machinery.apply import FieldSet
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.meta import Obj


class CustomResourceDefinitionStrategy(BaseStrategy):
    """The status says under which names a definition is served, and in which versions its objects may be kept."""

    kind = CUSTOMRESOURCEDEFINITIONS
    allow_unconditional_update = False

    @property
    def codec(self) -> Codec:
        """The published definition of the kind, to a certain depth."""
        return DefinitionCodec()

    def default(self, obj: Obj) -> None:
        """See ``defaults/apiextensions/customresourcedefinition.py``."""
        set_defaults(obj)

    def prepare_for_create(self, obj: Obj) -> None:
        """Nothing is accepted yet."""
        obj["status"] = {"conditions": None, "acceptedNames": {"plural": "", "kind": ""}, "storedVersions": []}
        obj["metadata"]["generation"] = 1
        _remember_stored_version(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/apiextensions/customresourcedefinition.py``."""
        return rules.validate(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """The status stays, but remembers another version that objects are kept in from now on."""
        carry(obj, old, "status")
        obj["status"] = {**obj.get("status", {})}
        if obj["spec"] != old["spec"]:
            obj["metadata"]["generation"] = next_generation(old)
        _remember_stored_version(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apiextensions/customresourcedefinition.py``."""
        return rules.validate_update(obj, old)

    def reset_fields(self, subresource: str) -> FieldSet:
        """Who writes the status has no say in the metadata either."""
        return {"f:spec": {}, "f:metadata": {}} if subresource == "status" else super().reset_fields(subresource)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The spec stays; who writes the status may take finalizers away."""
        carry(obj, old, "spec")

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/apiextensions/customresourcedefinition.py``."""
        return rules.validate_status_update(obj, old)


def _remember_stored_version(obj: Obj) -> None:
    stored = list(obj["status"].get("storedVersions") or ())
    kept = [version.get("name", "") for version in obj["spec"].get("versions") or () if version.get("storage")]
    obj["status"]["storedVersions"] = stored + [name for name in kept if name not in stored]
