"""What docs/faults.md says that a class sees of each fault is what happens."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from cluster.kubeadm.init import upload
from cluster.kubelet.machine import internal_ip
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.meta import Obj
from cluster.machinery.netfilter.rules import read_rules
from cluster.machinery.node_storage import StoredNode
from cluster.runner.faults.gate import Gate
from cluster.runner.faults.messages import KEY as MESSAGES
from cluster.runner.faults.messages import Held, MessageFault, Messages, break_message
from cluster.runner.faults.record import (
    CUT_OFF,
    KEY,
    SECONDS,
    SHORT,
    SLOW,
    STOPPED,
    Fault,
    Faults,
    break_component,
    faults_for,
    mend,
)
from tests.scenarios.scripts import TOKEN_SECRET, create, patch, template, workload
from tests.scenarios.world import World

TABLES = Path(__file__).parents[2] / "docs" / "faults.md"
SIX = {"spec": {"replicas": 6}}
SPREAD = {
    "maxSkew": 1,
    "topologyKey": "kubernetes.io/hostname",
    "whenUnsatisfiable": "DoNotSchedule",
    "labelSelector": {"matchLabels": {"app": "web"}},
}
PORT = {"selector": {"app": "web"}, "ports": [{"port": 80}]}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of components."""

    target: str
    fault: str
    answer: str
    replicas: str
    nodes: str
    endpoints: str
    coredns: str


def cells_of_tables() -> list[list[str]]:
    lines = TABLES.read_text().splitlines()
    return [[cell.strip().strip("`") for cell in line.strip("|\n ").split(" | ")] for line in lines if line.startswith("|")]


def rows() -> list[Row]:
    return [Row(*cells[:7]) for cells in cells_of_tables() if len(cells) == 8 and faults_for(cells[0])]


def cluster() -> World:
    """Return a cluster with kube-proxy, CoreDNS, a replica of web on each node and their Service."""
    world = World()
    world.run(20)
    upload(world.admin, internal_ip(0), "", TOKEN_SECRET)
    create(DEPLOYMENTS, "web", workload(3, template=template(topologySpreadConstraints=[SPREAD])))(world)
    create(SERVICES, "web", PORT)(world)
    world.run(60)
    return world


def scale(world: World) -> str:
    try:
        patch(DEPLOYMENTS, "web", SIX)(world)
    except ApiError as error:
        return error.message
    return "scaled"


def stored(world: World, prefix: str) -> list[Obj]:
    return [value.obj for value in world.store.list(f"/registry/{prefix}/").items]


def is_true(obj: Obj, condition: str) -> bool:
    return any(each["type"] == condition and each["status"] == "True" for each in obj["status"].get("conditions") or ())


def replicas(world: World) -> str:
    living = [pod for pod in stored(world, "pods/default") if pod["status"].get("phase") not in ("Failed", "Succeeded")]
    states = Counter("run" if is_true(pod, "Ready") else "not ready" if pod["spec"].get("nodeName") else "Pending" for pod in living)
    return ", ".join(f"{states[state]} {state}" for state in ("run", "not ready", "Pending") if states[state]) or "none"


def nodes(world: World) -> str:
    silent = [node["metadata"]["name"] for node in stored(world, "minions") if not is_true(node, "Ready")]
    return f"{', '.join(silent)} NotReady" if silent else "Ready"


def endpoints(world: World, node: str) -> str:
    rules = [rule for rule in read_rules(StoredNode(world.store, node)) if rule.name == "default/web"]
    return str(len(rules[0].cluster)) if rules else "none"


def coredns(world: World) -> str:
    return str(sum(is_true(pod, "Ready") for pod in stored(world, "pods/kube-system") if pod["metadata"]["name"].startswith("coredns")))


def seen(world: World, target: str, fault: str, answer: str) -> Row:
    return Row(target, fault, answer, replicas(world), nodes(world), endpoints(world, "n2"), coredns(world))


def test_a_fault_outlasts_who_runs_the_loops() -> None:
    world = World()
    world.run(20)
    break_component(world.store, world.trace, Fault("kube-scheduler", STOPPED))
    create(DEPLOYMENTS, "web", workload(2))(world)
    world.run(10)
    successor = World(past=world.at(world.store.revision))
    successor.run(60)
    broken = replicas(successor)
    mend(successor.store, successor.trace, "kube-scheduler")
    successor.run(60)
    assert (broken, replicas(successor)) == ("2 Pending", "2 run")


REFUSED = {
    "a component that does not exist": (Fault("kube-dns", STOPPED), "kube-dns cannot be stopped: there is no such component"),
    "a fault that a component does not have": (Fault("etcd", CUT_OFF), "etcd cannot be cut-off: choose stopped, slow"),
    "a slowness without seconds": (Fault("etcd", SLOW), "a slow component takes up to 600 seconds, not 0.0"),
}


