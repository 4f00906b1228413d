"""A node's rules as the tools of its mode show them: ``iptables-save``, ``nft list table``, ``ipvsadm -Ln``. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cluster.kube_proxy.views.iptables_save import iptables_save
from cluster.kube_proxy.views.ipvsadm import ipvsadm
from cluster.kube_proxy.views.nft_list import nft_list
from cluster.machinery.netfilter.rules import ProxyMode, ServiceRule

_VIEWS: dict[ProxyMode, tuple[str, Callable[[Sequence[ServiceRule]], str]]] = {
    ProxyMode.IPTABLES: ("iptables-save", iptables_save),
    ProxyMode.NFTABLES: ("nft list table ip kube-proxy", nft_list),
    ProxyMode.IPVS: ("ipvsadm -Ln", ipvsadm),
}


def shown(rules: Sequence[ServiceRule]) -> list[tuple[str, str]]:
    """Return (command, what it prints) for each mode that there are rules of; one after a change of the mode has been through."""
    modes = dict.fromkeys(rule.mode for rule in rules)
    return [(_VIEWS[mode][0], _VIEWS[mode][1]([rule for rule in rules if rule.mode is mode])) for mode in modes]
