"""``/simulation/v1``: the scheduler's decision about a pod, the packet rules of a node."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from cluster.engine.clock import Clock
from cluster.engine.trace import Hop, Trace
from cluster.etcd.memory import MemoryStore
from cluster.http import simulation
from cluster.http.simulation import decision_document, rules_document
from cluster.kube_proxy.views.ipvsadm import ipvsadm
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.netfilter.rules import ProxyMode, ServiceRule, storage_key, to_obj
from cluster.machinery.storage import Store
from cluster.runner.host import Host
from tests.unit.apiserver.rig import Rig

PATH = "/simulation/v1/namespaces/default/pods/web/decision"


def hop(seq: int, detail: Obj) -> Hop:
    return Hop(
        seq, SimTime(5 * SECOND), 1, 0, "kube-scheduler", "kube-scheduler/filter", "filter", "pods/default/web", 0, "", detail, False
    )


REJECTED = {"n3": {"plugin": "NodeName", "reasons": ["node(s) didn't match the requested node name"]}}
FILTERED = hop(7, {"pod": "default/web", "nodes": 3, "feasible": ["n1", "n2"], "rejected": REJECTED})
SCORED = hop(
    8,
    {
        "pod": "default/web",
        "node": "n2",
        "tied": ["n2"],
        "feasible": ["n1", "n2"],
        "plugins": {"TaintToleration": {"weight": 3, "raw": [1, 0], "normalized": [0, 100]}},
        "totals": [0, 300],
    },
)
NOWHERE = hop(9, {"pod": "default/web", "nodes": 1, "feasible": [], "rejected": REJECTED, "message": "0/1 nodes are available: ..."})
ONLY_CHOICE = hop(9, {"pod": "default/web", "nodes": 1, "feasible": ["n1"], "rejected": {}})


@pytest.mark.parametrize(
    ("filtered", "scored", "expected"),
    [
        pytest.param(
            FILTERED,
            SCORED,
            {
                "seq": 7,
                "node": "n2",
                "message": "",
                "nodes": {
                    "n1": {
                        "scores": {"TaintToleration": 0},
                        "plugins": {"TaintToleration": {"raw": 1, "normalized": 0, "weight": 3}},
                        "total": 0,
                    },
                    "n2": {
                        "scores": {"TaintToleration": 300},
                        "plugins": {"TaintToleration": {"raw": 0, "normalized": 100, "weight": 3}},
                        "total": 300,
                    },
                    **REJECTED,
                },
            },
            id="nodes are ranked",
        ),
        pytest.param(
            NOWHERE, None, {"seq": 9, "node": "", "message": "0/1 nodes are available: ...", "nodes": REJECTED}, id="no node fits"
        ),
        pytest.param(ONLY_CHOICE, None, {"seq": 9, "node": "n1", "message": "", "nodes": {"n1": {}}}, id="one node fits"),
    ],
)
def test_a_decision(filtered: Hop, scored: Hop | None, expected: Obj) -> None:
    assert decision_document(filtered, scored) == {"pod": "default/web", "at": 5.0, **expected}


PODS_WITHOUT: dict[str, Obj] = {
    "gated": {"schedulingGates": [{"name": "example.com/a"}, {"name": "example.com/b"}]},
    "placed": {"nodeName": "n9"},
    "packed": {"schedulerName": "packing"},
}


class Decisions:
    """A cluster at revision 13, compacted at 5, whose scheduler has decided about ``default/web`` and about nobody else."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int | None]] = []
        clock = Clock(SimTime(0))
        self._store = MemoryStore(Trace(clock), clock)
        for name, spec in PODS_WITHOUT.items():
            self._store.put(PODS.storage_key("default", name), {"spec": {"schedulerName": "default-scheduler"} | spec})
        for number in range(10):
            self._store.put("/registry/configmaps/default/more", {"number": number})
        self._store.compact(5)

    async def read(self, call: Callable[[Store], Obj]) -> Obj:
        """Run it at once."""
        return call(self._store)

    async def decision(self, pod: str, revision: int | None) -> tuple[Hop, Hop | None] | None:
        """What is asked for is remembered."""
        self.asked.append((pod, revision))
        return (FILTERED, SCORED) if pod == "default/web" else None


def ask(path: str, query: dict[str, str]) -> tuple[Obj | None, list[tuple[str, int | None]]]:
    host = Decisions()
    return asyncio.run(simulation.answer(cast(Host, host), path, query)), host.asked


