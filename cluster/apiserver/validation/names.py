"""The shapes of names, labels and keys, and what is said about a text that does not have them.

Each check returns complaints; none means the text is well formed.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go`` and ``pkg/api/validate/content``.
"""

from __future__ import annotations

import re

_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_WILDCARD = rf"\*\.{_SUBDOMAIN}"
_QUALIFIED = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL_VALUE = rf"({_QUALIFIED})?"
_CONFIG_KEY = r"[-._a-zA-Z0-9]+"
_PATTERNS = {text: re.compile(text, re.ASCII) for text in (_LABEL, _SUBDOMAIN, _WILDCARD, _QUALIFIED, _LABEL_VALUE, _CONFIG_KEY)}
_PORT_NAME = re.compile(r"[-a-z0-9]+", re.ASCII)

SUBDOMAIN_LENGTH = 253
LABEL_LENGTH = 63
_DOTS = "must not contain dots"


def _complaint(text: str, pattern: str, *examples: str) -> str:
    shown = ",  or ".join(f"'{example}'" for example in examples)
    return f"{text} (e.g. {shown}, regex used for validation is '{pattern}')"


_LABEL_SHAPE = _complaint(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character",
    _LABEL,
    "my-name",
    "123-abc",
)
_SUBDOMAIN_SHAPE = _complaint(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character",
    _SUBDOMAIN,
    "example.com",
)
_WILDCARD_SHAPE = _complaint(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case "
    "alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    _WILDCARD,
    "*.example.com",
)
_QUALIFIED_SHAPE = _complaint(
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    _QUALIFIED,
    "MyName",
    "my.name",
    "123-abc",
)
_LABEL_VALUE_SHAPE = _complaint(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character",
    _LABEL_VALUE,
    "MyValue",
    "my_value",
    "12345",
)
_CONFIG_KEY_SHAPE = _complaint(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'", _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"
)


def _check(text: str, limit: int, unit: str, pattern: str, shape: str) -> list[str]:
    complaints = [] if len(text.encode()) <= limit else [f"must be no more than {limit} {unit}"]
    if not _PATTERNS[pattern].fullmatch(text):
        complaints.append(shape)
    return complaints


def dns_label(text: str) -> list[str]:
    """RFC 1123 label, up to 63 characters: names of namespaces and containers. What is a subdomain instead is told of its dots."""
    complaints = _check(text, LABEL_LENGTH, "characters", _LABEL, _LABEL_SHAPE)
    is_subdomain = "." in text and _PATTERNS[_SUBDOMAIN].fullmatch(text)
    return [_DOTS if is_subdomain and complaint == _LABEL_SHAPE else complaint for complaint in complaints]


def dns_subdomain(text: str) -> list[str]:
    """RFC 1123 subdomain, up to 253 characters: names of most objects."""
    return _check(text, SUBDOMAIN_LENGTH, "characters", _SUBDOMAIN, _SUBDOMAIN_SHAPE)


def wildcard_subdomain(text: str) -> list[str]:
    """``*.`` before a subdomain: a host of an Ingress."""
    return _check(text, SUBDOMAIN_LENGTH, "characters", _WILDCARD, _WILDCARD_SHAPE)


def path_segment(text: str) -> list[str]:
    """What may stand between slashes in a URL: the least that is asked of any name."""
    if text in (".", ".."):
        return [f"may not be '{text}'"]
    return [f"may not contain '{char}'" for char in "/%" if char in text]


def qualified_name(text: str) -> list[str]:
    """``name`` or ``prefix.domain/name``: keys of labels, annotations, taints and resources."""
    parts = text.split("/")
    if len(parts) > 2:
        return [f"a valid label key {_QUALIFIED_SHAPE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    complaints: list[str] = []
    if len(parts) == 2:
        if parts[0]:
            complaints += [f"prefix part {message}" for message in dns_subdomain(parts[0])]
        else:
            complaints.append("prefix part must be non-empty")
    name = parts[-1]
    if not name:
        complaints.append("name part must be non-empty")
    elif len(name.encode()) > LABEL_LENGTH:
        complaints.append(f"name part must be no more than {LABEL_LENGTH} bytes")
    if not _PATTERNS[_QUALIFIED].fullmatch(name):
        complaints.append(f"name part {_QUALIFIED_SHAPE}")
    return complaints


def label_value(text: str) -> list[str]:
    """A label's value, up to 63 bytes."""
    return _check(text, LABEL_LENGTH, "bytes", _LABEL_VALUE, _LABEL_VALUE_SHAPE)


def config_key(text: str) -> list[str]:
    """A key of a ConfigMap or Secret: it becomes a file name."""
    complaints = _check(text, SUBDOMAIN_LENGTH, "characters", _CONFIG_KEY, _CONFIG_KEY_SHAPE)
    if text == ".":
        complaints.append("must not be '.'")
    elif text == "..":
        complaints.append("must not be '..'")
    elif text.startswith(".."):
        complaints.append("must not start with '..'")
    return complaints


def env_var_name(text: str) -> list[str]:
    """The name of an environment variable: printable ASCII without ``=``."""
    if text and all(" " <= char <= "~" and char != "=" for char in text):
        return []
    return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]


def port_name(text: str) -> list[str]:
    """An IANA service name: the name of a port."""
    complaints = [] if len(text) <= 15 else ["must be no more than 15 characters"]
    if not _PORT_NAME.fullmatch(text):
        complaints.append("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
    if not any("a" <= char <= "z" for char in text):
        complaints.append("must contain at least one letter (a-z)")
    if "--" in text:
        complaints.append("must not contain consecutive hyphens")
    if text and (text[0] == "-" or text[-1] == "-"):
        complaints.append("must not begin or end with a hyphen")
    return complaints


def port_number(number: int) -> list[str]:
    """A port of TCP or UDP."""
    return [] if 1 <= number <= 65535 else ["must be between 1 and 65535, inclusive"]
