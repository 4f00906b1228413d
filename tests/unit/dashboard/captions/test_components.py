"""What the scheduler, a kubelet and a machine that joins do has a sentence in English and in Korean."""

from __future__ import annotations

import pytest

from cluster.engine.trace import Hop
from dashboard.captions import caption
from tests.unit.dashboard.captions.hops import CNI, CONTAINERD, KUBELET, hop

REJECTED = {"n3": {"plugin": "NodeName", "reasons": ["no"]}}
FILTERED = {"pod": "default/web", "nodes": 3, "feasible": ["n1", "n2"], "rejected": REJECTED}
ONE = {**FILTERED, "nodes": 1, "feasible": ["n1"]}
SCORED = {"pod": "default/web", "node": "n1", "tied": 1, "feasible": ["n1", "n2"], "plugins": {}, "totals": [90, 10]}
PREEMPTED = {"preemption": {"node": "n2", "candidates": {"n2": {"victims": [{"pod": f"default/{name}"} for name in "abcd"]}}}}
NOT_PREEMPTED = {"preemption": {"node": "", "candidates": {}}}


@pytest.mark.parametrize(
    ("entry", "en", "ko"),
    [
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
