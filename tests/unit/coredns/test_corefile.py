"""What a Corefile says, and how CoreDNS refuses one."""

from __future__ import annotations

import pytest

from cluster.coredns.corefile import CorefileError, Directive, Server, parse_corefile

KUBEADM = """\
.:53 {
    errors
    health {
       lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    forward . /etc/resolv.conf  # outside
    loadbalance
}
"""
CASES = {
    "kubeadm's": (
        KUBEADM,
        (
            Server(
                (".",),
                (
                    Directive("errors"),
                    Directive("health", (), (("lameduck", "5s"),)),
                    Directive(
                        "kubernetes",
                        ("cluster.local", "in-addr.arpa", "ip6.arpa"),
                        (("pods", "insecure"), ("fallthrough", "in-addr.arpa", "ip6.arpa"), ("ttl", "30")),
                    ),
                    Directive("forward", (".", "/etc/resolv.conf")),
                    Directive("loadbalance"),
                ),
            ),
        ),
    ),
    "a stub domain beside it": (
        "example.org:53, corp.local {\n forward . 10.0.0.1\n}\n.:53 {\n}\n",
        (Server(("example.org.", "corp.local."), (Directive("forward", (".", "10.0.0.1")),)), Server((".",))),
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES.keys())
def test_parse_corefile(text: str, expected: tuple[Server, ...]) -> None:
    assert parse_corefile(text) == expected


FAULTS = {
    "a plugin that there is not": (
        ".:53 {\n    errors\n    kubernetis\n}\n",
        "/etc/coredns/Corefile:3 - Error during parsing: Unknown directive 'kubernetis'",
    ),
    "a block that does not end": (".:53 {\n    errors\n", "/etc/coredns/Corefile:1 - Error during parsing: Unexpected EOF, expecting '}'"),
    "no block": (".:53\n", "/etc/coredns/Corefile:1 - Error during parsing: Unexpected token '.:53', expecting '{'"),
    "nothing": ("# empty\n", "/etc/coredns/Corefile: no server block"),
}


@pytest.mark.parametrize(("text", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_a_wrong_corefile_ends_coredns(text: str, message: str) -> None:
    with pytest.raises(CorefileError) as refusal:
        parse_corefile(text)
    assert str(refusal.value) == message
