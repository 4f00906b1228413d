"""Packets, questions to CoreDNS and the rules of a node have a sentence in English and in Korean."""

from __future__ import annotations

import pytest

from cluster.engine.trace import Hop
from dashboard.captions import caption
from tests.unit.dashboard.captions.hops import CNI, hop

RULES, CLIENT = "node/worker-1/netfilter", "node/worker-1/pod/default/client"


@pytest.mark.parametrize(
    ("entry", "en", "ko"),
    [
        pytest.param(
            hop(CLIENT, RULES, "TCP", "services/default/web", outcome="10.2.0.2:80", detail={"endpoints": ["10.2.0.2:80", "10.3.0.2:80"]}),
            "The Pod client sends to the Service web, and the packet rules on worker-1 choose one of 2 endpoints: 10.2.0.2:80.",
            "client 파드가 web 서비스에 보냅니다. worker-1의 패킷 규칙이 엔드포인트 2개 중 하나를 고릅니다: 10.2.0.2:80.",
            id="rules choose an endpoint",
        ),
        pytest.param(
            hop(CLIENT, RULES, "TCP", "services/default/web", outcome="10.2.0.2:80", detail={"endpoints": ["10.2.0.2:80"]}),
            "The Pod client sends to the Service web, and the packet rules on worker-1 know one endpoint for it: 10.2.0.2:80.",
            "client 파드가 web 서비스에 보냅니다. worker-1의 패킷 규칙이 아는 엔드포인트는 하나입니다: 10.2.0.2:80.",
            id="rules have a single endpoint",
        ),
        pytest.param(
            hop(CLIENT, RULES, "TCP", "services/default/web", outcome="10.2.0.2:80", detail={"endpoints": [], "choice": "remembered"}),
            "The Pod client sends to the Service web, and the packet rules on worker-1 choose the endpoint that this client had before: "
            "10.2.0.2:80.",
            "client 파드가 web 서비스에 보냅니다. worker-1의 패킷 규칙이 이 클라이언트가 전에 쓴 엔드포인트를 고릅니다: 10.2.0.2:80.",
            id="rules remember a client",
        ),
        pytest.param(
            hop(CLIENT, RULES, "TCP", "services/default/web", outcome="error: connection refused"),
            "The Pod client sends to the Service web. It has no endpoint, so the packet rules on worker-1 reject the connection.",
            "client 파드가 web 서비스에 보냅니다. 엔드포인트가 없어 worker-1의 패킷 규칙이 연결을 거부합니다.",
            id="rules reject",
        ),
        pytest.param(
            hop(CLIENT, RULES, "TCP", "services/default/web", outcome="error: i/o timeout"),
            "The Pod client sends to the Service web. It has no endpoint on this node, so the packet rules on worker-1 drop the packet.",
            "client 파드가 web 서비스에 보냅니다. 이 노드에는 엔드포인트가 없어 worker-1의 패킷 규칙이 패킷을 버립니다.",
            id="rules drop",
        ),
        pytest.param(
            hop(RULES, "node/worker-2/cni", "TCP", "pods/default/web", outcome="10.244.2.2:80"),
            "The pod network carries the packet to the node worker-2, where 10.244.2.2:80 is.",
            "파드 네트워크가 10.244.2.2:80 주소가 있는 worker-2 노드까지 패킷을 나릅니다.",
            id="the network carries a packet",
        ),
        pytest.param(
            hop(RULES, CNI, "TCP", "pods/default/web", outcome="10.244.1.2:80"),
            "The packet stays on the node worker-1, where 10.244.1.2:80 is.",
            "패킷은 10.244.1.2:80 주소가 있는 worker-1 노드에 머뭅니다.",
            id="a packet stays on its node",
        ),
        pytest.param(
            hop(RULES, CNI, "TCP", "nodes/worker-1", outcome="error: no route to host"),
            "The packet gets to the node worker-1, where no pod has this address: no route to host.",
            "패킷이 worker-1 노드까지 가지만 그곳에는 이 주소를 가진 파드가 없습니다: no route to host.",
            id="no pod has the address",
        ),
        pytest.param(
            hop(RULES, CNI, "TCP", "nodes/worker-1", outcome="error: i/o timeout"),
            "The packet does not get to the node worker-1: i/o timeout.",
            "패킷이 worker-1 노드에 닿지 못합니다: i/o timeout.",
            id="the network does not reach a node",
        ),
        pytest.param(
            hop(RULES, CNI, "TCP", "pods/default/web", outcome="error: i/o timeout"),
            "The packet does not get to the Pod web on the node worker-1: i/o timeout.",
            "패킷이 worker-1 노드의 web 파드에 닿지 못합니다: i/o timeout.",
            id="the network does not reach a machine",
        ),
        pytest.param(
            hop(CLIENT, "client", "TCP", "10.96.1.1:80", outcome="error: i/o timeout"),
            "The Pod client sends to 10.96.1.1:80, and nobody in the cluster has this address: i/o timeout.",
            "client 파드가 10.96.1.1:80에 보내지만 클러스터에 이 주소를 가진 쪽이 없습니다: i/o timeout.",
            id="nobody has an address",
        ),
        pytest.param(
            hop(CNI, CLIENT, "GET", "pods/default/client"),
            "The Pod client receives the request GET.",
            "client 파드가 GET 요청을 받습니다.",
            id="a request arrives",
        ),
        pytest.param(
            hop(CNI, CLIENT, "GET", "pods/default/client", outcome="error: connection refused"),
            "The packet arrives at the Pod client, and the connection fails: connection refused.",
            "패킷이 client 파드에 도착하지만 연결에 실패합니다: connection refused.",
            id="nothing listens in a pod",
        ),
        pytest.param(
            hop(CNI, "coredns/coredns-x", "A", "web.default.svc.cluster.local."),
            "CoreDNS is asked for the A record of web.default.svc.cluster.local.",
            "CoreDNS가 web.default.svc.cluster.local의 A 레코드를 묻는 질문을 받습니다.",
            id="a DNS question arrives",
        ),
        pytest.param(
            hop("coredns/coredns-x", CLIENT, "reply", "web.default.svc.cluster.local.", outcome="NOERROR 10.2.0.2 10.3.0.2"),
            "CoreDNS answers the Pod client: web.default.svc.cluster.local → 10.2.0.2 10.3.0.2.",
            "CoreDNS가 client 파드에 응답합니다: web.default.svc.cluster.local → 10.2.0.2 10.3.0.2.",
            id="CoreDNS answers",
        ),
        pytest.param(
            hop("coredns/coredns-x", CLIENT, "reply", "web.default.svc.cluster.local.", outcome="NOERROR"),
            "CoreDNS answers the Pod client: web.default.svc.cluster.local exists, and has no record of this type.",
            "CoreDNS가 client 파드에 응답합니다: web.default.svc.cluster.local에는 이 유형의 레코드가 없습니다.",
            id="CoreDNS has no record",
        ),
        pytest.param(
            hop("coredns/coredns-x", CLIENT, "reply", "web.default.svc.cluster.local.", outcome="NXDOMAIN"),
            "CoreDNS answers the Pod client: there is no such name (NXDOMAIN): web.default.svc.cluster.local.",
            "CoreDNS가 client 파드에 응답합니다: 그런 이름이 없습니다(NXDOMAIN): web.default.svc.cluster.local.",
            id="CoreDNS knows no such name",
        ),
        pytest.param(
            hop("coredns/coredns-x", CLIENT, "reply", "web.default.svc.cluster.local.", outcome="SERVFAIL"),
            "CoreDNS cannot tell the Pod client about web.default.svc.cluster.local: SERVFAIL.",
            "CoreDNS가 client 파드에 web.default.svc.cluster.local에 대해 답하지 못합니다: SERVFAIL.",
            id="CoreDNS cannot answer",
        ),
        pytest.param(
            hop("node/worker-1/kube-proxy", RULES, "sync", "services/default/web", outcome="services: 1"),
            "kube-proxy on worker-1 writes the rules for the Service web into the kernel of its node.",
            "worker-1의 kube-proxy가 자기 노드의 커널에 web 서비스의 규칙을 씁니다.",
            id="kube-proxy writes a Service's rules",
        ),
        pytest.param(
            hop("node/worker-1/kube-proxy", RULES, "sync", outcome="services: 3"),
            "kube-proxy on worker-1 writes rules into the kernel of its node (services: 3).",
            "worker-1의 kube-proxy가 자기 노드의 커널에 규칙을 씁니다(services: 3).",
            id="kube-proxy writes rules of several Services",
        ),
    ],
)
def test_a_hop_is_told_in_both_languages(entry: Hop, en: str, ko: str) -> None:
    assert caption(entry) == {"en": en, "ko": ko}
