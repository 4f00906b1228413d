"""CertificateSigningRequests as whole requests: who asks, the decision, the certificate."""

from __future__ import annotations

import base64

import pytest

from cluster.apiserver.printers import table
from cluster.apiserver.request import User
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.meta import Obj, timestamp
from tests.unit.apiserver.certificate_requests import condition, csr
from tests.unit.apiserver.rig import START, Rig
from tests.unit.controller_manager.authority import AUTHORITY

ANN = User("ann", ("system:masters", "system:authenticated"), "7", (("team", ("a",)),))
CERTIFICATE = base64.b64encode(AUTHORITY.pem.encode()).decode()
NOW = timestamp(START)


def written(rig: Rig, subresource: str, changes: Obj) -> Obj:
    """Write changed fields of the request ``ann`` by a subresource; return the stored object."""
    client = rig.client("kubectl", ANN)
    current = client.get(CERTIFICATESIGNINGREQUESTS, "ann")
    return client.update(CERTIFICATESIGNINGREQUESTS, {**current, **changes}, subresource=subresource)


def rig() -> Rig:
    made = Rig()
    made.client("kubectl", ANN).create(
        CERTIFICATESIGNINGREQUESTS, csr(username="bob", groups=["x"], extra={"y": ["z"]}, conditions=(condition("Approved"),))
    )
    return made


def test_who_asks_is_written_down_and_the_status_dropped() -> None:
    stored = rig().admin.get(CERTIFICATESIGNINGREQUESTS, "ann")
    who = {"username": "ann", "uid": "7", "groups": ["system:masters", "system:authenticated"], "extra": {"team": ["a"]}}
    assert (stored["spec"], stored["status"]) == ({**csr()["spec"], **who}, {})


STAMPED = {"lastUpdateTime": NOW, "lastTransitionTime": NOW}
WRITES: dict[str, tuple[str, Obj, Obj]] = {
    "a write of the object changes no status": ("", {"status": {"certificate": CERTIFICATE}, "spec": {}}, {}),
    "approval writes conditions and no certificate": (
        "approval",
        {"status": {"conditions": [condition("Approved", message="ok")], "certificate": CERTIFICATE}},
        {"conditions": [{**condition("Approved", message="ok"), **STAMPED}]},
    ),
    "status writes the certificate and further conditions": (
        "status",
        {"status": {"conditions": [condition("Failed")], "certificate": CERTIFICATE}},
        {"conditions": [{**condition("Failed"), **STAMPED}], "certificate": CERTIFICATE},
    ),
}


@pytest.mark.parametrize(("subresource", "changes", "status"), WRITES.values(), ids=WRITES.keys())
def test_each_write_changes_its_half(subresource: str, changes: Obj, status: Obj) -> None:
    made = rig()
    before = made.admin.get(CERTIFICATESIGNINGREQUESTS, "ann")
    after = written(made, subresource, changes)
    assert (after["spec"], after["status"]) == (before["spec"], status)


def test_status_keeps_the_decision_as_it_was() -> None:
    made = rig()
    decided = written(made, "approval", {"status": {"conditions": [condition("Approved", message="ok")]}})["status"]["conditions"]
    after = written(made, "status", {"status": {"conditions": [condition("Approved", message="changed")]}})
    assert after["status"] == {"conditions": decided}


ROWS: dict[str, tuple[Obj, list[str]]] = {
    "asked": (csr(username="bob"), ["kubernetes.io/kube-apiserver-client", "bob", "<none>", "Pending"]),
    "approved and issued, for a day": (
        csr(expirationSeconds=86400, conditions=(condition("Approved"),), certificate=CERTIFICATE),
        ["kubernetes.io/kube-apiserver-client", "", "24h", "Approved,Issued"],
    ),
    "denied": (csr(conditions=(condition("Denied"),)), ["kubernetes.io/kube-apiserver-client", "", "<none>", "Denied"]),
    "failed": (
        csr(conditions=(condition("Approved"), condition("Failed"))),
        ["kubernetes.io/kube-apiserver-client", "", "<none>", "Approved,Failed"],
    ),
}


@pytest.mark.parametrize(("obj", "cells"), ROWS.values(), ids=ROWS.keys())
def test_a_row_says_what_became_of_a_request(obj: Obj, cells: list[str]) -> None:
    rows = table(CERTIFICATESIGNINGREQUESTS, [obj], START, list_meta={})["rows"]
    assert rows[0]["cells"] == ["ann", "<unknown>", *cells]
