"""All checks of a level, as they were in a version.

Upstream: ``staging/src/k8s.io/pod-security-admission/policy/registry.go``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

from cluster.apiserver.admission.pod_security import baseline, restricted
from cluster.apiserver.admission.pod_security.policy import PRIVILEGED, RESTRICTED, LevelVersion
from cluster.apiserver.admission.pod_security.violation import Check, Versions, Violation
from cluster.machinery.meta import Obj


def _in_force(checks: Mapping[str, Versions], minor: int) -> dict[str, Check]:
    """The newest form of each check that a version has."""
    return {name: [check for begun, check in forms if begun <= minor][-1] for name, forms in checks.items() if forms[0][0] <= minor}


@functools.cache
def checks_of(policy: LevelVersion) -> Sequence[Check]:
    """Return the checks of a level, those of baseline first; none for privileged."""
    if policy.level == PRIVILEGED:
        return ()
    basic = _in_force(baseline.CHECKS, policy.minor)
    if policy.level != RESTRICTED:
        return tuple(basic.values())
    strict = _in_force(restricted.CHECKS, policy.minor)
    replaced = {restricted.REPLACED.get(name) for name in strict}
    return (*(check for name, check in basic.items() if name not in replaced), *strict.values())


def violations(policy: LevelVersion, meta: Obj, spec: Obj) -> list[Violation]:
    """Return what a level has against a pod, or against the pods of a template."""
    return [found for check in checks_of(policy) if (found := check(meta, spec)) is not None]


def detail(found: Sequence[Violation]) -> str:
    """Write violations with who commits them."""
    return ", ".join(str(violation) for violation in found)


def reasons(found: Sequence[Violation]) -> str:
    """Write violations in few words."""
    return ", ".join(violation.reason for violation in found)
