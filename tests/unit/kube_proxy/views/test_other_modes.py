"""What the tools of the other modes show, and which tool is asked."""

from __future__ import annotations

from dataclasses import replace

from cluster.kube_proxy.views import shown
from cluster.kube_proxy.views.ipvsadm import HEAD, ipvsadm
from cluster.kube_proxy.views.nft_list import nft_list
from cluster.machinery.netfilter.rules import ProxyMode, ServiceRule

A, B = "10.180.0.1:80", "10.180.0.2:80"
P80 = ServiceRule("ns1/svc1:p80", "TCP", ProxyMode.NFTABLES, "172.30.0.41", 80, (A, B), (A,), True, node_port=30080)
EMPTY = ServiceRule("ns2/none", "UDP", ProxyMode.NFTABLES, "172.30.0.42", 53)


def test_ipvsadm() -> None:
    sticky = replace(P80, node_port=0, affinity_seconds=60, cluster_ip="172.30.0.40")
    assert ipvsadm([P80, sticky, EMPTY]) == HEAD + (
        "TCP  *:30080 rr\n"
        "  -> 10.180.0.1:80                Masq    1      0          0\n"
        "  -> 10.180.0.2:80                Masq    1      0          0\n"
        "TCP  172.30.0.40:80 rr persistent 60\n"
        "  -> 10.180.0.1:80                Masq    1      0          0\n"
        "  -> 10.180.0.2:80                Masq    1      0          0\n"
        "TCP  172.30.0.41:80 rr\n"
        "  -> 10.180.0.1:80                Masq    1      0          0\n"
        "  -> 10.180.0.2:80                Masq    1      0          0\n"
        "UDP  172.30.0.42:53 rr\n"
    )


TABLE = """\
table ip kube-proxy {
	map service-ips {
		type ipv4_addr . inet_proto . inet_service : verdict
		comment "ClusterIP, ExternalIP and LoadBalancer IP traffic"
		elements = { 172.30.0.41 . tcp . 80 : goto service-ULMVA6XW-ns1/svc1/tcp/p80 }
	}
	map service-nodeports {
		type inet_proto . inet_service : verdict
		comment "NodePort traffic"
		elements = { tcp . 30080 : goto external-ULMVA6XW-ns1/svc1/tcp/p80 }
	}
	map no-endpoint-services {
		type ipv4_addr . inet_proto . inet_service : verdict
		comment "to drop or reject services with no endpoints"
		elements = { 172.30.0.42 . udp . 53 : goto reject-chain }
	}
	chain service-ULMVA6XW-ns1/svc1/tcp/p80 {
		numgen random mod 2 vmap { 0 : goto endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80, 1 : goto ENDPOINT_B }
	}
	chain external-ULMVA6XW-ns1/svc1/tcp/p80 {
		goto service-ULMVA6XW-ns1/svc1/tcp/p80
	}
	chain endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80 {
		ip saddr 10.180.0.1 jump mark-for-masquerade
		meta l4proto tcp dnat to 10.180.0.1:80
	}
	chain ENDPOINT_B {
		ip saddr 10.180.0.2 jump mark-for-masquerade
		meta l4proto tcp dnat to 10.180.0.2:80
	}
}
""".replace("ENDPOINT_B", "endpoint-2ZNDXFAB-ns1/svc1/tcp/p80__10.180.0.2/80")


def test_nft_list() -> None:
    assert nft_list([P80, EMPTY]) == TABLE


def test_each_mode_has_its_tool() -> None:
    rules = [replace(EMPTY, mode=mode) for mode in (ProxyMode.IPTABLES, ProxyMode.NFTABLES, ProxyMode.IPVS)]
    assert [command for command, _ in shown(rules)] == ["iptables-save", "nft list table ip kube-proxy", "ipvsadm -Ln"]
