"""What components and objects are called in a sentence, in the words of the course."""

from __future__ import annotations

from cluster.machinery.kinds.model import Kind
from dashboard import keys
from dashboard.captions.sentence import Word
from dashboard.keys import ObjectKey

KIND_WORDS = {
    "Pod": "파드",
    "Deployment": "디플로이먼트",
    "ReplicaSet": "레플리카셋",
    "StatefulSet": "스테이트풀셋",
    "DaemonSet": "데몬셋",
    "ReplicationController": "레플리케이션 컨트롤러",
    "Job": "잡",
    "CronJob": "크론잡",
    "Service": "서비스",
    "Endpoints": "엔드포인트",
    "EndpointSlice": "엔드포인트슬라이스",
    "Ingress": "인그레스",
    "Node": "노드",
    "Namespace": "네임스페이스",
    "Event": "이벤트",
    "Lease": "리스",
    "ConfigMap": "컨피그맵",
    "ServiceAccount": "서비스어카운트",
    "Secret": "시크릿",
    "PersistentVolume": "퍼시스턴트볼륨",
    "PersistentVolumeClaim": "퍼시스턴트볼륨클레임",
    "StorageClass": "스토리지클래스",
    "ResourceQuota": "리소스쿼터",
    "LimitRange": "리밋레인지",
    "Role": "롤",
    "RoleBinding": "롤바인딩",
    "ClusterRole": "클러스터롤",
    "ClusterRoleBinding": "클러스터롤바인딩",
    "CertificateSigningRequest": "인증서 서명 요청",
}
_COMPONENTS = {
    "dashboard": Word("the dashboard", "대시보드"),
    "kubectl": Word("kubectl", "kubectl"),
    "kubeadm": Word("kubeadm", "kubeadm"),
    "etcdctl": Word("etcdctl", "etcdctl"),
    "client": Word("an API client", "API 클라이언트"),
    "kube-apiserver": Word("the API server", "API 서버"),
    "etcd": Word("etcd", "etcd"),
    "kube-scheduler": Word("the scheduler", "스케줄러"),
    "kube-controller-manager": Word("the controller manager", "컨트롤러 매니저"),
    "csi-provisioner": Word("the CSI provisioner", "CSI 프로비저너"),
    "csi-attacher": Word("the CSI attacher", "CSI 어태처"),
    "coredns": Word("CoreDNS", "CoreDNS"),
}
_CONTROLLERS = {
    "deployment": Word("the Deployment controller", "디플로이먼트 컨트롤러"),
    "replicaset": Word("the ReplicaSet controller", "레플리카셋 컨트롤러"),
    "statefulset": Word("the StatefulSet controller", "스테이트풀셋 컨트롤러"),
    "daemonset": Word("the DaemonSet controller", "데몬셋 컨트롤러"),
    "replicationcontroller": Word("the ReplicationController manager", "레플리케이션컨트롤러 매니저"),
    "job": Word("the Job controller", "잡 컨트롤러"),
    "ttlafterfinished": Word("the TTL-after-finished controller", "완료 후 TTL 컨트롤러"),
    "cronjob": Word("the CronJob controller", "크론잡 컨트롤러"),
    "podautoscaler": Word("the pod autoscaler", "파드 오토스케일러"),
    "endpoint": Word("the Endpoints controller", "엔드포인트 컨트롤러"),
    "endpointslice": Word("the EndpointSlice controller", "엔드포인트슬라이스 컨트롤러"),
    "endpointslicemirroring": Word("the EndpointSlice mirroring controller", "엔드포인트슬라이스 미러링 컨트롤러"),
    "namespace": Word("the Namespace controller", "네임스페이스 컨트롤러"),
    "clusterroleaggregation": Word("the ClusterRole aggregation controller", "클러스터롤 집계 컨트롤러"),
    "serviceaccount": Word("the ServiceAccount controller", "서비스어카운트 컨트롤러"),
    "ephemeral": Word("the ephemeral volume controller", "임시 볼륨 컨트롤러"),
    "persistentvolume": Word("the volume binder", "볼륨 바인더"),
    "attachdetach": Word("the attach-detach controller", "연결-분리 컨트롤러"),
    "pvcprotection": Word("the claim protection controller", "클레임 보호 컨트롤러"),
    "pvprotection": Word("the volume protection controller", "볼륨 보호 컨트롤러"),
    "resourcequota": Word("the ResourceQuota controller", "리소스쿼터 컨트롤러"),
    "garbagecollector": Word("the garbage collector", "가비지 컬렉터"),
    "nodelifecycle": Word("the node lifecycle controller", "노드 생명주기 컨트롤러"),
    "tainteviction": Word("the taint eviction controller", "테인트 축출 컨트롤러"),
    "nodeipam": Word("the node IPAM controller", "노드 IPAM 컨트롤러"),
    "disruption": Word("the disruption controller", "중단 컨트롤러"),
    "podgc": Word("the Pod garbage collector", "파드 가비지 컬렉터"),
    "csrapproving": Word("the certificate approver", "인증서 승인 컨트롤러"),
    "csrsigning": Word("the certificate signer", "인증서 서명 컨트롤러"),
    "csrcleaner": Word("the certificate request cleaner", "인증서 요청 정리 컨트롤러"),
    "bootstrapsigner": Word("the bootstrap signer", "부트스트랩 서명 컨트롤러"),
    "tokencleaner": Word("the token cleaner", "토큰 정리 컨트롤러"),
    "serviceaccounttoken": Word("the tokens controller", "토큰 컨트롤러"),
    "rootcacertpublisher": Word("the root CA publisher", "루트 CA 배포 컨트롤러"),
}
_STAGES = {
    "authentication": Word("authentication", "인증"),
    "authorization": Word("authorization", "인가"),
    "admission": Word("admission", "승인"),
    "validation": Word("validation", "검증"),
    "filter": Word("the scheduler's filters", "스케줄러의 필터"),
    "score": Word("the scheduler's scores", "스케줄러의 점수"),
}
_RESOURCES = {"memory": ("memory", "메모리"), "disk": ("disk", "디스크"), "pids": ("process IDs", "프로세스 ID")}


