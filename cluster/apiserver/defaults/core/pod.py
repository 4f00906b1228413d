"""Defaults of pods, and of the pod specs inside templates, which get fewer of them.

Upstream: ``pkg/apis/core/v1/defaults.go`` (``SetDefaults_PodSpec``, ``SetDefaults_Pod``). Pod-level resources
(``spec.resources``) are kept as sent.
"""

from __future__ import annotations

from cluster.apiserver.defaults.container import set_container_defaults
from cluster.apiserver.defaults.volume import set_volume_defaults
from cluster.machinery.meta import Obj


def set_pod_spec_defaults(spec: Obj) -> None:
    """Fill in a pod spec, whether a pod's own or a template's."""
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("securityContext", {})
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("schedulerName", "default-scheduler")
    _mirror_service_account(spec)
    for field in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(field) or ():
            set_container_defaults(container)
    for volume in spec.get("volumes") or ():
        set_volume_defaults(volume)


def _mirror_service_account(spec: Obj) -> None:
    """``serviceAccount`` is the old name of ``serviceAccountName``; both are always written."""
    name = spec.get("serviceAccountName") or spec.get("serviceAccount")
    if name:
        spec["serviceAccountName"] = spec["serviceAccount"] = name


def set_defaults(pod: Obj) -> None:
    """Fill in a pod: its spec's defaults, requests from limits, and host ports on the host's network."""
    spec = pod["spec"]
    set_pod_spec_defaults(spec)
    spec.setdefault("enableServiceLinks", True)
    for field in ("initContainers", "containers"):
        for container in spec.get(field) or ():
            _request_what_is_limited(container["resources"])
            if spec.get("hostNetwork"):
                for port in container.get("ports") or ():
                    port.setdefault("hostPort", port["containerPort"])


def _request_what_is_limited(resources: Obj) -> None:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    if limits.keys() - requests.keys():
        resources["requests"] = {**limits, **requests}
