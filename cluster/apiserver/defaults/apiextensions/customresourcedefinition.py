"""Defaults of CustomResourceDefinitions.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go``.
"""

from __future__ import annotations

from cluster.machinery.meta import Obj

WEBHOOK_PORT = 443


def set_defaults(definition: Obj) -> None:
    """Fill in, in place, the names that follow from the kind, the conversion, and which version is kept."""
    spec = definition.setdefault("spec", {})
    names = spec.setdefault("names", {"plural": "", "kind": ""})
    kind = names.get("kind", "")
    if not names.get("singular"):
        names["singular"] = kind.lower()
    if not names.get("listKind") and kind:
        names["listKind"] = f"{kind}List"
    conversion = spec.setdefault("conversion", {"strategy": "None"})
    service = ((conversion.get("webhook") or {}).get("clientConfig") or {}).get("service")
    if service is not None and service.get("port") is None:
        service["port"] = WEBHOOK_PORT
    status = definition.setdefault("status", {})
    if not status.get("storedVersions"):
        status["storedVersions"] = [version.get("name", "") for version in spec.get("versions") or () if version.get("storage")][:1]