def component(name: str) -> Word:
    """Return what a component of the trace is called."""
    if name in _COMPONENTS:
        return _COMPONENTS[name]
    owner, _, part = name.partition("/")
    if owner == "coredns":
        return _COMPONENTS[owner]
    if owner == "node":
        return _on_node(*part.partition("/")[::2])
    if owner == "kube-controller-manager":
        known = _CONTROLLERS.get(part.replace("-", "").removesuffix("controller"))
        return known or Word(f"the {part.removesuffix('-controller')} controller", f"{part.removesuffix('-controller')} 컨트롤러")
    return _STAGES.get(part) or Word(name, name)


def _on_node(node: str, part: str) -> Word:
    if part.startswith("pod/"):
        _, _, pod, *container = part.split("/")
        if container:
            return Word(f"the container {container[0]} of the Pod {pod}", f"{pod} 파드의 컨테이너 {container[0]}")
        return Word(f"the Pod {pod}", f"{pod} 파드")
    if part in _RESOURCES:
        english, korean = _RESOURCES[part]
        return Word(f"the {english} of {node}", f"{node}의 {korean}")
    if part == "netfilter":
        return Word(f"the packet rules on {node}", f"{node}의 패킷 규칙")
    if part == "kube-proxy":
        return Word(f"kube-proxy on {node}", f"{node}의 kube-proxy")
    if part == "cni":
        return Word(f"the CNI plugin on {node}", f"{node}의 CNI 플러그인")
    if part == "containerd":
        return Word(f"containerd on {node}", f"{node}의 containerd")
    return Word(f"the {part} on {node}", f"{node}의 {part}") if part else Word(f"the node {node}", f"{node} 노드")


def kind_word(kind: Kind) -> Word:
    """Return a kind's own name."""
    return Word(kind.kind, KIND_WORDS.get(kind.kind, kind.kind))


def kinds_word(kind: Kind) -> Word:
    """Return what several objects of a kind are called: its resource, with the kind's capitals."""
    letters = zip(kind.kind.ljust(len(kind.plural)), kind.plural, strict=False)
    plural = "".join(own if own.lower() == letter else letter for own, letter in letters)
    return Word(plural, f"{KIND_WORDS.get(kind.kind, kind.kind)} 목록")


def thing(key: str) -> Word:
    """Return what the object of a hop's key is called: ``the Pod web``; for a collection its kind; else the key itself."""
    parsed = keys.parse(key)
    return named(parsed) if parsed is not None else Word(key or "a message", key or "메시지")


def named(key: ObjectKey) -> Word:
    """Return what an object is called; a nameless one (its name is made by the API server) by its kind."""
    word = kind_word(key.kind)
    if not key.name:
        article = "an" if word.en[0] in "AEIOU" else "a"
        return Word(f"{article} {word.en}", word.ko)
    return Word(f"the {word.en} {key.name}", f"{key.name} {word.ko}")


def node_of(name: str) -> str:
    """Return the node of a component's name, or an empty text."""
    parts = name.split("/")
    return parts[1] if parts[0] == "node" and len(parts) > 1 else ""
