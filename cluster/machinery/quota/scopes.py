"""Requirements of a quota's scope selector about names: In, NotIn, Exists, DoesNotExist.

Upstream: ``pkg/apis/core/v1/helper/helpers.go`` (``ScopedResourceSelectorRequirementsAsSelector``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.meta import Obj


def is_selected(requirement: Obj, names: Sequence[str]) -> bool:
    """Whether one of an object's names (of priority or volume attributes classes; there may be none) meets a requirement."""
    values = requirement.get("values") or ()
    match requirement.get("operator"):
        case "In":
            return any(name in values for name in names)
        case "NotIn":
            return not names or any(name not in values for name in names)
        case "Exists":
            return bool(names)
        case "DoesNotExist":
            return not names
    return False