@pytest.mark.parametrize(("fault", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_broken_is_refused(fault: Fault, message: str) -> None:
    world = World()
    with pytest.raises(ApiError) as caught:
        break_component(world.store, world.trace, fault)
    assert (caught.value.code, caught.value.message, world.store.get(KEY)) == (400, message, None)


def test_what_is_whole_cannot_be_mended() -> None:
    world = World()
    with pytest.raises(ApiError) as caught:
        mend(world.store, world.trace, "etcd")
    assert (caught.value.code, caught.value.message) == (400, "nothing is wrong with etcd")


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.target} {row.fault}")
def test_a_class_sees_what_the_table_says_and_mending_makes_everything_whole(row: Row) -> None:
    world = cluster()
    break_component(world.store, world.trace, Fault(row.target, row.fault, SECONDS if row.fault == SLOW else 0))
    world.run(1)
    answer = scale(world)
    world.run(120)
    broken = seen(world, row.target, row.fault, answer)
    if broken.coredns in row.coredns.split(" or "):  # one of its replicas may lie on the node
        broken = replace(broken, coredns=row.coredns)
    mend(world.store, world.trace)
    world.run(1)
    scale(world)
    world.run(480 if row.fault == SHORT else 180)
    assert (broken, seen(world, "", "", "")) == (row, Row("", "", "", "6 run", "Ready", "6", "2"))


def message_rows() -> list[tuple[MessageFault, str, str]]:
    found = []
    for cells in cells_of_tables():
        if "→" in cells[0]:
            source, _, target, verb, key = cells[0].replace("`", "").split()
            found.append((MessageFault(cells[1], source, target, verb, key, 20.0), cells[2], cells[3]))
    return found


@pytest.mark.parametrize(("fault", "soon", "late"), message_rows(), ids=str)
def test_what_becomes_of_a_message_that_is_lost_late_or_sent_twice(fault: MessageFault, soon: str, late: str) -> None:
    world = World()
    world.run(30)
    break_message(world.store, world.trace, fault)
    try:
        create(DEPLOYMENTS, "web", workload(3))(world)
        seconds = 0.0
    except Held:  # kubectl's own: it waits where its connection is
        seconds = fault.seconds
    world.run(10)
    after_ten = replicas(world)
    if seconds:
        world.run(seconds - 10)
        create(DEPLOYMENTS, "web", workload(3))(world)
    world.run(60 - max(seconds - 10, 0))
    assert (after_ten, replicas(world), world.store.get(MESSAGES)) == (soon, late, None)
    for component in ("kube-scheduler", "node/n1/kubelet"):
        break_component(world.store, world.trace, Fault(component, STOPPED))
    world.run(1)
    mend(world.store, world.trace)
    world.run(60)
    assert replicas(world) == "3 run"


def test_a_watch_event_that_is_sent_twice_is_seen_twice() -> None:
    world = World()
    world.run(30)
    break_message(world.store, world.trace, MessageFault("duplicate", "kube-apiserver", "kube-scheduler", "ADDED", "pods/"))
    create(DEPLOYMENTS, "web", workload(1))(world)
    world.run(10)
    arrivals = [hop.outcome for hop in world.store.hops if (hop.target, hop.verb, hop.key[:5]) == ("kube-scheduler", "ADDED", "pods/")]
    assert arrivals == ["", "the message comes again", "no work"]


REFUSED_MESSAGES = {
    "between two others": (
        MessageFault("drop", "kube-scheduler", "etcd", "POST", ""),
        "a request to kube-apiserver or a watch event of it can be dropped, sent twice or delayed",
    ),
    "a late request of who waits for nobody": (
        MessageFault("delay", "kubeadm", "kube-apiserver", "POST", "", 5.0),
        "kubeadm waits for nobody: its requests cannot be delayed",
    ),
    "a delay that takes no time": (
        MessageFault("delay", "kube-apiserver", "kube-scheduler", "ADDED", "pods/"),
        "a message is delayed by up to 600 seconds, not 0.0",
    ),
}


@pytest.mark.parametrize(("fault", "message"), REFUSED_MESSAGES.values(), ids=REFUSED_MESSAGES.keys())
def test_what_cannot_happen_to_a_message_is_refused(fault: MessageFault, message: str) -> None:
    world = World()
    with pytest.raises(ApiError) as caught:
        break_message(world.store, world.trace, fault)
    assert (caught.value.code, caught.value.message, world.store.get(MESSAGES)) == (400, message, None)


def late(world: World, source: str, key: str) -> None:
    """Let the next POST of somebody be late by twenty seconds."""
    break_message(world.store, world.trace, MessageFault("delay", source, "kube-apiserver", "POST", key, 20.0))


def test_a_late_request_from_outside_outlasts_who_runs_the_loops() -> None:
    world = World()
    world.run(30)
    late(world, "kubectl", "")
    with pytest.raises(Held) as held:
        create(DEPLOYMENTS, "web", workload(3))(world)
    world.run(5)
    successor = World(past=world.at(world.store.revision))
    messages = Messages(successor.store, successor.trace)
    seen = []
    for seconds in (1, 14, 10):
        successor.run(seconds)
        seen.append([each.name for each in messages.held])
    assert (seen, successor.store.get(MESSAGES)) == ([[held.value.name], [held.value.name], []], None)


def test_a_late_request_of_a_component_is_lost_with_who_runs_the_loops_and_a_hop_says_so() -> None:
    world = World()
    world.run(30)
    late(world, "kube-scheduler", "pods/default/*/binding")
    create(DEPLOYMENTS, "web", workload(1))(world)
    world.run(5)
    successor = World(past=world.at(world.store.revision))
    successor.run(5)
    lost = [(hop.source, hop.verb, hop.outcome) for hop in successor.store.hops if hop.outcome.startswith("error:")]
    assert (lost, replicas(successor), successor.store.get(MESSAGES)) == (
        [("kube-scheduler", "POST", "error: the request was lost with its process")],
        "1 run",
        None,
    )


def test_mending_everything_lets_late_requests_go_on() -> None:
    world = World()
    world.run(30)
    late(world, "kubectl", "")
    with pytest.raises(Held) as held:
        create(DEPLOYMENTS, "web", workload(1))(world)
    gate = Gate(world.api, Faults(world.store), Messages(world.store, world.trace), world.trace)
    before = gate.is_held(held.value.name)
    mend(world.store, world.trace)
    assert (before, gate.is_held(held.value.name), world.store.get(MESSAGES)) == (True, False, None)
