"""What is refused, in both languages, and a hint that suits it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import orjson
import pytest
from django.test import AsyncClient
from django.utils import translation

from cluster.engine.trace import Trace
from cluster.machinery.errors import bad_request, not_found
from cluster.machinery.kinds.core import PODS
from cluster.machinery.storage import Store
from cluster.runner.faults.messages import MessageFault, break_message
from cluster.runner.faults.record import Fault, break_component, mend
from cluster.runner.node_orders import check_order
from cluster.runner.refused_order import RefusedOrder, Why
from dashboard import forms
from dashboard.forms import Refusal
from dashboard.refusals import worded
from tests.unit.dashboard.builders import pod
from tests.unit.dashboard.fake_host import FakeHost

Said = tuple[str, str]
Order = Callable[[Store, Trace], None]
EXAMPLES = ("For example 4 for cpu, 8Gi for memory.", "예: cpu는 4, memory는 8Gi.")
NO_MESSAGE = (
    "Only a request to kube-apiserver or a watch event of it can be dropped, sent twice or delayed.",
    "Choose drop, duplicate or delay, and a message to the API server or from it.",
)
NO_MESSAGE_KO = (
    "kube-apiserver로 가는 요청이나 kube-apiserver가 보내는 watch 이벤트만 잃어버리거나 두 번 보내거나 늦출 수 있습니다.",
    "drop, duplicate, delay 중 하나와 API 서버로 가거나 API 서버에서 오는 메시지를 고르세요.",
)
RANGE = ("Give more than 0 and at most 600 seconds.", "0초보다 크고 600초를 넘지 않는 값을 넣으세요.")


def breaks(target: str, fault: str, seconds: float = 0.0) -> Order:
    return lambda store, trace: break_component(store, trace, Fault(target, fault, seconds))


def message(effect: str, source: str, seconds: float = 0.0, target: str = "kube-apiserver") -> Order:
    return lambda store, trace: break_message(store, trace, MessageFault(effect, source, target, "POST", "pods/", seconds))


def joins(name: str, **detail: str) -> Order:
    return lambda store, trace: check_order(store, name, "join", detail)


def refuses(why: Why, words: str) -> Order:
    def order(store: Store, trace: Trace) -> None:
        raise RefusedOrder(why, words)

    return order


ORDERS: dict[str, tuple[Order, Why, Said, Said]] = {
    "a component that does not exist": (
        breaks("kube-dns", "stopped"),
        Why.NO_COMPONENT,
        ("There is no component to break of this name: kube-dns.", "Choose one on the diagram."),
        ("고장 낼 수 있는 컴포넌트 가운데 이런 이름은 없습니다: kube-dns.", "다이어그램에서 하나를 고르세요."),
    ),
    "a fault that a component cannot have": (
        breaks("etcd", "cut-off"),
        Why.NO_FAULT,
        ("There is no such fault of etcd: cut-off.", "Choose one of these: stopped, slow."),
        ("etcd: 이런 고장은 낼 수 없습니다: cut-off.", "다음 중에서 고르세요: stopped, slow."),
    ),
    "a fault of a controller, which the page calls by another name": (
        breaks("kube-controller-manager/replicaset", "cut-off"),
        Why.NO_FAULT,
        ("There is no such fault of the ReplicaSet controller: cut-off.", "Choose one of these: stopped, slow."),
        ("레플리카셋 컨트롤러: 이런 고장은 낼 수 없습니다: cut-off.", "다음 중에서 고르세요: stopped, slow."),
    ),
    "a component that is slower than can be": (
        breaks("etcd", "slow", 601),
        Why.SECONDS,
        ("The seconds are out of range: 601.", RANGE[0]),
        ("초 값이 범위를 벗어났습니다: 601.", RANGE[1]),
    ),
    "a component that would never be done": (
        breaks("etcd", "slow", 1e9),
        Why.SECONDS,
        ("The seconds are out of range: 1000000000.", RANGE[0]),
        ("초 값이 범위를 벗어났습니다: 1000000000.", RANGE[1]),
    ),
    "a message that is later than can be": (
        message("delay", "kubectl", 0),
        Why.SECONDS,
        ("The seconds are out of range: 0.", RANGE[0]),
        ("초 값이 범위를 벗어났습니다: 0.", RANGE[1]),
    ),
    "what is whole": (
        lambda store, trace: mend(store, trace, "etcd"),
        Why.WHOLE,
        ("Nothing is wrong with etcd.", "It may have been mended meanwhile: look at the diagram."),
        ("etcd: 고장 난 곳이 없습니다.", "그 사이에 고쳐졌을 수 있습니다. 다이어그램을 보세요."),
    ),
    "a part of a node that is whole": (
        lambda store, trace: mend(store, trace, "node/n1/kubelet"),
        Why.WHOLE,
        ("Nothing is wrong with the kubelet on n1.", "It may have been mended meanwhile: look at the diagram."),
        ("n1의 kubelet: 고장 난 곳이 없습니다.", "그 사이에 고쳐졌을 수 있습니다. 다이어그램을 보세요."),
    ),
    "a message that nobody waits for": (
        lambda store, trace: mend(store, trace, "messages/7"),
        Why.WHOLE,
        ("Nothing is wrong with this message.", "It may have been mended meanwhile: look at the diagram."),
        ("이 메시지: 고장 난 곳이 없습니다.", "그 사이에 고쳐졌을 수 있습니다. 다이어그램을 보세요."),
    ),
    "a message past the API server": (
        message("drop", "kubectl", target="etcd"),
        Why.NO_MESSAGE,
        NO_MESSAGE,
        NO_MESSAGE_KO,
    ),
    "a message of a verb that nobody sends": (
        lambda store, trace: break_message(store, trace, MessageFault("drop", "kube-apiserver", "kube-scheduler", "POST", "pods/")),
        Why.NO_MESSAGE,
        NO_MESSAGE,
        NO_MESSAGE_KO,
    ),
    "a late request of kubeadm": (
        message("delay", "kubeadm", 5),
        Why.KUBEADM_WAITS,
        ("kubeadm waits for nobody: its requests cannot be delayed.", "Drop the message, or have it sent twice."),
        ("kubeadm은 기다리지 않으므로 그 요청은 늦출 수 없습니다.", "메시지를 잃어버리게 하거나 두 번 보내게 하세요."),
    ),
    "a container that a pod does not have": (
        breaks("node/n1/pod/default/web/d", "hung"),
        Why.NO_CONTAINER,
        ("Pod web has no container d.", "It has: main."),
        ("web 파드에는 d 컨테이너가 없습니다.", "있는 컨테이너: main."),
    ),
    "a pod of another node": (
        breaks("node/n2/pod/default/web/main", "hung"),
        Why.ELSEWHERE,
        ("Pod web is not on node n2.", "Look at the diagram for the node that it is on."),
        ("web 파드는 n2 노드에 있지 않습니다.", "파드가 어느 노드에 있는지 다이어그램에서 확인하세요."),
    ),
    "a container that does not run": (
        breaks("node/n1/pod/default/web/main", "hung"),
        Why.NOT_RUNNING,
        ("Container main of Pod web is not running.", "Wait until it runs."),
        ("web 파드의 main 컨테이너가 실행 중이 아닙니다.", "실행될 때까지 기다리세요."),
    ),
    "a machine of a Korean name": (
        joins("워커"),
        Why.MACHINE_NAME,
        ("This cannot be a machine's name: 워커.", "Use lower case letters, digits and hyphens, 63 at most, such as worker-4."),
        ("머신 이름으로 쓸 수 없습니다: 워커.", "영어 소문자, 숫자, 하이픈으로 63자까지 쓰세요. 예: worker-4."),
    ),
    "a name that is far too long is cut": (
        joins("W" * 101),
        Why.MACHINE_NAME,
        (
            f"This cannot be a machine's name: {'W' * 100}.",
            "Use lower case letters, digits and hyphens, 63 at most, such as worker-4.",
        ),
        (f"머신 이름으로 쓸 수 없습니다: {'W' * 100}.", "영어 소문자, 숫자, 하이픈으로 63자까지 쓰세요. 예: worker-4."),
    ),
    "a memory that is none": (
        joins("worker-9", memory="lots"),
        Why.NO_QUANTITY,
        ("This is no quantity of memory: lots.", EXAMPLES[0]),
        ("memory 수량이 아닙니다: lots.", EXAMPLES[1]),
    ),
    "a machine without a core": (
        joins("worker-9", cpu="0"),
        Why.NOTHING,
        ("A machine has more than nothing of cpu, not 0.", EXAMPLES[0]),
        ("머신의 cpu 값은 0보다 커야 합니다: 0.", EXAMPLES[1]),
    ),
    "kubeadm in its own words": (
        refuses(Why.KUBEADM, "error execution phase preflight: no"),
        Why.KUBEADM,
        ("error execution phase preflight: no", "Use the token and the hash that the form proposes."),
        ("error execution phase preflight: no", "양식이 제안하는 토큰과 해시를 쓰세요."),
    ),
    "a recording": (
        refuses(Why.RECORDING, "the cluster is a recording"),
        Why.RECORDING,
        ("This cluster is a recording: it can be looked at and not changed.", "Make a branch of it, and change that."),
        ("이 클러스터는 녹화본입니다. 볼 수만 있고 바꿀 수 없습니다.", "분기를 만들어 그 분기를 바꾸세요."),
    ),
}


@pytest.mark.parametrize(("order", "why", "english", "korean"), ORDERS.values(), ids=ORDERS.keys())
def test_an_order_is_refused_in_both_languages(order: Order, why: Why, english: Said, korean: Said) -> None:
    host = FakeHost()
    host.store.put(PODS.storage_key("default", "web"), pod("web", node="n1"))
    with pytest.raises(RefusedOrder) as refused:
        order(host.store, host.trace)
    said = []
    for language in ("en", "ko"):
        with translation.override(language):
            said.append(worded(refused.value))
    assert (refused.value.why, said) == (why, [english, korean])


def test_every_reason_is_worded() -> None:
    assert {why for _, why, _, _ in ORDERS.values()} == set(Why)


def test_what_the_api_server_refuses_stays_in_its_own_words() -> None:
    with translation.override("ko"):
        said = [worded(error) for error in (not_found("", "pods", "web"), bad_request("no such field"))]
    assert said == [
        ('pods "web" not found', "그 사이에 삭제되었을 수 있습니다. 다이어그램을 확인하세요."),
        ("no such field", "필드의 철자를 확인하세요."),
    ]


@pytest.mark.parametrize(
    ("action", "value", "english", "korean"),
    [
        ("pace", "ludicrous", "The pace must be lecture, real or instant.", "속도는 lecture, real, instant 중 하나여야 합니다."),
        ("rate", 0.001, "The rate must lie between 0.01 and 1000.", "배속은 0.01에서 1000 사이여야 합니다."),
        ("rate", 1001, "The rate must lie between 0.01 and 1000.", "배속은 0.01에서 1000 사이여야 합니다."),
    ],
)
def test_control_is_refused_in_both_languages(action: str, value: object, english: str, korean: str) -> None:
    said = []
    for language in ("en", "ko"):
        with translation.override(language), pytest.raises(Refusal) as refused:
            forms.control_change(orjson.dumps({"type": "control", "action": action, "value": value}))
        said.append(refused.value.message)
    assert said == [english, korean]


def test_a_korean_page_is_answered_in_korean(host: FakeHost, client: AsyncClient) -> None:
    body = orjson.dumps({"target": "etcd", "fault": "slow", "seconds": 601})
    korean = {"accept-language": "ko"}
    response = asyncio.run(client.post("/clusters/demo/faults", body, content_type="application/json", headers=korean))
    assert (response.status_code, orjson.loads(response.content)) == (
        400,
        {"message": "초 값이 범위를 벗어났습니다: 601.", "try": RANGE[1]},
    )
