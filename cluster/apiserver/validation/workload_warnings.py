"""What a client hears of a workload that is accepted: its name will be in host names, its template may be odd.

Upstream: ``WarningsOnCreate`` and ``WarningsOnUpdate`` in ``pkg/registry/{apps,batch,core}/*/strategy.go``.
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.pod_warnings import pod_spec_warnings
from cluster.machinery.meta import Obj


def name_warnings(obj: Obj) -> list[str]:
    """Return what is odd about a name from which names of pods are made."""
    complaints = names.dns_label(obj["metadata"].get("name", ""))
    if not complaints:
        return []
    effect = "this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended"
    return [f"metadata.name: {effect}: [{' '.join(complaints)}]"]


def template_warnings(template: Obj | None, path: str = "spec.template") -> list[str]:
    """Return what is odd about the pods of a template."""
    whole = template or {}
    return pod_spec_warnings(whole.get("spec") or {}, f"{path}.spec", whole.get("metadata"))


def template_warnings_on_update(obj: Obj, old: Obj) -> list[str]:
    """As ``template_warnings`` when the change has counted a generation; nothing when only metadata changed."""
    if obj["metadata"].get("generation") == old["metadata"].get("generation"):
        return []
    return template_warnings(obj["spec"].get("template"))
