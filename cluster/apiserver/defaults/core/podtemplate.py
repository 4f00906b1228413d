"""Defaults of PodTemplates. Upstream: ``pkg/apis/core/v1/zz_generated.defaults.go`` (``SetObjectDefaults_PodTemplate``)."""

from __future__ import annotations

from cluster.apiserver.defaults.core.pod import set_pod_spec_defaults
from cluster.machinery.meta import Obj


def set_defaults(pod_template: Obj) -> None:
    """Fill in the pod spec of the template."""
    set_pod_spec_defaults(pod_template["template"]["spec"])
