"""On a node: what it is asked for by the API server, the kubelet asks of the runtime, the runtime of the network, a person of the node."""

from __future__ import annotations

import re

from cluster.engine.trace import Hop
from dashboard.captions.names import component, node_of, thing
from dashboard.captions.sentence import Caption, Noun, say

_CALLS = {
    "RunPodSandbox": (
        "{source} asks {target} for a sandbox: the room in which the containers of {object} will live.",
        "{source:이가} {target}에 샌드박스를 만들어 달라고 합니다. {object}의 컨테이너들이 살 공간입니다.",
    ),
    "PullImage": ("{source} has {target} pull the image for {object}.", "{source:이가} {target}에 {object}의 이미지를 받아 오게 합니다."),
    "CreateContainer": (
        "{source} has {target} create a container of {object}.",
        "{source:이가} {target}에 {object}의 컨테이너를 만들게 합니다.",
    ),
    "StartContainer": (
        "{source} has {target} start a container of {object}.",
        "{source:이가} {target}에 {object}의 컨테이너를 시작하게 합니다.",
    ),
    "StopContainer": (
        "{source} has {target} stop a container of {object}.",
        "{source:이가} {target}에 {object}의 컨테이너를 멈추게 합니다.",
    ),
    "RemoveContainer": (
        "{source} has {target} remove a stopped container of {object}.",
        "{source:이가} {target}에 {object}의 멈춘 컨테이너를 지우게 합니다.",
    ),
    "StopPodSandbox": (
        "{source} has {target} take down the sandbox of {object}.",
        "{source:이가} {target}에 {object}의 샌드박스를 멈추게 합니다.",
    ),
    "RemovePodSandbox": (
        "{source} has {target} remove the sandbox of {object}.",
        "{source:이가} {target}에 {object}의 샌드박스를 지우게 합니다.",
    ),
    "ImageStatus": (
        "{source} asks {target} whether the image for {object} is on the node already.",
        "{source:이가} {target}에 {object}의 이미지가 이미 노드에 있는지 묻습니다.",
    ),
    "Exec": (
        "{source} has {target} run a command in a container of {object}.",
        "{source:이가} {target}에 {object}의 컨테이너에서 명령을 실행하게 합니다.",
    ),
    "Attach": (
        "{source} has {target} connect to the process of a container of {object}.",
        "{source:이가} {target}에 {object}의 컨테이너에서 실행 중인 프로세스에 연결하게 합니다.",
    ),
    "PortForward": (
        "{source} has {target} connect to a port of {object}.",
        "{source:이가} {target}에 {object}의 포트에 연결하게 합니다.",
    ),
    "containerLogs": (
        "{source} asks {target} for the log of a container of {object}: logs lie on the node.",
        "{source:이가} {target}에 {object}의 컨테이너 로그를 요청합니다. 로그는 노드에 있습니다.",
    ),
    "exec": (
        "{source} passes on to {target}: a command is to be run in {object}.",
        "{source:이가} {target}에 {object}에서 명령을 실행해 달라는 요청을 넘깁니다.",
    ),
    "attach": (
        "{source} passes on to {target}: somebody wants to be connected to what runs in {object}.",
        "{source:이가} {target}에 {object}에서 실행 중인 프로세스에 연결해 달라는 요청을 넘깁니다.",
    ),
    "portforward": (
        "{source} passes on to {target}: somebody wants to reach the ports of {object}.",
        "{source:이가} {target}에 {object}의 포트에 연결해 달라는 요청을 넘깁니다.",
    ),
    "proxy": (
        "{source} passes an HTTP request on to {target}.",
        "{source:이가} {target}에 HTTP 요청을 넘깁니다.",
    ),
    "ADD": (
        "{source} asks {target} to connect {object} to the network and give it an address.",
        "{source:이가} {target}에 {object:을를} 네트워크에 연결하고 주소를 달라고 합니다.",
    ),
    "DEL": (
        "{source} asks {target} to take {object} off the network and free its address.",
        "{source:이가} {target}에 {object:을를} 네트워크에서 떼고 주소를 돌려받게 합니다.",
    ),
    "startupProbe": (
        "{source} asks a container of {object} whether it has started.",
        "{source:이가} {object}의 컨테이너에 시작을 마쳤는지 묻습니다.",
    ),
    "livenessProbe": (
        "{source} asks a container of {object} whether it is still alive.",
        "{source:이가} {object}의 컨테이너에 아직 살아 있는지 묻습니다.",
    ),
    "readinessProbe": (
        "{source} asks a container of {object} whether it is ready to serve.",
        "{source:이가} {object}의 컨테이너에 요청을 받을 준비가 되었는지 묻습니다.",
    ),
    "ContainerStarted": (
        "{source} tells {target} that a container of {object} runs.",
        "{source:이가} {target}에 {object}의 컨테이너가 실행 중이라고 알립니다.",
    ),
    "ContainerDied": (
        "{source} tells {target} that a container of {object} has ended ({outcome}).",
        "{source:이가} {target}에 {object}의 컨테이너가 끝났다고 알립니다({outcome}).",
    ),
}
_WITH_RESULT = {
    "PullImage": (
        "{source} has {target} pull the image {image} for {object}.",
        "{source:이가} {target}에 {object}의 이미지 {image:을를} 받아 오게 합니다.",
    ),
    "ADD": (
        "{source} asks {target} to connect {object} to the network: it gets the address {outcome}.",
        "{source:이가} {target}에 {object:을를} 네트워크에 연결해 달라고 합니다. 파드의 주소는 {outcome}입니다.",
    ),
}
"""The same, where the image is named and where the address is known."""
_ADDRESS = re.compile(r"^[0-9a-f.:]+$")
_ON_NODE = {
    "stop": (
        "Somebody stops the node {node}: its kubelet and containers stand still.",
        "누군가 {node} 노드를 멈춥니다. kubelet과 컨테이너가 멈춥니다.",
    ),
    "start": ("Somebody starts the node {node} again.", "누군가 {node} 노드를 다시 시작합니다."),
    "join": (
        "kubeadm join starts the kubelet on the machine {node}: it will register its node.",
        "kubeadm join이 {node} 머신의 kubelet을 시작합니다. kubelet이 자기 노드를 등록합니다.",
    ),
    "shutdown": (
        "Somebody shuts the node {node} down: its kubelet ends the Pods first, critical ones last.",
        "누군가 {node} 노드를 종료합니다. kubelet이 먼저 파드들을 끝내고, 중요한 파드는 마지막에 끝냅니다.",
    ),
    "pressure": (
        "Something beside the Pods takes memory, disk or processes of the node {node}.",
        "파드가 아닌 무언가가 {node} 노드의 메모리, 디스크 또는 프로세스를 차지합니다.",
    ),
    "configure-kubelet": (
        "Somebody writes the kubelet's configuration on {node} and starts the kubelet anew.",
        "누군가 {node}에서 kubelet 설정을 쓰고 kubelet을 다시 시작합니다.",
    ),
    "write-manifest": (
        "Somebody writes the manifest of a static Pod on the disk of {node}.",
        "누군가 {node}의 디스크에 스태틱 파드의 매니페스트를 씁니다.",
    ),
    "remove-manifest": (
        "Somebody removes the manifest of a static Pod from the disk of {node}.",
        "누군가 {node}의 디스크에서 스태틱 파드의 매니페스트를 지웁니다.",
    ),
    "kill-container": ("Somebody kills a container of {object} on {node}.", "누군가 {node}에서 {object}의 컨테이너를 죽입니다."),
}


