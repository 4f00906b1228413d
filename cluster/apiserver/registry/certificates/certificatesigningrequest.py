"""CertificateSigningRequests in the registry: who asks is written down by the server, and the three halves are written apart.

Upstream: ``pkg/registry/certificates/certificates/strategy.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.apiserver.registry.ownership import carry
from cluster.apiserver.request import User
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.certificates import certificatesigningrequest as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.meta import Obj, SimTime, timestamp


class CertificateSigningRequestStrategy(BaseStrategy):
    """The object and its status: the certificate, and whether signing has failed."""

    kind = CERTIFICATESIGNINGREQUESTS
    field_labels = frozenset({"spec.signerName"})

    def requested_by(self, obj: Obj, user: User) -> None:
        """Write down who asks, whatever they say."""
        spec = obj.setdefault("spec", {})
        for field in ("username", "uid", "groups", "extra"):
            spec.pop(field, None)
        spec |= user.info()

    def stamp(self, obj: Obj, old: Obj | None, now: SimTime) -> None:
        """Note when each condition came."""
        if old is not None:
            _stamp_conditions(obj, old, timestamp(now))

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/certificates/certificatesigningrequest.py``."""
        return rules.validate(obj)

    def prepare_for_update(self, obj: Obj, old: Obj) -> None:
        """Only metadata changes."""
        carry(obj, old, "spec", "status")

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/certificates/certificatesigningrequest.py``."""
        return rules.validate_update(obj, old)

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """The decision stays as it was."""
        carry(obj, old, "spec")
        for kind in (rules.APPROVED, rules.DENIED):
            _keep_conditions(obj, old, kind)

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/certificates/certificatesigningrequest.py``."""
        return rules.validate_update(obj, old, sets_certificate=True)

    def selectable_fields(self, obj: Obj) -> dict[str, str]:
        """Return the name and the signer."""
        return {**super().selectable_fields(obj), "spec.signerName": obj["spec"].get("signerName", "")}


class ApprovalStrategy(CertificateSigningRequestStrategy):
    """The decision: only conditions change."""

    def prepare_for_status_update(self, obj: Obj, old: Obj) -> None:
        """Everything but the conditions stays."""
        conditions = (obj.get("status") or {}).get("conditions")
        carry(obj, old, "spec")
        obj["status"] = {**(old.get("status") or {}), "conditions": conditions}
        if not conditions:
            del obj["status"]["conditions"]

    def validate_status_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """See ``validation/certificates/certificatesigningrequest.py``."""
        return rules.validate_update(obj, old, sets_approval=True)


def _keep_conditions(obj: Obj, old: Obj, kind: str) -> None:
    """Put old conditions of a type in the place of new ones, when there are as many."""
    before, after = rules.conditions_of(old, kind), rules.conditions_of(obj, kind)
    if len(before) == len(after) and after:
        kept = iter(before)
        status = obj["status"]
        status["conditions"] = [next(kept) if condition.get("type", "") == kind else condition for condition in status["conditions"]]


def _stamp_conditions(obj: Obj, old: Obj, now: str) -> None:
    status = obj.get("status") or {}
    if not status.get("conditions"):
        return
    earlier = (old.get("status") or {}).get("conditions") or ()
    status["conditions"] = [_stamped(condition, earlier, now) for condition in status["conditions"]]


def _stamped(condition: Obj, earlier: Iterable[Obj], now: str) -> Obj:
    stamped = {**condition}
    if not stamped.get("lastUpdateTime"):
        stamped["lastUpdateTime"] = now
    if not stamped.get("lastTransitionTime"):
        same = (each for each in earlier if (each.get("type"), each.get("status")) == (stamped.get("type"), stamped.get("status")))
        stamped["lastTransitionTime"] = next((each["lastTransitionTime"] for each in same if each.get("lastTransitionTime")), now)
    return stamped