@pytest.mark.parametrize(("query", "revision"), [({}, None), ({"revision": "12"}, 12)])
def test_a_decision_at_a_revision(query: dict[str, str], revision: int | None) -> None:
    assert ask(PATH, query) == (decision_document(FILTERED, SCORED), [("default/web", revision)])


@pytest.mark.parametrize("path", ["/simulation/v1/nothing", "/simulation/v2/namespaces/default/pods/web/decision", "/version"])
def test_nothing_else_is_there(path: str) -> None:
    assert ask(path, {}) == (None, [])


@pytest.mark.parametrize(
    ("path", "query", "code", "message"),
    [
        *(
            pytest.param(PATH.replace("web", name), query, 404, f'the scheduler has not decided about the pod "{name}"{why}', id=name)
            for name, query, why in (
                ("db", {}, ": there is no such pod"),
                ("db", {"revision": "12"}, " until revision 12: there is no such pod"),
                ("gated", {}, ": spec.schedulingGates holds it back: example.com/a, example.com/b"),
                ("placed", {}, ": spec.nodeName was set without it: n9"),
                ("packed", {}, ": no profile packing has looked at it"),
            )
        ),
        pytest.param(
            PATH, {"revision": "14"}, 404, "revision 14 is not there yet: the cluster has revisions 5 to 13", id="a future revision"
        ),
        pytest.param(
            PATH.replace("web", "db"),
            {"revision": "4"},
            410,
            "revision 4 is no longer kept: the cluster has revisions 5 to 13",
            id="a compacted revision",
        ),
        pytest.param(
            PATH,
            {"revision": "now"},
            400,
            'revision: Invalid value: "now": must be a revision of the cluster, such as a resourceVersion',
            id="a revision that is none",
        ),
    ],
)
def test_a_question_is_refused(path: str, query: dict[str, str], code: int, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        ask(path, query)
    assert (refusal.value.code, refusal.value.message) == (code, message)


def test_the_rules_of_a_node_at_a_revision() -> None:
    rig = Rig()
    rig.admin.create(NODES, {"metadata": {"name": "n1"}})
    before = rig.store.revision
    rule = ServiceRule("default/web", "TCP", ProxyMode.IPVS, "10.96.1.1", 80, ("10.244.1.2:80",))
    rig.store.put(f"/node/n1/{storage_key(rule)}", to_obj(rule))
    answers = [rules_document(rig.store, "n1", revision) for revision in (before, None)]
    shown = [{"command": "ipvsadm -Ln", "text": ipvsadm([rule])}]
    assert answers == [{"node": "n1", "rules": [], "shown": []}, {"node": "n1", "rules": [to_obj(rule)], "shown": shown}]


@pytest.mark.parametrize(
    ("revision", "code", "message"),
    [
        pytest.param(14, 404, "revision 14 is not there yet: the cluster has revisions 5 to 13", id="a future revision"),
        pytest.param(4, 410, "revision 4 is no longer kept: the cluster has revisions 5 to 13", id="a compacted revision"),
    ],
)
def test_the_rules_are_not_told_of_a_revision_that_there_is_not(revision: int, code: int, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        asyncio.run(simulation.answer(cast(Host, Decisions()), "/simulation/v1/nodes/n1/rules", {"revision": str(revision)}))
    assert (refusal.value.code, refusal.value.message) == (code, message)


def test_a_node_that_there_is_not_has_no_rules() -> None:
    with pytest.raises(ApiError) as refusal:
        rules_document(Rig().store, "n9", None)
    assert (refusal.value.code, refusal.value.message) == (404, 'nodes "n9" not found')


class Configured:
    """A cluster with a store."""

    def __init__(self) -> None:
        clock = Clock(SimTime(0))
        self._store = MemoryStore(Trace(clock), clock)

    async def read(self, call: Callable[[Store], Obj]) -> Obj:
        """Run it at once."""
        return call(self._store)


def test_the_schedulers_configuration_is_changed_and_read_back() -> None:
    host, path = cast(Host, Configured()), "/simulation/v1/scheduler-config"
    text = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"
    answers = [
        asyncio.run(simulation.answer(host, path, {})),
        asyncio.run(simulation.configure(host, path, text)),
        asyncio.run(simulation.answer(host, path, {})),
        asyncio.run(simulation.configure(host, "/simulation/v1/nothing", text)),
    ]
    assert answers == [{"text": ""}, {"text": text}, {"text": text}, None]
