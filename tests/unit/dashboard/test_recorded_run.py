"""A whole cluster at work, as the dashboard tells of it: every sample sent, a node switched off, everything deleted."""

from __future__ import annotations

import asyncio

import pytest

from cluster.machinery.meta import Obj
from dashboard import actions, forms, frames, inspector, log, manifests, samples
from dashboard.captions import caption
from tests.unit.dashboard.real_host import RealHost

EVERY = 61
"""States are compared at each 61st hop: a prime, so that the looks fall on all kinds of hops."""
RESULTS = {
    "1-pod": ["created"],
    "2-deployment": ["created"],
    "3-broken-image": ["created"],
    "4-bad-selector": [""],
    "5-crash-loop": ["created"],
    "6-several-documents": ["created", "created", "created"],
}


class Run:
    """What was answered on the way, and the statuses of the pods at some moments."""

    def __init__(self) -> None:
        self.host = RealHost()
        self.refusals: list[Obj] = []
        self.messages: list[str] = []
        self.pods: dict[str, list[str]] = {}
        asyncio.run(self._play())

    async def _play(self) -> None:
        for sample in samples.documents():
            for is_dry_run in (True, False):
                documents = await manifests.submit(self.host, sample["text"], dry_run=is_dry_run)
                assert [document["result"] for document in documents] == RESULTS[sample["name"]]
            self.refusals += [error for document in documents for error in document["errors"]]
        self.host.run(60)
        self.pods["all samples"] = await self._statuses()
        (again,) = await manifests.submit(self.host, samples.documents()[1]["text"], dry_run=False)
        self.again = again["result"]
        await self._act({"action": "scale", "key": "deployments/default/web", "replicas": 3})
        await self._act({"action": "restart", "key": "deployments/default/web"})
        await self._act({"action": "cordon", "key": "nodes/worker-1"})
        self.host.run(60)
        await self._act({"action": "kill-container", "key": "pods/default/hello"})
        await self._act({"action": "uncordon", "key": "nodes/worker-1"})
        await self._act({"action": "stop-node", "key": "nodes/worker-2"})
        self.host.run(90)
        self.pods["worker-2 off"] = await self._nodes()
        await self._act({"action": "start-node", "key": "nodes/worker-2"})
        await self._act({"action": "delete", "key": "deployments/default/web"})
        await self._act({"action": "delete", "key": "pods/default/hello"})
        self.host.run(60)
        self.pods["worker-2 on"] = await self._nodes()
        self.pods["the end"] = await self._statuses()

    async def _act(self, document: Obj) -> None:
        self.messages.append(await actions.perform(self.host, forms.action(document, self.host.kinds)))

    async def _statuses(self) -> list[str]:
        objects = (await log.state_at(self.host, len(self.host.store.hops)))["objects"]
        return sorted(f"{card['name'].split('-')[0]} {card['status']}" for card in objects.values() if card["kind"] == "Pod")

    async def _nodes(self) -> list[str]:
        objects = (await log.state_at(self.host, len(self.host.store.hops)))["objects"]
        nodes = [card for card in objects.values() if card["kind"] == "Node" and card["name"] == "worker-2"]
        return [f"ready {card['ready']}, stopped {card['stopped']}" for card in nodes]


@pytest.fixture(scope="module")
def run() -> Run:
    return Run()


@pytest.fixture(scope="module")
def shop() -> RealHost:
    """A cluster with the Deployment ``old``."""
    host = RealHost()
    (document,) = asyncio.run(manifests.submit(host, samples.documents()[1]["text"].replace("name: web", "name: old", 1), dry_run=False))
    assert document["result"] == "created"
    return host


def test_the_samples_become_what_they_are_meant_to_show(run: Run) -> None:
    assert run.pods["all samples"] == [
        "api Running",
        "api Running",
        "broken ImagePullBackOff",
        "crash CrashLoopBackOff",
        "hello Running",
        "web Running",
        "web Running",
    ]
    assert run.refusals == [
        {
            "line": 12,
            "message": "spec.template.metadata.labels: Invalid value: "
            '{"app":"something-else"}: `selector` does not match template `labels`',
            "hint": "Correct the value on this line.",
        }
    ]


def test_what_is_sent_again_changes_nothing(run: Run) -> None:
    assert run.again == "unchanged"


