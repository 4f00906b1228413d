"""Signs what was approved, for the signers that a cluster's own authority is; what a signer does not sign, it marks as failed.

Upstream runs one controller a signer with a certificate of its own each; kubeadm gives all of them the cluster's.
Upstream: ``pkg/controller/certificates/signer/signer.go``.
"""

from __future__ import annotations

import base64

from cryptography import x509

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.controller_manager.certificates.authority import CertificateAuthority
from cluster.controller_manager.certificates.kubelet_requests import api_client_fault, client_fault, serving_fault
from cluster.controller_manager.certificates.status import has_condition
from cluster.machinery.certificate_request import parse_request
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.meta import Key, Obj, SimTime

API_CLIENT, LEGACY = "kubernetes.io/kube-apiserver-client", "kubernetes.io/legacy-unknown"
KUBELET_CLIENT, KUBELET_SERVING = "kubernetes.io/kube-apiserver-client-kubelet", "kubernetes.io/kubelet-serving"
SIGNERS = frozenset({API_CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY})
YEAR = 365 * 24 * 3600
"""For how many seconds a certificate is good when the request does not say, and at most."""
SHORTEST = 10 * 60


def fault_of(signer: str, request: x509.CertificateSigningRequest, usages: list[str]) -> str:
    """Return why a signer does not sign a request, empty when it does."""
    if signer == KUBELET_CLIENT:
        return client_fault(request, usages)
    if signer == KUBELET_SERVING:
        return serving_fault(request, usages)
    return api_client_fault(usages) if signer == API_CLIENT else ""


def duration(seconds: int | None) -> int:
    """Return for how long a certificate is good whose request asks for ``seconds``."""
    return YEAR if seconds is None else max(SHORTEST, min(seconds, YEAR))


class CsrSigning:
    """The lane ``kube-controller-manager/csrsigning``. Its keys are names of requests."""

    def __init__(self, lane: Lane, authority: CertificateAuthority) -> None:
        self._client, self._rng, self._authority = lane.client, lane.engine.rng, authority
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._requests = lane.follow(
            CERTIFICATESIGNINGREQUESTS,
            self._queue,
            on_add=self._on_request,
            on_update=lambda _, new: self._on_request(new),
            on_delete=_ignored,
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Sign one request, or mark it as failed. Raises ApiError."""
        csr = self._requests.get(key)
        if csr is None or not _is_to_sign(csr):
            return Result()
        spec, request = csr["spec"], parse_request(csr)
        usages = spec.get("usages") or []
        changed = copy_of(csr)
        fault = fault_of(spec["signerName"], request, usages)
        if fault:
            failed = {"type": "Failed", "status": "True", "reason": "SignerValidationFailure", "message": fault}
            changed["status"]["conditions"].append(failed)
        else:
            serial = self._rng.source.getrandbits(127) + 1
            pem = self._authority.sign(request, usages, serial, now, duration(spec.get("expirationSeconds")))
            changed["status"]["certificate"] = base64.b64encode(pem.encode()).decode()
        self._client.update_status(CERTIFICATESIGNINGREQUESTS, changed)
        return Result()

    def _on_request(self, csr: Obj) -> None:
        if _is_to_sign(csr):
            self._queue.add(Key(csr["metadata"]["name"]))


def _is_to_sign(csr: Obj) -> bool:
    is_open = not (csr.get("status") or {}).get("certificate") and not has_condition(csr, "Failed")
    return is_open and has_condition(csr, "Approved") and csr["spec"].get("signerName") in SIGNERS


def _ignored(obj: Obj) -> None:
    """What is gone needs no certificate."""
