"""Every hop has a sentence in English and in Korean."""

from __future__ import annotations

import itertools

import pytest

from cluster.engine.trace import Hop
from cluster.machinery.kinds import KINDS
from dashboard.captions import caption, waits
from dashboard.captions.sentence import particle

REJECTED = {"n3": {"plugin": "NodeName", "reasons": ["no"]}}
FILTERED = {"pod": "default/web", "nodes": 3, "feasible": ["n1", "n2"], "rejected": REJECTED}
ONE = {**FILTERED, "nodes": 1, "feasible": ["n1"]}
SCORED = {"pod": "default/web", "node": "n1", "tied": 1, "feasible": ["n1", "n2"], "plugins": {}, "totals": [90, 10]}
KUBELET, CONTAINERD, CNI = "node/worker-1/kubelet", "node/worker-1/containerd", "node/worker-1/cni"
RULES, CLIENT = "node/worker-1/netfilter", "node/worker-1/pod/default/client"

PREEMPTED = {"preemption": {"node": "n2", "candidates": {"n2": {"victims": [{"pod": f"default/{name}"} for name in "abcd"]}}}}
NOT_PREEMPTED = {"preemption": {"node": "", "candidates": {}}}


def hop(
    source: str, target: str, verb: str, key: str = "", *, revision: int = 0, outcome: str = "", detail: dict[str, object] | None = None
) -> Hop:
    return Hop(1, 0, 0, 0, source, target, verb, key, revision, outcome, detail)  # type: ignore[arg-type]


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
        pytest.param(
            hop("dashboard", "kube-apiserver", "POST", "deployments/default/web"),
            "The dashboard asks the API server to create the Deployment web.",
            "대시보드가 API 서버에 web 디플로이먼트를 만들어 달라고 요청합니다.",
            id="a person creates a Deployment",
        ),
        pytest.param(
            hop("kube-controller-manager/replicaset", "kube-apiserver", "POST", "pods/default"),
            "The ReplicaSet controller asks the API server to create a Pod.",
            "레플리카셋 컨트롤러가 API 서버에 파드를 만들어 달라고 요청합니다.",
            id="a controller creates a Pod whose name the API server makes",
        ),
        pytest.param(
            hop("kubectl", "kube-apiserver", "PATCH", "deployments/default/web/scale"),
            "kubectl asks the API server to change the number of replicas of the Deployment web.",
            "kubectl이 API 서버에 web 디플로이먼트의 레플리카 수를 바꿔 달라고 요청합니다.",
            id="a person scales",
        ),
        pytest.param(
            hop("kubectl", "kube-apiserver", "GET", "pods/default/web/exec"),
            "kubectl asks the API server to run a command in a container of the Pod web.",
            "kubectl이 API 서버에 web 파드의 컨테이너에서 명령을 실행해 달라고 요청합니다.",
            id="a person runs a command in a container",
        ),
        pytest.param(
            hop("kubectl", "kube-apiserver", "POST", "pods/default/web/portforward"),
            "kubectl asks the API server for a way to the ports of the Pod web.",
            "kubectl이 API 서버에 web 파드의 포트로 가는 통로를 요청합니다.",
            id="a person forwards a port",
        ),
        pytest.param(
            hop("kubectl", "kube-apiserver", "GET", "pods/default/web:80/proxy"),
            "kubectl asks the API server to pass an HTTP request on to the Pod web:80.",
            "kubectl이 API 서버에 web:80 파드로 HTTP 요청을 넘겨 달라고 합니다.",
            id="a person asks through the proxy",
        ),
        pytest.param(
            hop("kube-apiserver", KUBELET, "exec", "pods/default/web/exec"),
            "The API server passes on to the kubelet on worker-1: a command is to be run in the Pod web.",
            "API 서버가 worker-1의 kubelet에 web 파드에서 명령을 실행해 달라는 요청을 넘깁니다.",
            id="the API server passes it on",
        ),
        pytest.param(
            hop(KUBELET, CONTAINERD, "Exec", "pods/default/web/c", outcome="OK"),
            "The kubelet on worker-1 has containerd on worker-1 run a command in a container of the Pod web.",
            "worker-1의 kubelet이 worker-1의 containerd에 web 파드의 컨테이너에서 명령을 실행하게 합니다.",
            id="the kubelet has it run",
        ),
        pytest.param(
            hop("kube-apiserver", "kubectl", "reply", "pods/default/web/exec", outcome="101 Switching Protocols"),
            "The API server answers kubectl: the way into the Pod web is open, and bytes flow in both directions.",
            "API 서버가 kubectl에 web 파드로 가는 통로가 열렸다고 응답합니다. 이제 양쪽으로 데이터가 흐릅니다.",
            id="the way is open",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-apiserver", "POST", "pods/default/web/binding"),
            "The scheduler decides: it asks the API server to bind the Pod web to a node.",
            "스케줄러가 결정합니다. API 서버에 web 파드를 노드에 바인딩해 달라고 요청합니다.",
            id="the scheduler binds",
        ),
        pytest.param(
            hop("kube-apiserver", "kube-scheduler", "reply", "pods/default/web/binding", outcome="201 Created"),
            "The API server answers the scheduler: the Pod web is bound to its node.",
            "API 서버가 스케줄러에 web 파드가 노드에 바인딩되었다고 응답합니다.",
            id="a binding that is made is no Pod that is made",
        ),
        pytest.param(
            hop("kube-apiserver", "kubectl", "reply", "pods/default/web/eviction", outcome="201 Created"),
            "The API server answers kubectl: the request about the Pod web succeeded.",
            "API 서버가 kubectl에 web 파드에 대한 요청이 성공했다고 응답합니다.",
            id="an eviction makes no Pod either",
        ),
        pytest.param(
            hop(KUBELET, "kube-apiserver", "PATCH", "pods/default/web/status"),
            "The kubelet on worker-1 reports the status of the Pod web to the API server.",
            "worker-1의 kubelet이 API 서버에 web 파드의 상태를 보고합니다.",
            id="the kubelet reports a Pod",
        ),
        pytest.param(
            hop(KUBELET, "kube-apiserver", "PATCH", "nodes/worker-1/status"),
            "The kubelet on worker-1 reports to the API server how its node is.",
            "worker-1의 kubelet이 API 서버에 자기 노드의 상태를 보고합니다.",
            id="the kubelet reports its node",
        ),
        pytest.param(
            hop(KUBELET, "kube-apiserver", "PUT", "leases/kube-node-lease/worker-1"),
            "The kubelet on worker-1 renews its Lease at the API server: the heartbeat of its node.",
            "worker-1의 kubelet이 API 서버에서 자기 리스를 갱신합니다. 노드의 하트비트입니다.",
            id="a heartbeat",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-apiserver", "POST", "events/default/web.1"),
            "The scheduler sends the API server an Event, so that people can see what happened.",
            "스케줄러가 사람들이 무슨 일이 있었는지 볼 수 있도록 API 서버에 이벤트를 보냅니다.",
            id="an Event",
        ),
        pytest.param(
            hop("kubectl", "kubectl", "progress", "faults/drains/n2", outcome="default/web-1: The budget is spent"),
            "kubectl may not evict a Pod of the node n2 yet, and asks again every 5 seconds: default/web-1: The budget is spent.",
            "kubectl이 n2 노드의 파드를 아직 축출할 수 없어 5초마다 다시 요청합니다: default/web-1: The budget is spent.",
            id="a drain waits for a budget",
        ),
        pytest.param(
            hop("kubectl", "kubectl", "progress", "faults/drains/n2"),
            "The drain of the node n2 has come one step further.",
            "n2 노드 비우기가 한 단계 더 나아갔습니다.",
            id="a drain goes on",
        ),
        pytest.param(
            hop("kubectl", "kubectl", "progress", "faults/drains/n2", outcome="drained"),
            "The node n2 is drained: no Pod that had to go is left.",
            "n2 노드를 다 비웠습니다. 나가야 할 파드가 남아 있지 않습니다.",
            id="a drain is over",
        ),
        pytest.param(
            hop("kube-apiserver", "kube-scheduler", "ADDED", "pods/default/web", outcome="error: the message is lost"),
            "The watch event about the Pod web is lost: the scheduler does not hear of it.",
            "web 파드 감시 이벤트가 도중에 사라집니다. 스케줄러는 이 소식을 듣지 못합니다.",
            id="a watch event is lost",
        ),
        pytest.param(
            hop("kubectl", "kube-apiserver", "PATCH", "deployments/default/web", outcome="error: context deadline exceeded"),
            "The request of kubectl about the Deployment web is lost: kubectl waits for an answer in vain (context deadline exceeded).",
            "web 디플로이먼트에 대한 kubectl의 요청이 도중에 사라집니다. kubectl은 답을 기다리다 포기합니다(context deadline exceeded).",
            id="a request is lost",
        ),
        pytest.param(
            hop("kube-apiserver", "csi-attacher", "reply", "volumeattachments", outcome="500 InternalError"),
            "The API server refuses what the CSI attacher asked about a VolumeAttachment (500 InternalError): "
            "something that it needs has failed.",
            "API 서버가 VolumeAttachment에 대한 CSI 어태처의 요청을 거절합니다(500 InternalError): 필요한 것이 제대로 동작하지 않습니다.",
            id="etcd has failed",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-apiserver", "LIST", "namespaces"),
            "The scheduler lists anew what it watches, Namespaces first: what it knew may be out of date.",
            "스케줄러가 감시하던 것을 네임스페이스 목록을 시작으로 모두 다시 읽습니다. 알고 있던 것이 이미 옛것일 수 있습니다.",
            id="a component lists anew",
        ),
        pytest.param(
            hop("client", "kube-apiserver", "LIST", "pods/default"),
            "An API client asks the API server for all Pods.",
            "API 클라이언트가 API 서버에 파드 목록을 요청합니다.",
            id="a list",
        ),
        pytest.param(
            hop("kubectl", "kube-apiserver", "WATCH", "pods"),
            "kubectl asks the API server to be told of every change of Pods from now on.",
            "kubectl이 API 서버에 파드의 모든 변경을 앞으로 알려 달라고 요청합니다(감시).",
            id="a watch is opened",
        ),
        pytest.param(
            hop("kube-apiserver", "kube-apiserver/authentication", "authentication", "pods/default/web", outcome="kubernetes-admin"),
            "Authentication: the API server finds out who asks: kubernetes-admin.",
            "인증: API 서버가 누가 요청했는지 확인합니다: kubernetes-admin.",
            id="authentication",
        ),
        pytest.param(
            hop("kube-apiserver", "kube-apiserver/admission", "admission", "pods/default/web", outcome="403 Forbidden"),
            "Admission refuses the request about the Pod web (403 Forbidden): it is not allowed.",
            "승인 단계에서 web 파드에 대한 요청을 거절합니다(403 Forbidden): 허용되지 않습니다.",
            id="admission refuses",
        ),
        pytest.param(
            hop("kube-apiserver", "kube-apiserver/admission", "ServiceAccount", "pods/default/web", outcome="changed"),
            "Admission: the plugin ServiceAccount fills in what was left out of the Pod web.",
            "승인: ServiceAccount 플러그인이 web 파드에서 빠진 값을 채웁니다.",
            id="a plugin fills something in",
        ),
        pytest.param(
            hop("kube-apiserver", "kube-apiserver/admission", "LimitRanger", "pods/default/web"),
            "Admission: the plugin LimitRanger leaves the Pod web as it is.",
            "승인: LimitRanger 플러그인은 web 파드를 그대로 둡니다.",
            id="a plugin has nothing to do",
        ),
        pytest.param(
            hop("kube-apiserver", "kube-apiserver/admission", "ResourceQuota", "pods/default/web", outcome="403 Forbidden"),
            "Admission: the plugin ResourceQuota refuses the request about the Pod web (403 Forbidden): it is not allowed.",
            "승인: ResourceQuota 플러그인이 web 파드에 대한 요청을 거절합니다(403 Forbidden): 허용되지 않습니다.",
            id="a plugin refuses",
        ),
        pytest.param(
            hop("kube-apiserver", "etcd", "put", "/registry/pods/default/web", revision=12),
            "The API server stores the Pod web in etcd: revision 12.",
            "API 서버가 web 파드를 etcd에 저장합니다: 리비전 12.",
            id="a value is stored",
        ),
        pytest.param(
            hop("kube-apiserver", "etcd", "put", "/registry/pods/default/web"),
            "etcd refuses to change the Pod web: somebody else was faster.",
            "etcd가 web 파드의 변경을 거절합니다. 다른 쪽이 먼저 바꾸었습니다.",
            id="a conflict",
        ),
        pytest.param(
            hop("kube-apiserver", "etcd", "delete", "/registry/minions/worker-1", revision=13),
            "The API server removes the Node worker-1 from etcd: revision 13.",
            "API 서버가 worker-1 노드를 etcd에서 지웁니다: 리비전 13.",
            id="a value is removed",
        ),
        pytest.param(
            hop("kube-apiserver", "dashboard", "reply", "pods/default/web", outcome="201 Created"),
            "The API server answers the dashboard: the Pod web is created.",
            "API 서버가 대시보드에 web 파드가 생성되었다고 응답합니다.",
            id="an answer",
        ),
        pytest.param(
            hop("kube-apiserver", "kubectl", "reply", "pods/default/web", outcome="409 AlreadyExists"),
            "The API server refuses what kubectl asked about the Pod web (409 AlreadyExists): an object of this name exists already.",
            "API 서버가 web 파드에 대한 kubectl의 요청을 거절합니다(409 AlreadyExists): 같은 이름의 오브젝트가 이미 있습니다.",
            id="a refusal",
        ),
        pytest.param(
            hop("kube-apiserver", "kube-scheduler", "ADDED", "pods/default/web", revision=12),
            "The scheduler's watch shows it the Pod web, which has no node yet: it goes into the queue.",
            "스케줄러가 감시를 통해 아직 노드가 정해지지 않은 web 파드를 발견하고 대기열에 넣습니다.",
            id="the scheduler sees a Pod",
        ),
        pytest.param(
            hop("kube-apiserver", KUBELET, "ADDED", "pods/default/web", revision=14),
            "The kubelet on worker-1 sees through its watch that the Pod web belongs to its node: it starts to make it.",
            "worker-1의 kubelet이 감시를 통해 web 파드가 자기 노드에 배정된 것을 보고 만들기 시작합니다.",
            id="the kubelet sees its Pod",
        ),
        pytest.param(
            hop("kube-apiserver", "kube-controller-manager", "MODIFIED", "nodes/worker-1", outcome="no work"),
            "Through its watch the controller manager learns that the Node worker-1 has changed; there is nothing to do for it.",
            "컨트롤러 매니저가 감시를 통해 worker-1 노드가 바뀐 것을 알게 됩니다. 하지만 할 일은 없습니다.",
            id="a change that concerns nobody",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-scheduler/filter", "filter", "pods/default/web", detail=FILTERED),
            "Filter: 2 of 3 nodes can take the Pod web.",
            "필터: 노드 3개 중 2개가 web 파드를 받을 수 있습니다.",
            id="filter",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-scheduler/filter", "filter", "pods/default/web", detail={**FILTERED, "feasible": []}),
            "Filter: none of 3 nodes can take the Pod web. It has to wait.",
            "필터: 노드 3개 중 web 파드를 받을 수 있는 노드가 없습니다. 파드는 기다려야 합니다.",
            id="no node fits",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-scheduler/filter", "filter", "pods/default/web", detail={**FILTERED, "feasible": [], **PREEMPTED}),
            "Filter: none of 3 nodes can take the Pod web. Preemption: Pods that matter less make room on n2: a, b, c, ….",
            "필터: 노드 3개 중 web 파드를 받을 수 있는 노드가 없습니다. 선점: n2에서 덜 중요한 파드가 비켜 줍니다: a, b, c, ….",
            id="others make room",
        ),
        pytest.param(
            hop(
                "kube-scheduler",
                "kube-scheduler/filter",
                "filter",
                "pods/default/web",
                detail={**FILTERED, "feasible": [], **NOT_PREEMPTED},
            ),
            "Filter: none of 3 nodes can take the Pod web. It has to wait.",
            "필터: 노드 3개 중 web 파드를 받을 수 있는 노드가 없습니다. 파드는 기다려야 합니다.",
            id="nobody makes room",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-scheduler/filter", "filter", "pods/default/web", detail={**ONE, "feasible": []}),
            "Filter: the only node cannot take the Pod web. It has to wait.",
            "필터: 노드 1개 중 web 파드를 받을 수 있는 노드가 없습니다. 파드는 기다려야 합니다.",
            id="the only node does not fit",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-scheduler/filter", "filter", "pods/default/web", detail=ONE),
            "Filter: the only node can take the Pod web.",
            "필터: 노드 1개 중 1개가 web 파드를 받을 수 있습니다.",
            id="the only node fits",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-scheduler/score", "score", "pods/default/web", detail={**SCORED, "feasible": ["n1"]}),
            "Score: n1 is the only node for the Pod web.",
            "점수: 노드 1개 중 n1이 web 파드에 가장 알맞습니다.",
            id="score of one",
        ),
        pytest.param(
            hop("kube-scheduler", "kube-scheduler/score", "score", "pods/default/web", detail=SCORED),
            "Score: of 2 nodes n1 is the best for the Pod web.",
            "점수: 노드 2개 중 n1이 web 파드에 가장 알맞습니다.",
            id="score",
        ),
        pytest.param(
            hop(KUBELET, CONTAINERD, "RunPodSandbox", "pods/default/web"),
            "The kubelet on worker-1 asks containerd on worker-1 for a sandbox: the room in which the containers of the Pod web will live.",
            "worker-1의 kubelet이 worker-1의 containerd에 샌드박스를 만들어 달라고 합니다. web 파드의 컨테이너들이 살 공간입니다.",
            id="a sandbox",
        ),
        pytest.param(
            hop(KUBELET, CONTAINERD, "PullImage", "pods/default/web", outcome="rpc error: not found"),
            "The kubelet on worker-1 has containerd on worker-1 pull the image for the Pod web. It fails: rpc error: not found.",
            "worker-1의 kubelet이 worker-1의 containerd에 web 파드의 이미지를 받아 오게 합니다. 하지만 실패합니다: rpc error: not found.",
            id="an image that does not exist",
        ),
        pytest.param(
            hop(KUBELET, CONTAINERD, "PullImage", "pods/default/web", detail={"image": "nginx:1.27"}),
            "The kubelet on worker-1 has containerd on worker-1 pull the image nginx:1.27 for the Pod web.",
            "worker-1의 kubelet이 worker-1의 containerd에 web 파드의 이미지 nginx:1.27을 받아 오게 합니다.",
            id="an image",
        ),
        pytest.param(
            hop(CONTAINERD, CNI, "ADD", "pods/default/web", outcome="no address is left"),
            "containerd on worker-1 asks the CNI plugin on worker-1 to connect the Pod web to the network and give it an address. "
            "It fails: no address is left.",
            "worker-1의 containerd가 worker-1의 CNI 플러그인에 web 파드를 네트워크에 연결하고 주소를 달라고 합니다. "
            "하지만 실패합니다: no address is left.",
            id="no address is left",
        ),
        pytest.param(
            hop(CONTAINERD, CNI, "ADD", "pods/default/web", outcome="10.244.1.2"),
            "containerd on worker-1 asks the CNI plugin on worker-1 to connect the Pod web to the network: it gets the address 10.244.1.2.",
            "worker-1의 containerd가 worker-1의 CNI 플러그인에 web 파드를 네트워크에 연결해 달라고 합니다. 파드의 주소는 10.244.1.2입니다.",
            id="the network",
        ),
        pytest.param(
            hop(KUBELET, "node/worker-1/pod/default/web", "readinessProbe", "pods/default/web/c", outcome="success"),
            "The kubelet on worker-1 asks a container of the Pod web whether it is ready to serve.",
            "worker-1의 kubelet이 web 파드의 컨테이너에 요청을 받을 준비가 되었는지 묻습니다.",
            id="a probe",
        ),
        pytest.param(
            hop(KUBELET, "node/worker-1/pod/default/web", "livenessProbe", "pods/default/web/c", outcome="failure: connection refused"),
            "The kubelet on worker-1 asks a container of the Pod web whether it is still alive. It fails: failure: connection refused.",
            "worker-1의 kubelet이 web 파드의 컨테이너에 아직 살아 있는지 묻습니다. 하지만 실패합니다: failure: connection refused.",
            id="a probe that fails",
        ),
        pytest.param(
            hop("kubeadm", KUBELET, "join", "nodes/worker-1"),
            "kubeadm join starts the kubelet on the machine worker-1: it will register its node.",
            "kubeadm join이 worker-1 머신의 kubelet을 시작합니다. kubelet이 자기 노드를 등록합니다.",
            id="a machine joins",
        ),
        pytest.param(
            hop("kubeadm", "kube-apiserver", "GET", "configmaps/kube-public/cluster-info"),
            "kubeadm asks the API server for the ConfigMap cluster-info.",
            "kubeadm이 API 서버에 cluster-info 컨피그맵을 보여 달라고 요청합니다.",
            id="what a machine reads that joins",
        ),
        pytest.param(
            hop(KUBELET, "kube-apiserver", "POST", "certificatesigningrequests/csr-abcde"),
            "The kubelet on worker-1 asks the API server to create the CertificateSigningRequest csr-abcde.",
            "worker-1의 kubelet이 API 서버에 csr-abcde 인증서 서명 요청을 만들어 달라고 요청합니다.",
            id="a certificate is asked for",
        ),
        pytest.param(
            hop("kube-controller-manager/csrapproving", "kube-apiserver", "PUT", "certificatesigningrequests/csr-abcde/approval"),
            "The certificate approver tells the API server its decision about the CertificateSigningRequest csr-abcde.",
            "인증서 승인 컨트롤러가 API 서버에 csr-abcde 인증서 서명 요청에 대한 결정을 알립니다.",
            id="a certificate is approved",
        ),
        pytest.param(
            hop("dashboard", KUBELET, "write-manifest", "nodes/worker-1"),
            "Somebody writes the manifest of a static Pod on the disk of worker-1.",
            "누군가 worker-1의 디스크에 스태틱 파드의 매니페스트를 씁니다.",
            id="a manifest",
        ),
        pytest.param(
            hop("kube-proxy", "kernel", "sync", "rules"),
            "kube-proxy sends kernel the message sync rules.",
            "kube-proxy가 kernel에 sync rules 메시지를 보냅니다.",
            id="something that nobody has described",
        ),
    ],
)
def test_a_hop_is_told_in_both_languages(entry: Hop, en: str, ko: str) -> None:
    assert caption(entry) == {"en": en, "ko": ko}


