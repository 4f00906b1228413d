"""The text of /etc/hosts."""

from __future__ import annotations

import pytest

from cluster.machinery.hosts_file import hosts_text
from cluster.machinery.meta import Obj

LOCAL = (
    "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n"
    "fe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n"
)
ALIASES = [{"ip": "1.2.3.4", "hostnames": ["foo.local", "bar.local"]}, {"ip": "1.2.3.5", "hostnames": ["baz"]}]
ADDED = "\n# Entries added by HostAliases.\n1.2.3.4\tfoo.local\tbar.local\n1.2.3.5\tbaz\n"
TEXTS = {
    "a pod": ("10.0.0.7", ["web"], [], "10.0.0.7\tweb\n"),
    "one that has a subdomain": ("10.0.0.7", ["db-0.db.default.svc", "db-0"], [], "10.0.0.7\tdb-0.db.default.svc\tdb-0\n"),
    "one with aliases": ("10.0.0.7", ["web"], ALIASES, f"10.0.0.7\tweb\n{ADDED}"),
    "on the host's network": ("", ["n1"], [], ""),
}  # fmt: skip


@pytest.mark.parametrize(("ip", "names", "aliases", "rest"), TEXTS.values(), ids=TEXTS.keys())
def test_what_stands_there(ip: str, names: list[str], aliases: list[Obj], rest: str) -> None:
    assert hosts_text(ip, names, aliases) == LOCAL + rest
