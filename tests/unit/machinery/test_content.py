"""What names, label keys and label values may consist of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.machinery.content import is_dns1123_label, is_dns1123_subdomain, is_label_key, is_label_value

NAME = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
SUBDOMAIN = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'example.com', regex used for validation is "
    "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
)
LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)


@pytest.mark.parametrize(
    ("check", "value", "faults"),
    [
        (is_label_key, "app", ()),
        (is_label_key, "example.com/My_App.1", ()),
        (is_label_key, "a b", (f"name part {NAME}",)),
        (is_label_key, "", ("name part must be non-empty", f"name part {NAME}")),
        (is_label_key, "/a", ("prefix part must be non-empty",)),
        (is_label_key, "Example.com/a", (f"prefix part {SUBDOMAIN}",)),
        (is_label_key, "a" * 64, ("name part must be no more than 63 bytes",)),
        (is_label_key, "a/b/c", (f"a valid label key {NAME} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",)),
        (is_label_value, "", ()),
        (is_label_value, "v1.2_x", ()),
        (is_label_value, "b c", (VALUE,)),
        (is_label_value, "x\n", (VALUE,)),
        (is_label_value, "l" * 64, ("must be no more than 63 bytes",)),
        (is_dns1123_subdomain, "a.b-c.d", ()),
        (is_dns1123_subdomain, "..", (SUBDOMAIN,)),
        (is_dns1123_subdomain, "a" * 254, ("must be no more than 253 characters",)),
        (is_dns1123_label, "a-b", ()),
        (is_dns1123_label, "a.b", (LABEL,)),
        (is_dns1123_label, "a" * 64, ("must be no more than 63 characters",)),
    ],
)
def test_faults_in_upstreams_words(check: Callable[[str], tuple[str, ...]], value: str, faults: tuple[str, ...]) -> None:
    assert check(value) == faults
