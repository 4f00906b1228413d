"""What is written into a pod's ``/etc/resolv.conf``. Pure.

The cluster's DNS server is where kubeadm puts it, the tenth address of the range of Services. The node's own resolver stands for a
machine's ``/etc/resolv.conf``. Upstream: ``pkg/kubelet/network/dns/dns.go``.
"""

from __future__ import annotations

from cluster.machinery.cri import DnsConfig
from cluster.machinery.meta import Obj

CLUSTER_DNS = "10.96.0.10"
CLUSTER_DOMAIN = "cluster.local"
NODE = DnsConfig(servers=("192.168.0.1",))
_MAX_SERVERS = 3


def pod_dns(pod: Obj) -> DnsConfig:
    """Return a pod's DNS configuration, from its ``dnsPolicy`` and ``dnsConfig``."""
    spec, namespace = pod["spec"], pod["metadata"]["namespace"]
    policy = spec.get("dnsPolicy") or "ClusterFirst"
    if policy == "None":
        base = DnsConfig()
    elif policy == "Default" or (policy == "ClusterFirst" and spec.get("hostNetwork")):
        base = NODE
    else:
        searches = (f"{namespace}.svc.{CLUSTER_DOMAIN}", f"svc.{CLUSTER_DOMAIN}", CLUSTER_DOMAIN)
        base = DnsConfig((CLUSTER_DNS,), searches, ("ndots:5",))
    own = spec.get("dnsConfig")
    if not own:
        return base
    options = {option.partition(":")[0]: option for option in base.options}
    for option in own.get("options") or ():
        value = option.get("value")
        options[option["name"]] = f"{option['name']}:{value}" if value is not None else option["name"]
    servers = tuple(dict.fromkeys((*base.servers, *(own.get("nameservers") or ()))))[:_MAX_SERVERS]
    return DnsConfig(servers, tuple(dict.fromkeys((*base.searches, *(own.get("searches") or ())))), tuple(options.values()))
