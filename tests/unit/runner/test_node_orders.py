"""What is done to machines from a process that does not run the loops."""

from __future__ import annotations

import pytest

from cluster.engine.clock import Clock
from cluster.engine.engine import Engine
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.etcd.memory import MemoryStore
from cluster.machinery.errors import ApiError, bad_request
from cluster.machinery.meta import Obj, SimTime
from cluster.machinery.quantity import FORMAT_WRONG
from cluster.runner.node_orders import PREFIX, NodeOrders, write_order


def store_and_engine() -> tuple[MemoryStore, Engine]:
    clock = Clock(SimTime(0))
    trace = Trace(clock)
    store = MemoryStore(trace, clock)
    store.put("/registry/minions/n1", {"metadata": {"name": "n1"}})
    return store, Engine(clock, trace, Rng(1), strict=True)


def test_orders_are_carried_out_once_in_order_even_when_one_cannot_be() -> None:
    store, engine = store_and_engine()
    done: list[tuple[str, str, Obj]] = []

    def carry_out(node: str, action: str, detail: Obj) -> None:
        done.append((node, action, detail))
        if action == "kill-container":
            raise bad_request("it does not run")

    NodeOrders(store, engine, carry_out)
    write_order(store, "n1", "stop", {})
    write_order(store, "n1", "kill-container", {"uid": "u", "container": "web"})
    write_order(store, "n1", "start", {})
    while engine.step() is not None:
        pass
    assert done == [("n1", "stop", {}), ("n1", "kill-container", {"uid": "u", "container": "web"}), ("n1", "start", {})]
    assert store.list(PREFIX).items == []


DETAILS: dict[str, tuple[str, Obj, str]] = {
    "a manifest without its text": (
        "write-manifest",
        {"name": "web.yaml"},
        "write-manifest needs name and text: text is missing or no text",
    ),
    "a container that is not named": (
        "kill-container",
        {"uid": "u"},
        "kill-container needs uid and container: container is missing or no text",
    ),
    "a detail that is not there": ("pressure", {"cpu": "1"}, "pressure has no detail 'cpu': choose of memory, disk, inodes, pids, key"),
    "a pressure that is no quantity": ("pressure", {"memory": "much"}, f"memory is 'much': {FORMAT_WRONG}"),
    "a pressure that gives": ("pressure", {"disk": "-1Gi"}, "disk is '-1Gi': nothing less than nothing is taken of a machine"),
    "a pressure that is no text": ("pressure", {"memory": 5}, f"memory is 5: {FORMAT_WRONG}"),
    "a machine without memory": ("join", {"memory": "0"}, "memory is '0': a machine has more than nothing"),
    "a machine with labels that are none": ("join", {"labels": ["a"]}, "labels and files of a machine are texts by name"),
    "a machine with a label that is not good": (
        "join",
        {"labels": {"a": "b c"}},
        "labels: Invalid value: \"b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and "
        "must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
        "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    ),
    "a manifest that is no pod": (
        "write-manifest",
        {"name": "web.yaml", "text": "kind: Service"},
        'Service in version "v1" cannot be handled as a Pod: converting (v1.Service) to (core.Pod): unknown conversion',
    ),
    "a manifest with a name of a folder": (
        "write-manifest",
        {"name": "a/b", "text": "x"},
        "'a/b' is no name of a manifest: give a file name such as web.yaml",
    ),
    "a configuration that a kubelet would not start with": (
        "configure-kubelet",
        {"text": "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nevictionSoft: {memory.available: 1Gi}"},
        "the kubelet would not start with it: grace period must be specified for the soft eviction threshold memory.available",
    ),
    "a shutdown with times that are none": (
        "shutdown",
        {"shutdownGracePeriod": "30s"},
        "shutdownGracePeriod and shutdownGracePeriodCriticalPods are numbers of seconds",
    ),
    "a shutdown whose critical pods have longer than all": (
        "shutdown",
        {"shutdownGracePeriod": 5},
        "the time for critical pods is a part of the time for all",
    ),
}


@pytest.mark.parametrize(("action", "detail", "message"), DETAILS.values(), ids=DETAILS.keys())
def test_an_order_without_what_it_needs_is_refused(action: str, detail: Obj, message: str) -> None:
    store, _ = store_and_engine()
    with pytest.raises(ApiError) as refused:
        write_order(store, "n2" if action == "join" else "n1", action, detail)
    assert (refused.value.code, str(refused.value), store.list(PREFIX).items) == (400, message, [])


REFUSED = {
    "a node that does not exist": ("n2", "stop", 404, 'nodes "n2" not found'),
    "a machine that is there already": ("n1", "join", 409, 'nodes "n1" already exists'),
    "a machine without a proper name": (
        "N 1",
        "join",
        400,
        "'N 1' cannot be a machine's name: use lower case letters, digits and hyphens, 63 at most",
    ),
    "an action that does not exist": (
        "n1",
        "paint",
        400,
        "there is no action 'paint': choose join, stop, start, kill-container, write-manifest, remove-manifest, shutdown, pressure, "
        "drain, configure-kubelet",
    ),
}


@pytest.mark.parametrize(("node", "action", "code", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_an_order_that_makes_no_sense_is_refused_at_once(node: str, action: str, code: int, message: str) -> None:
    store, _ = store_and_engine()
    with pytest.raises(ApiError) as caught:
        write_order(store, node, action, {})
    assert (caught.value.code, caught.value.message, store.list(PREFIX).items) == (code, message, [])