CONTROLLERS = "kube-controller-manager"
WAITS: dict[str, tuple[str, str, str]] = {
    "a grace period": (
        f"{CONTAINERD} StopContainer pods/default/web/c",
        "grace period of Pod web",
        "web 파드의 종료 유예 기간",
    ),
    "a program": (f"{CONTAINERD} ExecSync pods/default/web/nginx", "what runs in Pod web", "web 파드에서 실행 중인 프로그램"),
    "a back-off": (f"{KUBELET} reply pods/default/web/nginx", "back-off of Pod web", "web 파드의 백오프"),
    "a probe": (f"{KUBELET}/readinessProbe reply pods/default/web/nginx", "readiness probe of Pod web", "web 파드의 준비성 프로브"),
    "a silent node": (f"{CONTROLLERS}/nodelifecycle", "report of a silent node", "소식이 없는 노드의 보고"),
    "what a node shall lose": (
        f"{CONTROLLERS}/tainteviction MODIFIED nodes/worker-2",
        "eviction from Node worker-2",
        "worker-2 노드에서 파드 축출",
    ),
    "a Pod that shall go": (f"{CONTROLLERS}/tainteviction MODIFIED pods/default/web", "eviction of Pod web", "web 파드 축출"),
    "a CronJob": (f"{CONTROLLERS}/cronjob MODIFIED cronjobs/default/tick", "next run of CronJob tick", "tick 크론잡의 다음 실행"),
    "a CronJob whose Job has ended": (f"{CONTROLLERS}/cronjob MODIFIED jobs/default/tick-1", "next run of a CronJob", "크론잡의 다음 실행"),
    "a message of which nothing is known": (f"{KUBELET} reply", "kubelet on worker-1", "worker-1의 kubelet"),
    "somebody who is not described": ("etcd", "etcd", "etcd"),
}


