"""What names, label keys and label values may consist of.

Each check returns the faults of a value as upstream words them; none when the value is good.
Upstream: ``staging/src/k8s.io/apimachinery/pkg/api/validate/content`` and ``.../pkg/util/validation/validation.go``.
"""

from __future__ import annotations

import re
from functools import lru_cache

LABEL_VALUE_MAX_LENGTH = 63
DNS1123_LABEL_MAX_LENGTH = 63
DNS1123_SUBDOMAIN_MAX_LENGTH = 253
_LABEL_NAME_MAX_LENGTH = 63

_LABEL_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_VALUE = f"({_LABEL_NAME})?"
_DNS1123_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS1123_SUBDOMAIN = rf"{_DNS1123_LABEL}(\.{_DNS1123_LABEL})*"

_IS_LABEL_NAME = re.compile(_LABEL_NAME)
_IS_LABEL_VALUE = re.compile(_LABEL_VALUE)
_IS_DNS1123_LABEL = re.compile(_DNS1123_LABEL)
_IS_DNS1123_SUBDOMAIN = re.compile(_DNS1123_SUBDOMAIN)

_NAME_RULE = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character"
)
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character"
)
_DNS_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character"
)
EMPTY = "must be non-empty"


def regex_fault(rule: str, pattern: str, *examples: str) -> str:
    """Say that a value breaks ``rule``, with examples of good values and the pattern that was tried."""
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {shown}regex used for validation is '{pattern}')"


@lru_cache(maxsize=4096)
def is_label_key(key: str) -> tuple[str, ...]:
    """Return the faults of a label key or another qualified name: ``[DNS subdomain/]name``."""
    parts = key.split("/")
    if len(parts) > 2:
        rule = regex_fault(f"a valid label key {_NAME_RULE}", _LABEL_NAME, "MyName", "my.name", "123-abc")
        return (f"{rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",)
    faults: list[str] = []
    if len(parts) == 2:
        prefix_faults = is_dns1123_subdomain(parts[0]) if parts[0] else (EMPTY,)
        faults.extend(f"prefix part {fault}" for fault in prefix_faults)
    name = parts[-1]
    if not name:
        faults.append(f"name part {EMPTY}")
    elif len(name.encode()) > _LABEL_NAME_MAX_LENGTH:
        faults.append(f"name part must be no more than {_LABEL_NAME_MAX_LENGTH} bytes")
    if not _IS_LABEL_NAME.fullmatch(name):
        faults.append(f"name part {regex_fault(_NAME_RULE, _LABEL_NAME, 'MyName', 'my.name', '123-abc')}")
    return tuple(faults)


@lru_cache(maxsize=4096)
def is_label_value(value: str) -> tuple[str, ...]:
    """Return the faults of a label's value."""
    faults: list[str] = []
    if len(value.encode()) > LABEL_VALUE_MAX_LENGTH:
        faults.append(f"must be no more than {LABEL_VALUE_MAX_LENGTH} bytes")
    if not _IS_LABEL_VALUE.fullmatch(value):
        faults.append(regex_fault(_VALUE_RULE, _LABEL_VALUE, "MyValue", "my_value", "12345"))
    return tuple(faults)


@lru_cache(maxsize=4096)
def is_dns1123_subdomain(name: str) -> tuple[str, ...]:
    """Return the faults of a DNS subdomain: the name of most objects."""
    faults: list[str] = []
    if len(name) > DNS1123_SUBDOMAIN_MAX_LENGTH:
        faults.append(f"must be no more than {DNS1123_SUBDOMAIN_MAX_LENGTH} characters")
    if not _IS_DNS1123_SUBDOMAIN.fullmatch(name):
        faults.append(regex_fault(_SUBDOMAIN_RULE, _DNS1123_SUBDOMAIN, "example.com"))
    return tuple(faults)


@lru_cache(maxsize=4096)
def is_dns1123_label(name: str) -> tuple[str, ...]:
    """Return the faults of a DNS label: the name of a namespace or a container."""
    faults: list[str] = []
    if len(name) > DNS1123_LABEL_MAX_LENGTH:
        faults.append(f"must be no more than {DNS1123_LABEL_MAX_LENGTH} characters")
    if not _IS_DNS1123_LABEL.fullmatch(name):
        faults.append(regex_fault(_DNS_LABEL_RULE, _DNS1123_LABEL, "my-name", "123-abc"))
    return tuple(faults)
