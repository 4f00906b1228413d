"""ServiceAccount: mirror pods, which have none, and accounts that limit their pods to the Secrets that they name."""

from __future__ import annotations

import pytest

from cluster.apiserver.admission import CREATE, UPDATE, Attributes
from cluster.apiserver.admission.service_account import ServiceAccount
from cluster.apiserver.request import Options, User
from cluster.engine.rng import Rng
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.authentication.objects import FakeReader

STRICT: Obj = {
    "kind": "ServiceAccount",
    "metadata": {"name": "strict", "namespace": "default", "annotations": {"kubernetes.io/enforce-mountable-secrets": "true"}},
    "secrets": [{"name": "mine"}],
    "imagePullSecrets": [{"name": "pull"}],
    "automountServiceAccountToken": False,
}
LAX: Obj = {**STRICT, "metadata": {"name": "lax", "namespace": "default"}}
MIRROR = {"kubernetes.io/config.mirror": "x"}


def pod(account: str = "strict", *, annotations: Obj | None = None, **spec: object) -> Obj:
    named = {"serviceAccountName": account} if account else {}
    meta = {"name": "web", "namespace": "default", "annotations": annotations or {}}
    return {"metadata": meta, "spec": {"containers": [{"name": "c"}], **named, **spec}}


def secret_volume(name: str) -> list[Obj]:
    return [{"name": "v", "secret": {"secretName": name}}]


def container(secret: str) -> list[Obj]:
    return [{"name": "c", "env": [{"name": "E", "valueFrom": {"secretKeyRef": {"name": secret, "key": "k"}}}]}]


def refusal(obj: Obj, operation: str = CREATE, subresource: str = "") -> str:
    """Return why a pod is refused, empty when it is not."""
    attributes = Attributes(operation, PODS, "default", "web", subresource, obj, None, User("ann"), Options())
    plugin = ServiceAccount(FakeReader(STRICT, LAX), Rng(1))
    assert plugin.handles(operation, PODS, subresource)
    try:
        plugin.admit(attributes)
        plugin.validate(attributes)
    except ApiError as error:
        return error.message.removeprefix('pods "web" is forbidden: ')
    return ""


WHY = "is not allowed because service account strict does not reference that"
CASES: dict[str, tuple[Obj, str]] = {
    "a Secret that the account names": (
        pod(volumes=secret_volume("mine"), containers=container("mine"), imagePullSecrets=[{"name": "pull"}]),
        "",
    ),
    "any Secret of an account that does not ask": (pod("lax", volumes=secret_volume("x"), containers=container("x")), ""),
    "a volume": (pod(volumes=secret_volume("x")), f'volume with secret.secretName="x" {WHY} secret'),
    "an init container": (
        pod(initContainers=container("x")),
        f'init container c with envVar E referencing secret.secretName="x" {WHY} secret',
    ),
    "a container": (pod(containers=container("x")), f'container c with envVar E referencing secret.secretName="x" {WHY} secret'),
    "a pull secret": (
        pod(imagePullSecrets=[{"name": "pull"}, {"name": "x"}]),
        f'imagePullSecrets[1].name="x" {WHY} imagePullSecret',
    ),
    "an account that is not there": (pod("gone"), 'error looking up service account default/gone: serviceaccount "gone" not found'),
    "a mirror pod": (pod("", annotations=MIRROR), ""),
    "a mirror pod with an account": (pod(annotations=MIRROR), "a mirror pod may not reference service accounts"),
    "a mirror pod with a Secret": (pod("", annotations=MIRROR, volumes=secret_volume("mine")), "a mirror pod may not reference secrets"),
    "a mirror pod with a token": (
        pod("", annotations=MIRROR, volumes=[{"name": "v", "projected": {"sources": [{"serviceAccountToken": {}}]}}]),
        "a mirror pod may not use ServiceAccountToken volume projections",
    ),
}


@pytest.mark.parametrize(("obj", "message"), CASES.values(), ids=CASES.keys())
def test_a_pod_has_the_secrets_of_its_account(obj: Obj, message: str) -> None:
    assert refusal(obj) == message


def test_a_mirror_pod_stays_as_it_is() -> None:
    mirror, before = pod("", annotations=MIRROR), pod("", annotations=MIRROR)
    refusal(mirror)
    assert mirror == before


def test_a_container_for_debugging_has_them_too() -> None:
    why = f'ephemeral container c with envVar E referencing secret.secretName="x" {WHY} secret'
    assert refusal(pod(ephemeralContainers=container("x")), UPDATE, "ephemeralcontainers") == why
