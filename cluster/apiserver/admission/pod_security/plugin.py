"""PodSecurity: pods that a namespace's labels forbid are refused; those and templates that they warn of are warned of.

Nothing is exempt, and without labels everything is allowed. What the labels want to be noted for auditors only is not
computed: there is no audit annotation to put it into.

Upstream: ``staging/src/k8s.io/pod-security-admission/admission/admission.go``.
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.apiserver.admission import CREATE, DELETE, UPDATE, Attributes, BasePlugin
from cluster.apiserver.admission.pod_security.evaluation import detail, reasons, violations
from cluster.apiserver.admission.pod_security.policy import PRIVILEGED, LevelVersion, Policy, policy_of, strictness
from cluster.apiserver.reader import Reader
from cluster.machinery.errors import unprocessable
from cluster.machinery.kinds.apps import DAEMONSETS, DEPLOYMENTS, REPLICASETS, STATEFULSETS
from cluster.machinery.kinds.batch import CRONJOBS, JOBS
from cluster.machinery.kinds.core import NAMESPACES, PODS, PODTEMPLATES, REPLICATIONCONTROLLERS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

MAX_PODS = 3000
"""How many pods of a namespace a change of its labels is held against."""

_TEMPLATES: Mapping[Kind, tuple[str, ...]] = {
    **dict.fromkeys((DAEMONSETS, DEPLOYMENTS, JOBS, REPLICASETS, REPLICATIONCONTROLLERS, STATEFULSETS), ("spec", "template")),
    CRONJOBS: ("spec", "jobTemplate", "spec", "template"),
    PODTEMPLATES: ("template",),
}
"""Where the kinds that make pods keep their template."""

_POD_SUBRESOURCES = ("", "ephemeralcontainers", "resize")
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_PER_CONTAINER = ("container.seccomp.security.alpha.kubernetes.io/", "container.apparmor.security.beta.kubernetes.io/")


class PodSecurity(BasePlugin):
    """Judges pods, pod templates and the labels of namespaces."""

    name = "PodSecurity"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Pods, what makes pods, and namespaces, new or changed."""
        if operation == DELETE:
            return False
        return subresource in _POD_SUBRESOURCES if kind is PODS else not subresource and (kind is NAMESPACES or kind in _TEMPLATES)

    def validate(self, attributes: Attributes) -> None:
        """Refuse with 403, or with 422 labels that cannot be read; warn otherwise."""
        if attributes.kind is NAMESPACES:
            self._validate_namespace(attributes)
        elif attributes.kind is PODS:
            if attributes.operation == CREATE or _is_significant(attributes.given, attributes.old or {}):
                self._validate_pod(attributes)
        else:
            template = attributes.given
            for field in _TEMPLATES[attributes.kind]:
                template = template.get(field) or {}
            if template:
                _warn(attributes, self._policy(attributes), template.get("metadata") or {}, template.get("spec") or {})

    def _validate_pod(self, attributes: Attributes) -> None:
        meta, spec = attributes.given["metadata"], attributes.given["spec"]
        policy = self._policy(attributes)
        found = violations(policy.enforce, meta, spec)
        if found:
            raise attributes.forbidden(f'violates PodSecurity "{policy.enforce}": {detail(found)}')
        _warn(attributes, policy, meta, spec)

    def _validate_namespace(self, attributes: Attributes) -> None:
        policy, faults = policy_of(attributes.given["metadata"].get("labels"))
        if attributes.operation != UPDATE:
            if faults:
                raise unprocessable("", NAMESPACES.kind, attributes.name, faults)
            return
        before, old_faults = policy_of((attributes.old or {})["metadata"].get("labels"))
        if faults and faults != old_faults:
            raise unprocessable("", NAMESPACES.kind, attributes.name, faults)
        wanted, was = policy.enforce, before.enforce
        is_relaxed = wanted.minor == was.minor and strictness(wanted.level) <= strictness(was.level)
        if wanted != was and wanted.level != PRIVILEGED and not is_relaxed:
            attributes.warnings += self._existing(attributes.name, wanted)

    def _existing(self, namespace: str, enforce: LevelVersion) -> list[str]:
        """Say which pods of a namespace would be refused from now on; pods with the same fault are counted together."""
        pods = self._reader.list(PODS, namespace)
        by_fault: dict[str, list[str]] = {}
        for pod in pods[:MAX_PODS]:
            found = violations(enforce, pod["metadata"], pod["spec"])
            if found:
                by_fault.setdefault(reasons(found), []).append(pod["metadata"]["name"])
        said: list[str] = []
        if len(pods) > MAX_PODS:
            said.append(f"new PodSecurity enforce level only checked against the first {MAX_PODS} of {len(pods)} existing pods")
        if by_fault:
            said.append(f'existing pods in namespace "{namespace}" violate the new PodSecurity enforce level "{enforce}"')
        return [*said, *sorted(f"{_counted(names)}: {fault}" for fault, names in by_fault.items())]

    def _policy(self, attributes: Attributes) -> Policy:
        namespace = self._reader.get(NAMESPACES, "", attributes.namespace)
        return policy_of(namespace["metadata"].get("labels") if namespace else None)[0]


def _warn(attributes: Attributes, policy: Policy, meta: Obj, spec: Obj) -> None:
    found = violations(policy.warn, meta, spec)
    if found:
        attributes.warnings.append(f'would violate PodSecurity "{policy.warn}": {detail(found)}')


def _counted(names: list[str]) -> str:
    others = len(names) - 1
    if not others:
        return names[0]
    return f"{min(names)} (and {others} other {'pod' if others == 1 else 'pods'})"


def _is_significant(pod: Obj, old: Obj) -> bool:
    """Whether a change of a pod is one that a check may be about: of an image, of a profile, of containers."""
    annotations, before = (each["metadata"].get("annotations") or {} for each in (pod, old))
    if annotations.get(_SECCOMP_POD) != before.get(_SECCOMP_POD):
        return True
    for field in ("containers", "initContainers", "ephemeralContainers"):
        containers, earlier = pod["spec"].get(field) or [], {c.get("name"): c for c in old["spec"].get(field) or ()}
        if len(containers) != len(earlier):
            return True
        for container in containers:
            name = container.get("name", "")
            was = earlier.get(name)
            keys = [f"{prefix}{name}" for prefix in _PER_CONTAINER]
            if was is None or was.get("image") != container.get("image") or any(annotations.get(k) != before.get(k) for k in keys):
                return True
    return False
