"""How a default role or binding is brought back to what it should be: what is missing is added, what is more is left.

Who wants to keep a default as they have changed it annotates it ``rbac.authorization.kubernetes.io/autoupdate: "false"``.

Upstream: ``staging/src/k8s.io/component-helpers/auth/rbac/reconciliation/reconcile_{role,rolebindings}.go``.
"""

from __future__ import annotations

from cluster.apiserver.authorization.rbac.coverage import missing_rules
from cluster.machinery.meta import Obj

AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate"


def reconciled(existing: Obj, expected: Obj) -> Obj:
    """Return what a role or binding should become: ``existing`` itself when nothing is missing. Changes neither.

    A binding of another role than expected becomes the expected one, without a uid: its role can not be changed, so that it
    has to be deleted and created.
    """
    if (existing["metadata"].get("annotations") or {}).get(AUTO_UPDATE) == "false":
        return existing
    if existing.get("roleRef") != expected.get("roleRef"):
        return expected
    changed = {**existing, "metadata": _metadata(existing["metadata"], expected["metadata"])}
    if "roleRef" in expected:
        _add_missing(changed, "subjects", expected)
    elif "aggregationRule" in expected or "aggregationRule" in existing:
        _add_selectors(changed, expected)
    else:
        missing = missing_rules(existing.get("rules") or (), expected.get("rules") or ())
        if missing:
            changed["rules"] = [*(existing.get("rules") or ()), *missing]
    return existing if changed == existing else changed


def _metadata(existing: Obj, expected: Obj) -> Obj:
    merged = {field: {**(expected.get(field) or {}), **(existing.get(field) or {})} for field in ("labels", "annotations")}
    return {**existing, **{field: values for field, values in merged.items() if values}}


def _add_missing(changed: Obj, field: str, expected: Obj) -> None:
    present = changed.get(field) or []
    missing = [each for each in expected.get(field) or () if each not in present]
    if missing:
        changed[field] = [*present, *missing]


def _add_selectors(changed: Obj, expected: Obj) -> None:
    rule = dict(changed.get("aggregationRule") or {})
    _add_missing(rule, "clusterRoleSelectors", expected.get("aggregationRule") or {})
    if rule:
        changed["aggregationRule"] = rule
