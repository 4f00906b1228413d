"""What ``/etc/hosts`` says in a container. Pure.

Upstream: ``pkg/kubelet/kubelet_pods.go`` (managedHostsFileContent, hostsEntriesFromHostAliases).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cluster.machinery.meta import Obj

_LOCAL = (
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
)


def hosts_text(ip: str, names: Iterable[str], aliases: Sequence[Obj] = ()) -> str:
    """Return the file's text. ``ip``: the pod's, empty on the host's network; ``names``: its own; ``aliases``: its ``hostAliases``."""
    own = ["\t".join((ip, *names))] if ip else []
    added = ["", "# Entries added by HostAliases.", *("\t".join((each["ip"], *(each.get("hostnames") or ()))) for each in aliases)]
    lines = ["# Kubernetes-managed hosts file.", *_LOCAL, *own, *(added if aliases else ())]
    return "".join(f"{line}\n" for line in lines)
