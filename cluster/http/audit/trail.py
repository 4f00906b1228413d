"""The audit log of a server: its policy and its file, and where every request begins its way into them.

Upstream: ``staging/src/k8s.io/apiserver/pkg/server/options/audit.go`` (``--audit-policy-file``, ``--audit-log-path``).
"""

from __future__ import annotations

from pathlib import Path

from cluster.http.audit.audited import Arrival, Audited
from cluster.http.audit.log import AuditLog
from cluster.http.audit.policy import BadPolicy, Policy, read_policy


class AuditTrail:
    """Shared by all requests of a process."""

    def __init__(self, policy: Policy, log: AuditLog) -> None:
        self._policy, self._log = policy, log

    def begin(self, arrival: Arrival) -> Audited:
        """Return what follows one request."""
        return Audited(self._policy, self._log, arrival)


def audit_trail(log: str, policy: str) -> AuditTrail | None:
    """Return the audit log that two options ask for, paths both; None when they ask for none.

    Raises BadPolicy or CannotWrite for a file that will not do, and for a file without the other.
    """
    if not log and not policy:
        return None
    if not log or not policy:
        missing = "PODIUM_AUDIT_LOG" if not log else "PODIUM_AUDIT_POLICY"
        raise BadPolicy(f"the audit log needs a file and a policy: {missing} is not set")
    return AuditTrail(read_policy(Path(policy)), AuditLog(Path(log)))