@pytest.mark.parametrize(("waiting_for", "en", "ko"), WAITS.values(), ids=WAITS.keys())
def test_what_is_waited_for_is_told_in_both_languages(waiting_for: str, en: str, ko: str) -> None:
    assert waits.caption(waiting_for) == {"en": en, "ko": ko}


def test_where_nothing_is_waited_for_nothing_is_told() -> None:
    assert waits.caption("") is None


OUTSIDE = ("dashboard", "kubectl", "client")
INSIDE = ("kube-scheduler", "kube-controller-manager/deployment", "kube-controller-manager/garbage-collector-controller", KUBELET)
REQUESTS = ("POST", "PUT", "PATCH", "DELETE", "GET", "LIST", "WATCH")
OUTCOMES = ("", "200 OK", "201 Created", "400 BadRequest", "404 NotFound", "409 Conflict", "422 Invalid", "500 InternalError", "no work")


def test_every_combination_of_component_verb_and_kind_has_both_sentences_without_leftover_placeholders() -> None:
    keys = [f"{kind.plural}/{'default/' if kind.namespaced else ''}{name}" for kind in KINDS for name in ("", "web-5d4f8c")]
    keys += [
        f"{key}/{sub.name}"
        for kind in KINDS
        for key in keys
        if key.startswith(f"{kind.plural}/") and key.endswith("c")
        for sub in kind.subresources
    ]
    for source, verb, key in itertools.product((*OUTSIDE, *INSIDE), REQUESTS, keys):
        _assert_whole(caption(hop(source, "kube-apiserver", verb, key)))
    for target, verb, key, outcome in itertools.product((*OUTSIDE, *INSIDE), ("reply", "ADDED", "MODIFIED", "DELETED"), keys, OUTCOMES):
        _assert_whole(caption(hop("kube-apiserver", target, verb, key, outcome=outcome)))
    for verb, key in itertools.product(("put", "delete", "get", "list"), keys):
        _assert_whole(caption(hop("kube-apiserver", "etcd", verb, f"/registry/{key}")))


def _assert_whole(sentences: dict[str, str]) -> None:
    assert sorted(sentences) == ["en", "ko"]
    assert sentences["en"][0].isupper() or sentences["en"].startswith(("kubectl", "etcd"))
    for text in sentences.values():
        assert text.endswith((".", "입니다.", "니다."))
        assert "{" not in text
        assert "  " not in text
    assert any("가" <= letter <= "힣" for letter in sentences["ko"])
    assert not any("가" <= letter <= "힣" for letter in sentences["en"])


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("파드", "을를", "를"),
        ("레플리카셋", "이가", "이"),
        ("노드 목록", "을를", "을"),
        ("worker-1", "은는", "은"),
        ("worker-2", "은는", "는"),
        ("worker-1", "으로", "로"),
        ("kubelet", "이가", "이"),
        ("etcd", "이가", "가"),
        ("web", "과와", "과"),
        ("web-7d9f-x7k2p", "과와", "와"),
        ("web-7d9f-x7k2n", "과와", "과"),
        ("redis", "은는", "는"),
        ("승인 단계", "으로", "로"),
        ("플러그인", "으로", "으로"),
    ],
)
def test_a_particle_follows_the_last_sound(word: str, pair: str, expected: str) -> None:
    assert particle(word, pair) == expected
