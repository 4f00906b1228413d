"""How deep objects may be nested whose types set no limit: custom resources, and the schemas of their definitions.

Upstream decodes JSON down to 10,000 levels; here each level costs a few calls, so far fewer are taken. Schemas that embed a whole pod have
about fifty.

Upstream: ``sigs.k8s.io/json`` (``maxNestingDepth``).
"""

from __future__ import annotations

from cluster.machinery.errors import bad_request

MAX_DEPTH = 160


def check_nesting(value: object) -> None:
    """Refuse what is nested too deep. Raises ApiError 400."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return
    raise bad_request("exceeded max depth")


def _children(value: object) -> list[object]:
    nested = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [child for child in nested if isinstance(child, dict | list)]
