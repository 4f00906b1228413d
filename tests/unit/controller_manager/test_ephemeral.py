"""Claims for generic ephemeral volumes: what they look like, which are left alone, and when they are made."""

from __future__ import annotations

import pytest

from cluster.controller_manager.ephemeral.claim import claim_for, why_foreign
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import pod
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig

_SPEC = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}


def _user(*volumes: str, **metadata: Obj) -> Obj:
    made = pod("web")
    made["spec"]["volumes"] = [
        {"name": name, "ephemeral": {"volumeClaimTemplate": {"spec": _SPEC, **({"metadata": metadata} if metadata else {})}}}
        for name in volumes
    ]
    return made


def _owned(uid: str = "u", *, controller: bool = True) -> list[Obj]:
    return [{"apiVersion": "v1", "kind": "Pod", "name": "web", "uid": uid, "controller": controller}]


def test_a_claim_is_as_its_template_has_it_and_the_pods_own() -> None:
    user = _user("tmp", labels={"a": "b"}, annotations={"c": "d"})
    user["metadata"]["uid"] = "u"
    assert claim_for(user, user["spec"]["volumes"][0]) == {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": "web-tmp",
            "namespace": NAMESPACE,
            "labels": {"a": "b"},
            "annotations": {"c": "d"},
            "ownerReferences": [
                {"apiVersion": "v1", "kind": "Pod", "name": "web", "uid": "u", "controller": True, "blockOwnerDeletion": True}
            ],
        },
        "spec": _SPEC,
    }


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        pytest.param(_owned(), "", id="the pod"),
        pytest.param([], "PVC default/web-tmp was not created for pod default/web (pod is not owner)", id="nobody"),
        pytest.param(_owned("other"), "PVC default/web-tmp was not created for pod default/web (pod is not owner)", id="a namesake"),
        pytest.param(
            _owned(controller=False),
            "PVC default/web-tmp was not created for pod default/web (pod is not owner)",
            id="the pod, but not as its controller",
        ),
    ],
)
def test_whose_a_claim_is(owners: list[Obj], expected: str) -> None:
    claim = {"metadata": {"name": "web-tmp", "namespace": NAMESPACE, "ownerReferences": owners}}
    assert why_foreign(claim, {"metadata": {"name": "web", "namespace": NAMESPACE, "uid": "u"}}) == expected


def _claims(rig: ControlledRig) -> list[str]:
    return [claim["metadata"]["name"] for claim in rig.admin.list(PERSISTENTVOLUMECLAIMS, NAMESPACE)]


def test_each_volume_of_a_pod_gets_its_claim_and_one_that_is_deleted_is_made_anew() -> None:
    rig = ControlledRig()
    rig.admin.create(PODS, _user("a", "b"))
    rig.run(1)
    first = _claims(rig)
    gone = rig.admin.get(PERSISTENTVOLUMECLAIMS, "web-a", NAMESPACE)["metadata"]["uid"]
    rig.admin.delete(PERSISTENTVOLUMECLAIMS, "web-a", NAMESPACE)
    rig.run(5)
    anew = rig.admin.get(PERSISTENTVOLUMECLAIMS, "web-a", NAMESPACE)["metadata"]["uid"]
    assert (first, _claims(rig), anew != gone) == (["web-a", "web-b"], ["web-a", "web-b"], True)


def test_claims_go_with_their_pod() -> None:
    rig = ControlledRig()
    rig.admin.create(PODS, _user("a"))
    rig.run(1)
    rig.admin.delete(PODS, "web", NAMESPACE)
    rig.run(5)
    assert _claims(rig) == []


def test_a_claim_that_somebody_else_has_made_is_left_alone_and_an_event_says_so() -> None:
    rig = ControlledRig()
    rig.admin.create(PERSISTENTVOLUMECLAIMS, {"metadata": {"name": "web-a", "namespace": NAMESPACE}, "spec": _SPEC})
    rig.admin.create(PODS, _user("a", "b"))
    rig.run(0.001)
    told = [message for message in rig.messages("FailedBinding") if message.startswith("ephemeral")]
    assert (_claims(rig), told) == (
        ["web-a"],
        ["ephemeral volume a: PVC default/web-a was not created for pod default/web (pod is not owner)"],
    )


def test_a_pod_without_such_volumes_is_no_work() -> None:
    rig = ControlledRig()
    rig.trace.take()
    rig.admin.create(PODS, pod("web"))
    rig.run(1)
    assert [hop for hop in rig.trace.take() if "ephemeral" in (hop.source + hop.target)] == []
