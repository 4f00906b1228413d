"""The API server as programs in the cluster reach it: whoever shows the token of a ServiceAccount is that account."""

from __future__ import annotations

import json

import pytest

from cluster.http.in_cluster import SECONDS, answer
from cluster.machinery.kinds.core import CONFIGMAPS, SERVICEACCOUNTS
from cluster.machinery.kinds.rbac import ROLEBINDINGS, ROLES
from cluster.machinery.meta import SECOND
from cluster.machinery.network import HttpRequest, HttpResponse
from tests.unit.apiserver.rig import Rig

POD = "node/n1/pod/default/web"
USER = "system:serviceaccount:default:default"
MAPS = "/api/v1/namespaces/default/configmaps"
NO_RIGHT = f'pods is forbidden: User "{USER}" cannot list resource "pods" in API group "" in the namespace "default"'
ANONYMOUS = 'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"'
STREAMS = "nothing streams over the simulated pod network: ask for a list, or from outside"


def rig_with_role() -> Rig:
    """A cluster in which the account ``default/default`` may deal with ConfigMaps."""
    rig = Rig()
    rules = [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch", "create", "delete"]}]
    rig.admin.create(ROLES, {"metadata": {"name": "r", "namespace": "default"}, "rules": rules})
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "r"}
    subjects = [{"kind": "ServiceAccount", "name": "default", "namespace": "default"}]
    rig.admin.create(ROLEBINDINGS, {"metadata": {"name": "b", "namespace": "default"}, "roleRef": role, "subjects": subjects})
    rig.admin.create(CONFIGMAPS, {"metadata": {"name": "m", "namespace": "default"}, "data": {"a": "1"}})
    return rig


def token_of(rig: Rig) -> str:
    wanted = {"metadata": {"namespace": "default"}, "spec": {"audiences": [], "expirationSeconds": 600}}
    return str(rig.admin.create(SERVICEACCOUNTS, wanted, subresource="token", name="default")["status"]["token"])


def ask(rig: Rig, method: str, path: str, token: str, body: str = "") -> HttpResponse:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return answer(rig.handler, rig.clock.now, POD, HttpRequest(method, path, headers, body.encode(), tls=True))


def said(response: HttpResponse) -> str:
    """Return what matters of an answer: a refusal's message, an object's name, the names in a list."""
    obj = json.loads(response.body)
    if "items" in obj:
        return " ".join(item["metadata"]["name"] for item in obj["items"])
    return str(obj.get("message") or obj.get("metadata", {}).get("name") or obj.get("status"))


MADE = '{"metadata": {"name": "made"}}'
CASES: dict[str, tuple[str, str, str, str, int, str]] = {
    "a list that it may see": ("good", "GET", MAPS, "", 200, "m"),
    "one object": ("good", "GET", f"{MAPS}/m", "", 200, "m"),
    "one that is not there": ("good", "GET", f"{MAPS}/x", "", 404, 'configmaps "x" not found'),
    "a new one": ("good", "POST", MAPS, MADE, 201, "made"),
    "a body that is none": ("good", "POST", MAPS, "[", 400, "the object provided is unrecognized (must be of type ConfigMap): "),
    "a deletion": ("good", "DELETE", f"{MAPS}/m", "", 200, "Success"),
    "what no role allows": ("good", "GET", "/api/v1/namespaces/default/pods", "", 403, NO_RIGHT),
    "a path that nothing serves": ("good", "GET", "/nothing", "", 403, f'forbidden: User "{USER}" cannot get path "/nothing"'),
    "a watch": ("good", "GET", f"{MAPS}?watch=1", "", 501, STREAMS),
    "a stranger": ("", "GET", MAPS, "", 403, ANONYMOUS),
    "a token that somebody has changed": ("tampered", "GET", MAPS, "", 401, "Unauthorized"),
    "a token whose time is over": ("old", "GET", MAPS, "", 401, "Unauthorized"),
}


@pytest.mark.parametrize(("which", "method", "path", "body", "code", "words"), CASES.values(), ids=CASES.keys())
def test_who_asks_is_who_the_token_says(which: str, method: str, path: str, body: str, code: int, words: str) -> None:
    rig = rig_with_role()
    good = token_of(rig)
    if which == "old":
        rig.clock.advance(rig.clock.now + 661 * SECOND)
    tampered = f"{good[:-4]}{'AAAA' if not good.endswith('AAAA') else 'BBBB'}"
    response = ask(rig, method, path, {"": "", "tampered": tampered}.get(which, good), body)
    assert (response.code, said(response)[: len(words)], response.seconds) == (code, words, SECONDS)


def test_who_asked_is_in_the_trace() -> None:
    rig = rig_with_role()
    token = token_of(rig)
    before = len(rig.hops())
    ask(rig, "POST", MAPS, token, MADE)
    hops = [(hop.source, hop.target, hop.verb, hop.outcome) for hop in rig.hops()[before:]]
    assert (hops[0], hops[1], hops[-1]) == (
        (POD, "kube-apiserver", "POST", ""),
        ("kube-apiserver", "kube-apiserver/authentication", "authentication", USER),
        ("kube-apiserver", POD, "reply", "201 Created"),
    )