@pytest.mark.parametrize("exists", [False, True], ids=["a new object", "an object that exists"])
@pytest.mark.parametrize(
    ("right", "wrong", "line", "message"),
    [
        ("replicas: 2", "replcias: 2", 6, 'strict decoding error: unknown field "spec.replcias"'),
        (
            "replicas: 2",
            "replicas: two",
            6,
            "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        ("image:", "imag:", 17, 'strict decoding error: unknown field "spec.template.spec.containers[0].imag"'),
        ("replicas: 2", "replicas: -2", 6, "spec.replicas: Invalid value: -2: must be greater than or equal to 0"),
        ("100m", "lots", 20, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
    ],
)
def test_a_mistake_stands_on_its_line(shop: RealHost, exists: bool, right: str, wrong: str, line: int, message: str) -> None:
    text = samples.documents()[1]["text"].replace("name: web", "name: old" if exists else "name: new", 1)
    (document,) = asyncio.run(manifests.submit(shop, text.replace(right, wrong), dry_run=True))
    ((found, said),) = [(error["line"], error["message"]) for error in document["errors"]]
    assert (found, said.endswith(message), "progressDeadlineSeconds" in said) == (line, True, False)


def test_a_node_that_is_switched_off_is_shown_so_and_comes_back(run: Run) -> None:
    assert run.pods["worker-2 off"] == ["ready False, stopped True"]
    assert run.pods["worker-2 on"] == ["ready True, stopped False"]
    assert not [status for status in run.pods["the end"] if status.startswith(("web", "hello"))]


def test_every_hop_has_a_caption_of_its_own_in_both_languages(run: Run) -> None:
    for hop in run.host.store.hops:
        sentences = caption(hop)
        assert " the message " not in sentences["en"], hop
        assert "메시지를 보냅니다" not in sentences["ko"], hop
        assert "{" not in sentences["en"].replace("{}", ""), hop


def test_the_state_of_any_moment_and_the_frames_after_it_give_the_present(run: Run) -> None:
    host, head = run.host, len(run.host.store.hops)

    async def compare() -> None:
        expected = await log.state_at(host, head)
        state = await log.state_at(host, 0)
        for seq in range(0, head, EVERY):
            upper = min(seq + EVERY, head)
            state = frames.apply(state, await log.frame_of(host, host.store.hops[seq:upper]))
            assert {**state, "head": head} == await log.state_at(host, upper)
        assert state == expected

    asyncio.run(compare())


def test_every_hop_can_be_inspected(run: Run) -> None:
    async def inspect() -> list[Obj]:
        return [await inspector.inspect_hop(run.host, hop) for hop in run.host.store.hops[::EVERY]]

    for document in asyncio.run(inspect()):
        assert document["causes"][-1]["seq"] == document["hop"]["seq"]
        assert sorted(document) == ["causes", "changes", "hop", "manifest", "rules", "table"]


def test_the_scheduler_shows_how_it_chose(run: Run) -> None:
    async def tables() -> list[Obj]:
        hops = [hop for hop in run.host.store.hops if hop.target == "kube-scheduler/score"]
        return [(await inspector.inspect_hop(run.host, hop))["table"] for hop in hops[:1]]

    (table,) = asyncio.run(tables())
    assert table["nodes"][0]["total"] >= table["nodes"][1]["total"]
    assert table["chosen"].startswith("worker-")
    assert [(group["plugin"], group["nodes"]) for group in table["rejected"]] == [("TaintToleration", ["control-plane-1"])]


def test_a_request_leads_to_what_it_stored(run: Run) -> None:
    request = next(hop for hop in run.host.store.hops if (hop.source, hop.verb, hop.key) == ("dashboard", "POST", "pods/default/hello"))
    write = asyncio.run(log.write_of(run.host, request))
    assert write is None, "the first one was a dry run"
    created = [
        hop
        for hop in run.host.store.hops
        if hop.target == "kube-apiserver" and hop.verb == "POST" and hop.key.startswith("pods/default/web-") and hop.key.count("/") == 2
    ]
    keys = [(found.key if (found := asyncio.run(log.write_of(run.host, hop))) else "") for hop in created]
    assert keys == [f"/registry/{hop.key}" for hop in created]
