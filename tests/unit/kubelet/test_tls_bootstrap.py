"""A kubelet that has a token gets itself a certificate and registers its Node with it."""

from __future__ import annotations

import base64

import pytest

from cluster.apiserver.request import User
from cluster.controller_manager.keys import Keys
from cluster.controller_manager.manager import ControllerManager
from cluster.kubeadm.tokens import token_secret
from cluster.kubelet.machine import Machine
from cluster.kubelet.tls_bootstrap import certificate_request, private_key, user_of
from cluster.machinery.bootstrap_token import BootstrapToken
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.kinds.core import NODES, SECRETS
from cluster.machinery.kubelet_credentials import BOOTSTRAP_KUBECONFIG, CERTIFICATE, KUBECONFIG, PRIVATE_KEY, bootstrap_kubeconfig
from cluster.machinery.meta import Obj
from tests.unit.controller_manager.authority import AUTHORITY
from tests.unit.kubelet.cluster_room import ClusterRoom

TOKEN = BootstrapToken("abcdef", "0123456789abcdef")
FILES = {BOOTSTRAP_KUBECONFIG: bootstrap_kubeconfig({"server": "https://192.168.0.10:6443"}, str(TOKEN))}
ANN = User("ann", ("system:masters", "system:authenticated"))


def room_of(*, seed: int = 1, is_decided: bool = True) -> ClusterRoom:
    """Return a control plane with a token, and ``w1`` on its way into it. ``is_decided``: whether controllers approve and sign."""
    room = ClusterRoom(seed=seed)
    if is_decided:
        let_controllers_decide(room)
    room.admin.create(SECRETS, token_secret(TOKEN, room.clock.now))
    room.kubelets.join(Machine("w1"), FILES)
    room.run(1)
    return room


def let_controllers_decide(room: ClusterRoom) -> None:
    ControllerManager(room.client("kube-controller-manager"), room.engine, Keys(authority=AUTHORITY)).start()


def requests(room: ClusterRoom) -> list[Obj]:
    return room.admin.list(CERTIFICATESIGNINGREQUESTS)


def node_names(room: ClusterRoom) -> list[str]:
    return [node["metadata"]["name"] for node in room.admin.list(NODES)]


def decide(room: ClusterRoom, verdict: str) -> None:
    (csr,) = (csr for csr in requests(room) if not csr.get("status"))
    condition = {"type": verdict, "status": "True", "reason": "Mine", "message": "so be it"}
    room.client("kubectl", ANN).update(CERTIFICATESIGNINGREQUESTS, csr | {"status": {"conditions": [condition]}}, subresource="approval")


def test_a_kubelet_asks_as_the_token_and_registers_as_the_node() -> None:
    room = room_of()
    (csr,) = requests(room)
    spec, files = csr["spec"], room.files("w1")
    registered = next(hop for hop in room.hops() if hop.source == "node/w1/kubelet" and hop.key == "nodes/w1" and hop.verb == "POST")
    who = next(hop.outcome for hop in room.hops() if hop.cause == registered.seq and hop.verb == "authentication")
    assert (
        csr["metadata"]["generateName"],
        spec["username"],
        spec["signerName"],
        spec["usages"],
        [condition["type"] for condition in csr["status"]["conditions"]],
        who,
        node_names(room),
        [files.read(path) is None for path in (BOOTSTRAP_KUBECONFIG, PRIVATE_KEY, KUBECONFIG, CERTIFICATE)],
    ) == (
        "csr-",
        "system:bootstrap:abcdef",
        "kubernetes.io/kube-apiserver-client-kubelet",
        ["digital signature", "client auth"],
        ["Approved"],
        "system:node:w1",
        ["w1"],
        [True, True, False, False],
    )


def test_the_certificate_says_who_the_kubelet_is() -> None:
    room = room_of()
    user, trusted = user_of(room.files("w1"), "w1"), user_of(room.files("w2"), "w2")
    (certificate,) = [base64.b64decode(csr["status"]["certificate"]) for csr in requests(room)]
    assert (user.name, user.groups, [key for key, _ in user.extra], trusted, room.files("w1").read(CERTIFICATE)[: len(certificate)]) == (
        "system:node:w1",
        ("system:nodes", "system:authenticated"),
        ["authentication.kubernetes.io/credential-id"],
        User("system:node:w2", ("system:nodes", "system:authenticated")),
        certificate,
    )


def test_nothing_is_registered_until_somebody_approves() -> None:
    room = room_of(is_decided=False)
    before = node_names(room)
    let_controllers_decide(room)
    room.run(1)
    assert (before, node_names(room), len(requests(room))) == ([], ["w1"], 1)


def test_a_kubelet_whose_request_is_denied_asks_anew_with_another_key() -> None:
    room = room_of(is_decided=False)
    for _ in range(2):
        decide(room, "Denied")
        room.run(5)
    asked = {csr["spec"]["request"] for csr in requests(room)}
    assert (len(requests(room)), len(asked), node_names(room)) == (3, 3, [])


def test_a_request_that_nobody_decides_is_made_anew_after_a_quarter_of_an_hour() -> None:
    room = room_of(is_decided=False)
    counts = []
    for seconds in (890, 20):
        room.run(seconds)
        counts.append(len(requests(room)))
    assert counts == [1, 2]


def test_a_request_that_was_deleted_is_made_anew() -> None:
    room = room_of(is_decided=False)
    (first,) = requests(room)
    room.admin.delete(CERTIFICATESIGNINGREQUESTS, first["metadata"]["name"])
    room.run(5)
    (second,) = requests(room)
    assert first["spec"]["request"] != second["spec"]["request"]


@pytest.mark.parametrize("is_decided", [False, True], ids=["before a decision", "after it"])
def test_a_kubelet_that_starts_again_finds_its_own_request(is_decided: bool) -> None:
    room = room_of(is_decided=False)
    room.kubelets.stop()
    if is_decided:
        let_controllers_decide(room)
        room.run(1)
    room.machines = (Machine("w1"),)
    room.restart()
    room.run(1)
    if not is_decided:
        let_controllers_decide(room)
        room.run(1)
    assert (len(requests(room)), node_names(room)) == (1, ["w1"])


def test_a_kubelet_whose_token_is_gone_is_not_let_in_and_tries_on() -> None:
    room = ClusterRoom()
    let_controllers_decide(room)
    room.kubelets.join(Machine("w1"), FILES)
    room.run(10)
    before = (requests(room), node_names(room))
    room.admin.create(SECRETS, token_secret(TOKEN, room.clock.now))
    room.run(40)
    assert (before, node_names(room)) == (([], []), ["w1"])


def test_the_same_run_makes_the_same_request_and_nobody_without_the_token_can_guess_it() -> None:
    first, again, other_token = (certificate_request(private_key(token, "w1", 7), "w1") for token in ("a", "a", "b"))
    runs = [requests(room_of(seed=seed))[0] for seed in (1, 1, 2)]
    assert (first == again, first == other_token, runs[0] == runs[1], runs[0]["spec"]["request"] == runs[2]["spec"]["request"]) == (
        True,
        False,
        True,
        False,
    )