def caption(hop: Hop) -> Caption | None:
    """Return the caption of a call on a node, None for any other hop."""
    if not hop.target.startswith("node/"):
        return None
    if hop.verb in _ON_NODE:
        return say(*_ON_NODE[hop.verb], object=thing(hop.key), node=node_of(hop.target))
    templates = _CALLS.get(hop.verb)
    if templates is None:
        return None
    words: dict[str, Noun] = {
        "source": component(hop.source),
        "target": component(hop.target),
        "object": thing(hop.key),
        "outcome": hop.outcome.rstrip("."),
        "image": (hop.detail or {}).get("image", ""),
    }
    if is_fault(hop):
        return say(templates[0] + " It fails: {outcome}.", templates[1] + " 하지만 실패합니다: {outcome}.", **words)
    if (hop.verb == "PullImage" and words["image"]) or (hop.verb == "ADD" and hop.outcome):
        templates = _WITH_RESULT[hop.verb]
    return say(*templates, **words)


def is_fault(hop: Hop) -> bool:
    """Whether a call's outcome says that it failed. A container's end is told, not called."""
    if hop.verb in ("ContainerDied", "ContainerStarted"):
        return False
    if hop.verb == "ADD":
        return bool(hop.outcome) and not _ADDRESS.match(hop.outcome)
    return "error" in hop.outcome.lower() or "fail" in hop.outcome.lower()
