"""409: an apply met fields of other managers.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go``.
"""

from __future__ import annotations

from cluster.apiserver.fieldmanager.entries import UPDATE, Manager
from cluster.machinery.apply import Conflicts, FieldSet, field_set, path
from cluster.machinery.errors import ApiError, quote


def conflict_error(conflicts: Conflicts[Manager]) -> ApiError:
    """Return the refusal that names every field in conflict and who has it."""
    by_manager = sorted(conflicts.fields.items(), key=lambda item: item[0].identifier)
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {_shown(manager)}", "field": path.show(steps)}
        for manager, fields in by_manager
        for steps in field_set.paths(fields)
    ]
    return ApiError(409, "Conflict", _message(by_manager, len(causes)), {"causes": causes})


def _message(by_manager: list[tuple[Manager, FieldSet]], count: int) -> str:
    if count == 1:
        [(manager, fields)] = by_manager
        [steps] = field_set.paths(fields)
        return f"Apply failed with 1 conflict: conflict with {_shown(manager)}: {path.show(steps)}"
    lines = []
    for manager, fields in by_manager:
        lines.append(f"conflicts with {_shown(manager)}:")
        lines += [f"- {path.show(steps)}" for steps in field_set.paths(fields)]
    return f"Apply failed with {count} conflicts: " + "\n".join(lines)


def _shown(manager: Manager) -> str:
    shown = quote(manager.name)
    if manager.subresource:
        shown += f" with subresource {quote(manager.subresource)}"
    return f"{shown} using {manager.api_version}" if manager.operation == UPDATE else shown
