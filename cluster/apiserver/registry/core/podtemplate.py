"""PodTemplates in the registry. Upstream: ``pkg/registry/core/podtemplate/strategy.go``."""

from __future__ import annotations

from cluster.apiserver.defaults.core.podtemplate import set_defaults
from cluster.apiserver.registry.ownership import next_generation
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.core import podtemplate as rules
from cluster.apiserver.validation.pod_warnings import pod_spec_warnings
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.core import PODTEMPLATES
from cluster.machinery.meta import Obj


class PodTemplateStrategy(BaseStrategy):
    """A template for pods, kept on its own. Its generation counts the changes of the template."""

    kind = PODTEMPLATES
    returns_deleted_object = True
    has_generation = True

    def default(self, obj: Obj) -> None:
        """See ``defaults/core/podtemplate.py``."""
        set_defaults(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Count the generation."""
        if obj["template"] != old["template"]:
            obj["metadata"]["generation"] = next_generation(old)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/core/podtemplate.py``."""
        return rules.validate(obj)

    def warnings(self, obj: Obj) -> list[str]:
        """What is odd in its template."""
        return pod_spec_warnings(obj["template"]["spec"], "template.spec", obj["template"].get("metadata"))

    def warnings_on_update(self, obj: Obj, old: Obj) -> list[str]:
        """Say nothing of a template that has not changed."""
        return self.warnings(obj) if obj["template"] != old["template"] else []

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/core/podtemplate.py``."""
        return rules.validate_update(obj, old)
