"""Requests, their way through the API server and their answers have a sentence in English and in Korean."""

from __future__ import annotations

import pytest

from cluster.engine.trace import Hop
from dashboard.captions import caption
from tests.unit.dashboard.captions.hops import CONTAINERD, KUBELET, hop


@pytest.mark.parametrize(
    ("entry", "en", "ko"),
    [
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
            hop("kube-apiserver", "kube-scheduler", "ADDED", "pods/default/web", outcome="the message comes again"),
            "The same watch event about the Pod web arrives once more: the scheduler knows already what it says.",
            "web 파드에 대한 같은 감시 이벤트가 한 번 더 도착합니다. 스케줄러가 이미 알고 있는 내용입니다.",
            id="a watch event comes twice",
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
    ],
)
def test_a_hop_is_told_in_both_languages(entry: Hop, en: str, ko: str) -> None:
    assert caption(entry) == {"en": en, "ko": ko}
