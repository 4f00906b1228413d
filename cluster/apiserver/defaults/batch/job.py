"""Defaults of Jobs. Upstream: ``pkg/apis/batch/v1/defaults.go`` (``SetDefaults_Job``)."""

from __future__ import annotations

from cluster.apiserver.defaults.core.pod import set_pod_spec_defaults
from cluster.machinery.meta import Obj

_UNLIMITED = 2**31 - 1


def set_defaults(job: Obj) -> None:
    """Fill in a Job, its labels and the pod spec of its template."""
    spec = job["spec"]
    if spec.get("completions") is None and spec.get("parallelism") is None:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 6 if spec.get("backoffLimitPerIndex") is None else _UNLIMITED)
    label_as_template(job)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("manualSelector", False)
    spec.setdefault("podReplacementPolicy", "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed")
    set_template_defaults(spec)


def label_as_template(job: Obj) -> None:
    """A Job without labels has those of its pods."""
    labels = job["spec"]["template"]["metadata"].get("labels")
    if labels and not job["metadata"].get("labels"):
        job["metadata"]["labels"] = dict(labels)


def set_template_defaults(spec: Obj) -> None:
    """Fill in what a Job's spec has in common with that of a CronJob's template."""
    for rule in (spec.get("podFailurePolicy") or {}).get("rules") or ():
        for pattern in rule.get("onPodConditions") or ():
            if not pattern.get("status"):
                pattern["status"] = "True"
    set_pod_spec_defaults(spec["template"]["spec"])
