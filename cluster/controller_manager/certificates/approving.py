"""Approves the requests of kubelets for their client certificates, when who asks may ask for such a one.

Who joins a cluster with a bootstrap token is allowed to have a node's certificate, a node to renew its own; everything else waits for a
person. Upstream: ``pkg/controller/certificates/approver/sarapprove.go``.
"""

from __future__ import annotations

from cryptography import x509

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.controller_manager.certificates.kubelet_requests import client_fault, common_name
from cluster.controller_manager.certificates.status import has_condition
from cluster.machinery.certificate_request import BadRequestData, parse_request
from cluster.machinery.kinds.authorization import SUBJECTACCESSREVIEWS
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.meta import Key, Obj, SimTime

SIGNER = "kubernetes.io/kube-apiserver-client-kubelet"
RENEWAL = ("selfnodeclient", "Auto approving self kubelet client certificate after SubjectAccessReview.")
FIRST = ("nodeclient", "Auto approving kubelet client certificate after SubjectAccessReview.")


def permissions_for(csr: Obj, request: x509.CertificateSigningRequest) -> list[tuple[str, str]]:
    """Return the subresources that its author may be allowed to create, any of which will do, each with what is then said."""
    spec = csr["spec"]
    if spec.get("signerName") != SIGNER or client_fault(request, spec.get("usages") or []):
        return []
    return [RENEWAL, FIRST] if spec.get("username", "") == common_name(request) else [FIRST]


class CsrApproving:
    """The lane ``kube-controller-manager/csrapproving``. Its keys are names of requests."""

    def __init__(self, lane: Lane) -> None:
        self._client = lane.client
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
        """Approve one request, or leave it. Raises ApiError."""
        csr = self._requests.get(key)
        if csr is None or not _is_open(csr):
            return Result()
        for subresource, message in permissions_for(csr, parse_request(csr)):
            if self._may_create(csr["spec"], subresource):
                approved = copy_of(csr)
                condition = {"type": "Approved", "status": "True", "reason": "AutoApproved", "message": message}
                status = approved.setdefault("status", {})
                status["conditions"] = [*(status.get("conditions") or ()), condition]
                self._client.update(CERTIFICATESIGNINGREQUESTS, approved, subresource="approval")
                break
        return Result()

    def _may_create(self, spec: Obj, subresource: str) -> bool:
        resource = {
            "group": CERTIFICATESIGNINGREQUESTS.group,
            "resource": CERTIFICATESIGNINGREQUESTS.plural,
            "subresource": subresource,
            "verb": "create",
        }
        who = {
            "user": spec.get("username", ""),
            "uid": spec.get("uid", ""),
            "groups": spec.get("groups") or [],
            "extra": spec.get("extra") or {},
        }
        question = {"metadata": {}, "spec": {**who, "resourceAttributes": resource}}
        return bool(self._client.create(SUBJECTACCESSREVIEWS, question)["status"].get("allowed"))

    def _on_request(self, csr: Obj) -> None:
        # Upstream queues every request and then finds most not to be a kubelet's; here only those become work.
        if not _is_open(csr):
            return
        try:
            is_kubelets = bool(permissions_for(csr, parse_request(csr)))
        except BadRequestData:
            return
        if is_kubelets:
            self._queue.add(Key(csr["metadata"]["name"]))


def _is_open(csr: Obj) -> bool:
    issued = bool((csr.get("status") or {}).get("certificate"))
    return not issued and not has_condition(csr, "Approved") and not has_condition(csr, "Denied")


def _ignored(obj: Obj) -> None:
    """What is gone needs no decision."""
