"""POST actions: each becomes the request that kubectl would send, or an act on the node itself."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.test import AsyncClient

from cluster.apiserver.request import PatchType, Response
from cluster.machinery.errors import not_found
from cluster.machinery.meta import Obj
from dashboard.manifests import ADMIN
from tests.unit.dashboard.builders import node, pod, pod_key
from tests.unit.dashboard.fake_host import FakeHost

URL = "/clusters/demo/actions"
WEB, POD, NODE = "deployments/default/web", "pods/default/web", "nodes/n1"
RESTARTED = {"spec": {"template": {"metadata": {"annotations": {"kubectl.kubernetes.io/restartedAt": "2023-11-14T22:13:20Z"}}}}}


def act(client: AsyncClient, **body: object) -> tuple[int, Obj]:
    response = asyncio.run(client.post(URL, data=body, content_type="application/json"))
    return response.status_code, orjson.loads(response.content)


@pytest.mark.parametrize(
    ("body", "verb", "target", "sent", "patch_type", "message"),
    [
        pytest.param(
            {"action": "scale", "key": WEB, "replicas": 5},
            "patch",
            "deployments/default/web/scale",
            {"spec": {"replicas": 5}},
            PatchType.MERGE,
            "Deployment web is scaled to 5.",
            id="scale",
        ),
        pytest.param({"action": "delete", "key": POD}, "delete", "pods/default/web/", None, None, "Pod web is being deleted.", id="delete"),
        pytest.param(
            {"action": "restart", "key": WEB},
            "patch",
            "deployments/default/web/",
            RESTARTED,
            PatchType.STRATEGIC,
            "Deployment web is being restarted: its Pods are replaced one after the other.",
            id="restart",
        ),
        pytest.param(
            {"action": "cordon", "key": NODE},
            "patch",
            "nodes//n1/",
            {"spec": {"unschedulable": True}},
            PatchType.STRATEGIC,
            "Node n1 takes no new Pods.",
            id="cordon",
        ),
        pytest.param(
            {"action": "uncordon", "key": NODE},
            "patch",
            "nodes//n1/",
            {"spec": {"unschedulable": None}},
            PatchType.STRATEGIC,
            "Node n1 takes Pods again.",
            id="uncordon",
        ),
        pytest.param(
            {"action": "taint", "key": NODE, "taint": "maintenance=yes:NoSchedule"},
            "patch",
            "nodes//n1/",
            {"spec": {"taints": [{"key": "maintenance", "value": "yes", "effect": "NoSchedule"}]}},
            PatchType.STRATEGIC,
            "Node n1 has the taint maintenance:NoSchedule.",
            id="taint",
        ),
        pytest.param(
            {"action": "untaint", "key": NODE, "taint": "maintenance:NoSchedule"},
            "patch",
            "nodes//n1/",
            {"spec": {"taints": None}},
            PatchType.STRATEGIC,
            "Node n1 has lost the taint maintenance:NoSchedule.",
            id="untaint",
        ),
    ],
)
def test_an_action_on_an_object_is_a_request(
    host: FakeHost, client: AsyncClient, body: Obj, verb: str, target: str, sent: Obj | None, patch_type: PatchType | None, message: str
) -> None:
    host.answers = [Response(200, {})]
    assert act(client, **body) == (200, {"message": message})
    (request,) = host.requests
    assert (request.verb, f"{request.kind.plural}/{request.namespace}/{request.name}/{request.subresource}") == (verb, target)
    assert (request.body, request.patch_type, request.source, request.credentials) == (sent, patch_type, "dashboard", ADMIN)


@pytest.mark.parametrize(
    ("body", "done", "message"),
    [
        ({"action": "stop-node", "key": NODE}, ("n1", "stop", {}), "Node n1 is stopped."),
        ({"action": "start-node", "key": NODE}, ("n1", "start", {}), "Node n1 is started."),
        (
            {"action": "kill-container", "key": POD},
            ("n1", "kill-container", {"uid": "uid-web", "container": "main", "key": "pods/default/web"}),
            "Container main of Pod web is killed.",
        ),
        (
            {"action": "kill-container", "key": POD, "container": "main"},
            ("n1", "kill-container", {"uid": "uid-web", "container": "main", "key": "pods/default/web"}),
            "Container main of Pod web is killed.",
        ),
    ],
    ids=lambda value: value.get("action") if isinstance(value, dict) else "",
)
def test_an_act_on_a_node_goes_past_the_api_server(
    host: FakeHost, client: AsyncClient, body: Obj, done: tuple[str, str, Obj], message: str
) -> None:
    host.write("/registry/minions/n1", node())
    host.write(pod_key(), pod(node="n1", containerStatuses=[{"name": "main", "state": {"running": {}}}]))
    assert act(client, **body) == (200, {"message": message})
    assert (host.node_actions, host.requests) == ([done], [])


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({}, 400, "There is no such action: None."),
        ({"action": "explode", "key": POD}, 400, "There is no such action: explode."),
        ({"action": "delete", "key": "nonsense"}, 400, "This is not the key of an object: nonsense."),
        ({"action": "delete"}, 400, "This is not the key of an object: None."),
        ({"action": "delete", "key": "pods/default"}, 400, "This is not the key of an object: pods/default."),
        ({"action": "cordon", "key": POD}, 400, "The action cordon does not apply to Pod."),
        ({"action": "scale", "key": POD, "replicas": 1}, 400, "The action scale does not apply to Pod."),
        ({"action": "load", "key": POD, "turn": "up"}, 400, "The action load does not apply to Pod."),
        ({"action": "load", "key": WEB, "turn": "sideways"}, 400, "A load is turned up, down or off."),
        ({"action": "scale", "key": WEB, "replicas": -1}, 400, "The number of replicas must lie between 0 and 10000."),
        ({"action": "scale", "key": WEB, "replicas": "many"}, 400, "The number of replicas must lie between 0 and 10000."),
        ({"action": "taint", "key": NODE, "taint": "maintenance"}, 400, "This is no taint: maintenance."),
        ({"action": "kill-container", "key": "pods/default/gone"}, 404, 'pods "gone" not found'),
        (
            {"action": "kill-container", "key": "pods/default/waiting"},
            409,
            "Pod waiting has no node yet, so there is no container to kill.",
        ),
        ({"action": "kill-container", "key": "pods/default/web", "container": "x"}, 404, "Pod web has no container x."),
        ({"action": "kill-container", "key": POD}, 400, "Container main of Pod web is not running."),
        ({"action": "delete", "key": "pods/default/absent"}, 404, 'pods "absent" not found'),
    ],
    ids=str,
)
def test_an_action_that_can_not_be_done_says_why(host: FakeHost, client: AsyncClient, body: Obj, code: int, message: str) -> None:
    host.write(pod_key(), pod(node="n1"))
    host.write(pod_key("waiting"), pod("waiting"))
    host.answers = [not_found("", "pods", "absent")]
    found, answer = act(client, **body)
    assert (found, answer["message"], sorted(answer)) == (code, message, ["message", "try"])
    assert host.node_actions == []


@pytest.mark.parametrize("force", [False, True])
def test_to_drain_a_node_is_to_cordon_it_and_to_let_kubectl_evict_its_pods(host: FakeHost, client: AsyncClient, force: bool) -> None:
    host.answers = [Response(200, {})]
    answer = act(client, action="drain", key=NODE, force=force)
    assert answer == (200, {"message": "Node n1 is being drained: its Pods are evicted."})
    assert [request.body for request in host.requests] == [{"spec": {"unschedulable": True}}]
    assert host.node_actions == [("n1", "drain", {"key": NODE, "force": "true" if force else ""})]


LOADS = [
    ("the first turn begins with a tenth of a core", None, "up", "100m", "The Pods of Deployment web use 100m CPU together now."),
    ("up doubles it", "400m", "up", "800m", "The Pods of Deployment web use 800m CPU together now."),
    ("down halves it", "1", "down", "500m", "The Pods of Deployment web use 500m CPU together now."),
    ("down from the least turns it off", "100m", "down", None, "There is no load on Deployment web any more."),
    ("off turns it off", "4", "off", None, "There is no load on Deployment web any more."),
    ("what cannot be read counts as none", "much", "up", "100m", "The Pods of Deployment web use 100m CPU together now."),
]


@pytest.mark.parametrize(("before", "turn", "after", "message"), [case[1:] for case in LOADS], ids=[case[0] for case in LOADS])
def test_load(host: FakeHost, client: AsyncClient, before: str | None, turn: str, after: str | None, message: str) -> None:
    annotations = {"simulation.podium/load": before} if before else {}
    host.write("/registry/deployments/default/web", {"metadata": {"name": "web", "namespace": "default", "annotations": annotations}})
    host.answers = [Response(200, {})]
    answer = act(client, action="load", key=WEB, turn=turn)
    (sent,) = host.requests
    patched = {"metadata": {"annotations": {"simulation.podium/load": after}}}
    assert (answer, sent.body, sent.patch_type) == ((200, {"message": message}), patched, PatchType.MERGE)
