"""The checks of the level restricted: nothing that a hardened pod can do without.

Upstream: ``staging/src/k8s.io/pod-security-admission/policy/check_*.go`` (level restricted).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.admission.pod_security.baseline import is_bad_seccomp, proc_mount, seccomp_profile, seccomp_type
from cluster.apiserver.admission.pod_security.violation import (
    Check,
    Versions,
    Violation,
    containers_of,
    context_of,
    named,
    plural,
    quoted,
    setters,
)
from cluster.machinery.meta import Obj

_VOLUMES = ("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret")
_OTHER_VOLUMES = (
    *("hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume", "cinder"),
    *("cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk", "portworxVolume"),
    *("scaleIO", "storageos"),
)


def _unless_windows(check: Check) -> Check:
    """What is about Linux alone is not asked of a pod that says that it runs on Windows."""
    return lambda meta, spec: None if (spec.get("os") or {}).get("name") == "windows" else check(meta, spec)


def _unless_user_namespace(check: Check) -> Check:
    """Root within a user namespace of its own is nobody outside."""
    return lambda meta, spec: None if spec.get("hostUsers") is False else check(meta, spec)


def allow_privilege_escalation(meta: Obj, spec: Obj) -> Violation | None:
    """Every container gives up to gain more privileges."""
    bad = [c for c in containers_of(spec) if context_of(c).get("allowPrivilegeEscalation") is not False]
    text = f"{named(bad)} must set securityContext.allowPrivilegeEscalation=false"
    return Violation("allowPrivilegeEscalation != false", text) if bad else None


def capabilities(meta: Obj, spec: Obj) -> Violation | None:
    """Every container drops all capabilities; it may bind low ports."""
    found = [(c, context_of(c).get("capabilities") or {}) for c in containers_of(spec)]
    keeping = [c for c, its in found if "ALL" not in (its.get("drop") or ())]
    adding = [(c, extra) for c, its in found if (extra := set(its.get("add") or ()) - {"NET_BIND_SERVICE"})]
    details = [f'{named(keeping)} must set securityContext.capabilities.drop=["ALL"]'] if keeping else []
    if adding:
        names = sorted({name for _, extra in adding for name in extra})
        details.append(f"{named([c for c, _ in adding])} must not include {quoted(names)} in securityContext.capabilities.add")
    return Violation("unrestricted capabilities", "; ".join(details)) if details else None


def restricted_volumes(meta: Obj, spec: Obj) -> Violation | None:
    """Only volumes that cannot reach the host or a network file system by themselves."""
    bad = [volume for volume in spec.get("volumes") or () if not any(source in volume for source in _VOLUMES)]
    if not bad:
        return None
    kinds = sorted({next((source for source in _OTHER_VOLUMES if source in volume), "unknown") for volume in bad})
    who = f"{plural('volume', 'volumes', len(bad))} {quoted(volume.get('name', '') for volume in bad)}"
    what = f"{plural('restricted volume type', 'restricted volume types', len(kinds))} {quoted(kinds)}"
    return Violation("restricted volume types", f"{who} {plural('uses', 'use', len(bad))} {what}")


def run_as_non_root(meta: Obj, spec: Obj) -> Violation | None:
    """The pod, or every container, says that it does not run as root."""
    reason = "runAsNonRoot != true"
    if who := setters(spec, lambda context: context.get("runAsNonRoot") is False):
        return Violation(reason, f"{who} must not set securityContext.runAsNonRoot=false")
    silent = [c for c in containers_of(spec) if context_of(c).get("runAsNonRoot") is None]
    if context_of(spec).get("runAsNonRoot") or not silent:
        return None
    return Violation(reason, f"pod or {named(silent)} must set securityContext.runAsNonRoot=true")


def run_as_user(meta: Obj, spec: Obj) -> Violation | None:
    """Nobody asks for the user 0."""
    who = setters(spec, lambda context: context.get("runAsUser") == 0)
    return Violation("runAsUser=0", f"{who} must not set runAsUser=0") if who else None


def seccomp(meta: Obj, spec: Obj) -> Violation | None:
    """The pod, or every container, has a seccomp profile."""
    if found := seccomp_profile(meta, spec):
        return found
    has_pod_profile = seccomp_type(context_of(spec)) is not None and not is_bad_seccomp(context_of(spec))
    silent = [] if has_pod_profile else [c for c in containers_of(spec) if seccomp_type(context_of(c)) is None]
    text = f'pod or {named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    return Violation("seccompProfile", text) if silent else None


CHECKS: Mapping[str, Versions] = {
    "allowPrivilegeEscalation": ((8, allow_privilege_escalation), (25, _unless_windows(allow_privilege_escalation))),
    "capabilities_restricted": ((22, capabilities), (25, _unless_windows(capabilities))),
    "procMount_restricted": ((35, proc_mount),),
    "restrictedVolumes": ((0, restricted_volumes),),
    "runAsNonRoot": ((0, run_as_non_root), (35, _unless_user_namespace(run_as_non_root))),
    "runAsUser": ((23, run_as_user), (35, _unless_user_namespace(run_as_user))),
    "seccompProfile_restricted": ((19, seccomp), (25, _unless_windows(seccomp))),
}
"""By name, in the order they are asked, after those of baseline."""

REPLACED = {
    "capabilities_restricted": "capabilities_baseline",
    "procMount_restricted": "procMount",
    "restrictedVolumes": "hostPathVolumes",
    "seccompProfile_restricted": "seccompProfile_baseline",
}
"""Which check of baseline a stricter one stands for, in the versions that have it."""
