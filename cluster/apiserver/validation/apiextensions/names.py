"""Rules for the names that a CustomResourceDefinition gives its resource.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go``
(``ValidateCustomResourceDefinitionNames``).
"""

from __future__ import annotations

import re

from cluster.machinery.errors import FieldError, invalid
from cluster.machinery.meta import Obj

LABEL_LENGTH = 63
_SHAPE = r"[a-z]([-a-z0-9]*[a-z0-9])?"
_PATTERN = re.compile(_SHAPE, re.ASCII)
_COMPLAINT = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an "
    f"alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '{_SHAPE}')"
)
_MIXED = "may have mixed case, but should otherwise match: "


def dns_1035_label(text: str) -> str:
    """Return what is wrong with a text as an RFC 1035 label; empty: nothing."""
    complaints = [f"must be no more than {LABEL_LENGTH} characters"] if len(text) > LABEL_LENGTH else []
    if not _PATTERN.fullmatch(text):
        complaints.append(_COMPLAINT)
    return ",".join(complaints)


def validate_names(names: Obj, path: str) -> list[FieldError]:
    """Judge the shape of names; those that are missing are somebody else's matter."""
    faults: list[FieldError] = []
    for field in ("plural", "singular"):
        faults += _label(f"{path}.{field}", names.get(field) or "")
    for field in ("kind", "listKind"):
        name = names.get(field) or ""
        complaint = dns_1035_label(name.lower()) if name else ""
        if complaint:
            faults.append(invalid(f"{path}.{field}", name, _MIXED + complaint))
    faults += _each_label(f"{path}.shortNames", names.get("shortNames"))
    if names.get("kind") and names.get("kind") == names.get("listKind"):
        faults.append(invalid(f"{path}.listKind", names["listKind"], "kind and listKind may not be the same"))
    return faults + _each_label(f"{path}.categories", names.get("categories"))


def _label(path: str, name: str) -> list[FieldError]:
    complaint = dns_1035_label(name) if name else ""
    return [invalid(path, name, complaint)] if complaint else []


def _each_label(path: str, entries: list[str] | None) -> list[FieldError]:
    complaints = [(index, name, dns_1035_label(name)) for index, name in enumerate(entries or ())]
    return [invalid(f"{path}[{index}]", name, complaint) for index, name, complaint in complaints if complaint]
