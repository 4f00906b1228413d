"""CoreDNS against a real API server: what it answers to which question."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import User
from cluster.coredns.coredns import HEALTH_PORT, METRICS_PORT, READY_PORT, CoreDns
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.meta import Obj
from cluster.machinery.network import DnsCode, DnsQuestion, HttpRequest
from tests.unit.apiserver.rig import ADMIN, Rig

COREFILE = """\
.:53 {
    health
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    forward . /etc/resolv.conf
    reload
}
"""
CLUSTER = "svc.cluster.local."


def service(name: str, **spec: object) -> Obj:
    return {"metadata": {"name": name, "namespace": "default"}, "spec": spec}


def endpoint_slice(service: str, *endpoints: Obj) -> Obj:
    return {
        "metadata": {"name": f"{service}-1", "namespace": "default", "labels": {"kubernetes.io/service-name": service}},
        "addressType": "IPv4",
        "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
        "endpoints": list(endpoints),
    }


class Named(Rig):
    """A CoreDNS and Services of each sort."""

    def __init__(self, corefile: str = COREFILE, user: User = ADMIN) -> None:
        super().__init__()
        self.corefile = corefile
        http = [{"name": "http", "port": 80}]
        for made in (
            service("web", clusterIP="10.96.1.1", ports=[*http, {"name": "admin", "port": 90}]),
            service("db", clusterIP="None", ports=http),
            service("lonely", clusterIP="None", ports=http),
            service("old", type="ExternalName", externalName="web.default.svc.cluster.local"),
            service("far", type="ExternalName", externalName="example.com"),
        ):
            self.admin.create(SERVICES, made)
        named: Obj = {"addresses": ["10.244.1.2"], "hostname": "db-0"}
        unready: Obj = {"addresses": ["10.244.1.9"], "conditions": {"ready": False}}
        self.admin.create(ENDPOINTSLICES, endpoint_slice("db", named, {"addresses": ["10.244.2.2"]}, unready))
        self.admin.create(ENDPOINTSLICES, endpoint_slice("web", {"addresses": ["10.244.3.3"]}))
        self.dns = CoreDns(self.client("coredns/coredns-1", user), self.engine, lambda: self.corefile)
        self.dns.start()
        self.run()

    def ask(self, name: str, type: str = "A") -> tuple[str, list[str]]:
        answer = self.dns.lookup(DnsQuestion(name, type))
        assert answer is not None
        return answer.code.value, [f"{record.type} {record.ttl} {record.data}" for record in answer.records]


FOUND, NO_NAME, NO_DATA = DnsCode.NOERROR.value, ("NXDOMAIN", list[str]()), ("NOERROR", list[str]())
CASES: dict[str, tuple[str, str, tuple[str, list[str]]]] = {
    "a Service": (f"web.default.{CLUSTER}", "A", (FOUND, ["A 30 10.96.1.1"])),
    "in any case": (f"WEB.Default.{CLUSTER}", "A", (FOUND, ["A 30 10.96.1.1"])),
    "a Service has no IPv6 address": (f"web.default.{CLUSTER}", "AAAA", NO_DATA),
    "a Service that there is not": (f"nope.default.{CLUSTER}", "A", NO_NAME),
    "a Service in a namespace that there is not": (f"web.nope.{CLUSTER}", "A", NO_NAME),
    "a name with another namespace behind it, as search paths make them": (f"web.default.default.{CLUSTER}", "A", NO_NAME),
    "a namespace by itself": (f"default.{CLUSTER}", "A", NO_DATA),
    "the domain": ("cluster.local.", "A", NO_DATA),
    "neither svc nor pod": ("web.default.cluster.local.", "A", NO_NAME),
    "ports of a Service": (
        f"web.default.{CLUSTER}",
        "SRV",
        (FOUND, [f"SRV 30 0 50 80 web.default.{CLUSTER}", f"SRV 30 0 50 90 web.default.{CLUSTER}"]),
    ),
    "one port of a Service": (f"_http._tcp.web.default.{CLUSTER}", "SRV", (FOUND, [f"SRV 30 0 100 80 web.default.{CLUSTER}"])),
    "a port that the Service has not": (f"_smtp._tcp.web.default.{CLUSTER}", "SRV", NO_NAME),
    "a headless Service: its ready endpoints": (f"db.default.{CLUSTER}", "A", (FOUND, ["A 30 10.244.1.2", "A 30 10.244.2.2"])),
    "a headless Service without endpoints": (f"lonely.default.{CLUSTER}", "A", NO_NAME),
    "one pod of it by its hostname": (f"db-0.db.default.{CLUSTER}", "A", (FOUND, ["A 30 10.244.1.2"])),
    "one pod of it by its address": (f"10-244-2-2.db.default.{CLUSTER}", "A", (FOUND, ["A 30 10.244.2.2"])),
    "a pod of it that there is not": (f"db-7.db.default.{CLUSTER}", "A", NO_NAME),
    "ports of a headless Service": (
        f"_http._tcp.db.default.{CLUSTER}",
        "SRV",
        (FOUND, [f"SRV 30 0 50 8080 db-0.db.default.{CLUSTER}", f"SRV 30 0 50 8080 10-244-2-2.db.default.{CLUSTER}"]),
    ),
    "another name for a Service": (f"old.default.{CLUSTER}", "A", (FOUND, [f"CNAME 30 web.default.{CLUSTER}", "A 30 10.96.1.1"])),
    "another name for what is outside": (f"far.default.{CLUSTER}", "A", (FOUND, ["CNAME 30 example.com.", "A 300 192.0.2.10"])),
    "a pod by its address, whether it is there or not": ("10-244-7-7.default.pod.cluster.local.", "A", (FOUND, ["A 30 10.244.7.7"])),
    "no address": ("web-1.default.pod.cluster.local.", "A", NO_NAME),
    "the name of a Service's address": ("1.1.96.10.in-addr.arpa.", "PTR", (FOUND, [f"PTR 30 web.default.{CLUSTER}"])),
    "the name of an endpoint's address": ("2.1.244.10.in-addr.arpa.", "PTR", (FOUND, [f"PTR 30 db-0.db.default.{CLUSTER}"])),
    "the name of an address that nobody has": ("9.9.9.9.in-addr.arpa.", "PTR", NO_NAME),
    "outside": ("example.com.", "A", (FOUND, ["A 300 192.0.2.10"])),
    "outside, with the search path behind it": (f"example.com.default.{CLUSTER}", "A", NO_NAME),
    "outside, unknown": ("no-such-name.example.", "A", NO_NAME),
}


@pytest.mark.parametrize(("name", "type", "expected"), CASES.values(), ids=CASES.keys())
def test_answers(name: str, type: str, expected: tuple[str, list[str]]) -> None:
    assert Named().ask(name, type) == expected


def test_answers_follow_the_cluster() -> None:
    rig = Named()
    rig.admin.delete(SERVICES, "web", "default")
    rig.admin.update(ENDPOINTSLICES, endpoint_slice("db", {"addresses": ["10.244.5.5"]}))
    rig.run(1)
    assert (rig.ask(f"web.default.{CLUSTER}"), rig.ask(f"db.default.{CLUSTER}")) == (NO_NAME, (FOUND, ["A 30 10.244.5.5"]))


def test_without_its_role_it_is_not_ready_and_cannot_say() -> None:
    rig = Named(user=User("system:serviceaccount:kube-system:nobody"))
    ready = rig.dns.http(READY_PORT, HttpRequest(path="/ready"))
    assert (ready.code, ready.body, rig.ask(f"web.default.{CLUSTER}"), rig.ask("example.com.")[0]) == (
        503,
        b"kubernetes",
        ("SERVFAIL", []),
        FOUND,
    )


def test_a_changed_corefile_counts_when_it_is_next_looked_at_and_a_wrong_one_never() -> None:
    rig = Named()
    rig.corefile = COREFILE.replace("forward . /etc/resolv.conf", "hosts {\n192.0.2.99 intra.corp\nfallthrough\n}")
    seen = [rig.ask("intra.corp.")]
    rig.run(31)
    seen.append(rig.ask("intra.corp."))
    rig.corefile = ".:53 {\n nonsense\n}"
    rig.run(31)
    assert [*seen, rig.ask("intra.corp.")] == [NO_NAME, *[(FOUND, ["A 3600 192.0.2.99"])] * 2]


def test_a_name_that_no_server_is_for_is_refused() -> None:
    assert Named("cluster.local {\n kubernetes\n}").ask("example.com.") == ("REFUSED", [])


def test_loadbalance_turns_the_addresses_round() -> None:
    rig = Named(COREFILE.replace("reload", "loadbalance"))
    firsts = set()
    for position in range(20):
        rig.rng.move_to(position)
        firsts.add(rig.ask(f"db.default.{CLUSTER}")[1][0])
    assert firsts == {"A 30 10.244.1.2", "A 30 10.244.2.2"}


def test_ports_are_those_of_its_plugins() -> None:
    rig = Named()
    answers = [
        rig.dns.http(port, HttpRequest(path=path)).code for port, path in ((HEALTH_PORT, "/health"), (READY_PORT, "/ready"), (53, "/"))
    ]
    more = Named(COREFILE.replace("    ready", "    prometheus :9153"))
    assert (rig.dns.ports(), more.dns.ports(), answers) == ((53, HEALTH_PORT, READY_PORT), (53, HEALTH_PORT, METRICS_PORT), [200, 200, 404])
