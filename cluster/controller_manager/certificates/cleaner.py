"""Deletes requests that nobody needs any more: issued, denied and failed ones after an hour, undecided ones after a day.

Upstream: ``pkg/controller/certificates/cleaner/cleaner.go``.
"""

from __future__ import annotations

import base64

from cryptography import x509

from cluster.controller_manager.base import Lane
from cluster.controller_manager.certificates.status import conditions
from cluster.controller_manager.periodic import Periodic
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp

INTERVAL = 3600
DECIDED_SECONDS = 3600
PENDING_SECONDS = 24 * 3600


def is_past(csr: Obj, now: SimTime) -> bool:
    """Whether a request has served its time, or its certificate has expired."""
    status = csr.get("status") or {}
    certificate = status.get("certificate")
    if certificate and _has_expired(certificate, now):
        return True
    if not status.get("conditions"):
        return _is_older(csr["metadata"].get("creationTimestamp"), PENDING_SECONDS, now)
    kinds = ("Denied", "Failed", "Approved") if certificate else ("Denied", "Failed")
    return any(_is_older(each.get("lastUpdateTime"), DECIDED_SECONDS, now) for kind in kinds for each in conditions(csr, kind))


def _is_older(moment: str | None, seconds: int, now: SimTime) -> bool:
    return bool(moment) and now - parse_timestamp(moment or "") > seconds * SECOND


def _has_expired(certificate: str, now: SimTime) -> bool:
    try:
        end = x509.load_pem_x509_certificate(base64.b64decode(certificate)).not_valid_after_utc
    except ValueError:
        return False
    return end.timestamp() * SECOND < now


class CsrCleaner:
    """The lane ``kube-controller-manager/csrcleaner``: looks at all requests every hour."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._engine = lane.client, lane.engine
        self._requests = lane.lister(CERTIFICATESIGNINGREQUESTS)
        self._periodic = Periodic(lane.engine, lane.name, INTERVAL, self._clean)

    def start(self) -> None:
        """Look for the first time at once."""
        self._periodic.start()

    def stop(self) -> None:
        """Look no more."""
        self._periodic.stop()

    def _clean(self) -> None:
        for csr in self._requests.list():
            if is_past(csr, self._engine.clock.now):
                self._client.delete(CERTIFICATESIGNINGREQUESTS, csr["metadata"]["name"], uid=csr["metadata"]["uid"])
