"""One request on its way into the audit log: what is known of it, and an event for each stage that it comes to.

Who asks is known only once the API server has authenticated the request, so that the event of its arrival is written then, with the
moment of its arrival. Moments are the cluster's, as everything else that it tells.

Upstream: ``staging/src/k8s.io/apiserver/pkg/audit/{context,request}.go``, ``.../pkg/endpoints/filters/{audit,authn_audit}.go``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cluster.apiserver.authentication import ANONYMOUS
from cluster.apiserver.authorization.attributes import Attributes, attributes_of, path_attributes
from cluster.apiserver.request import AuditContext, Request, Response, User
from cluster.http.audit.log import AuditLog
from cluster.http.audit.policy import COMPLETE, PANIC, RECEIVED, STARTED, Policy, Verdict
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj, SimTime, micro_timestamp
from cluster.machinery.storage import KeyValue


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a request brings along. ``uri``: path and query as the cluster sees them."""

    audit_id: str
    method: str
    path: str
    uri: str
    address: str
    user_agent: str
    at: SimTime


class Audited:
    """``context``: where the API server notes who asks and whether they may. ``request``: None for a path that is no resource."""

    def __init__(self, policy: Policy, log: AuditLog, arrival: Arrival) -> None:
        self._policy, self._log, self._arrival = policy, log, arrival
        self.context = AuditContext()
        self._verdict: Verdict | None = None
        self.request: Request | None = None

    def started(self, now: SimTime) -> None:
        """A stream has begun."""
        self._received()
        self._write(STARTED, now, {"responseStatus": {"metadata": {}, "code": 200}})

    def completed(self, now: SimTime, code: int, outcome: Response | ApiError | None) -> None:
        """The answer has been given: ``outcome``, or a document that is nobody's object (None)."""
        if self.context.user is None:
            if code == 401:
                self._unauthenticated(now)
            return  # turned away before anybody asked who it was
        self._received()
        found: Obj = {"responseStatus": _status(code, outcome)}
        if self._judged().level == "RequestResponse":
            found |= self._response_object(outcome)
        self._write(COMPLETE, now, found)

    def panicked(self, now: SimTime, error: Exception) -> None:
        """The server has failed."""
        self._received()
        status = {"metadata": {}, "status": "Failure", "message": f"APIServer panic'd: {error}", "reason": "InternalError", "code": 500}
        self._write(PANIC, now, {"responseStatus": status})

    def _unauthenticated(self, now: SimTime) -> None:
        status = {"metadata": {}, "status": "Failure", "message": "Authentication failed, attempted: bearer", "code": 401}
        self._write(STARTED, now, {"responseStatus": status})

    def _received(self) -> None:
        if self._verdict is None:
            self._judged()
            self._write(RECEIVED, self._arrival.at, {})

    def _judged(self) -> Verdict:
        if self._verdict is None:
            self._verdict = self._policy.judge(self._attributes())
        return self._verdict

    def _attributes(self) -> Attributes:
        user = self.context.user or ANONYMOUS
        if self.request is not None:
            return attributes_of(user, self.request)
        return path_attributes(user, self._arrival.method.lower(), self._arrival.path)

    def _write(self, stage: str, now: SimTime, found: Obj) -> None:
        verdict = self._judged()
        if verdict.level == "None" or stage in verdict.omit_stages:
            return
        arrival, attributes, context = self._arrival, self._attributes(), self.context
        event: Obj = {
            "kind": "Event",
            "apiVersion": "audit.k8s.io/v1",
            "level": verdict.level,
            "auditID": arrival.audit_id,
            "stage": stage,
            "requestURI": arrival.uri,
            "verb": attributes.verb,
            "user": (context.user or User("")).info(),
        }
        if context.impersonated is not None:
            event["impersonatedUser"] = context.impersonated.info()
        event["sourceIPs"] = [arrival.address] if arrival.address else []
        event["userAgent"] = arrival.user_agent
        if self.request is not None:
            event["objectRef"] = self._reference(attributes)
        event |= found
        body = self.request.body if self.request is not None else None
        if stage != RECEIVED and verdict.level in ("Request", "RequestResponse") and body is not None:
            event["requestObject"] = _without_managed_fields(body) if verdict.omit_managed_fields else body
        event["requestReceivedTimestamp"] = micro_timestamp(arrival.at)
        event["stageTimestamp"] = micro_timestamp(now)
        if stage != RECEIVED and context.annotations:
            event["annotations"] = dict(context.annotations)
        self._log.write({field: value for field, value in event.items() if value not in ("", [])})

    def _reference(self, attributes: Attributes) -> Obj:
        body = self.request.body if self.request is not None else None
        meta = body.get("metadata") if isinstance(body, dict) else None
        meta = meta if isinstance(meta, dict) else {}
        told = {
            "resource": attributes.resource,
            "namespace": attributes.namespace or meta.get("namespace", ""),
            "name": attributes.name or meta.get("name", ""),
            "uid": meta.get("uid", ""),
            "apiGroup": attributes.group,
            "apiVersion": attributes.version,
            "resourceVersion": meta.get("resourceVersion", ""),
            "subresource": attributes.subresource,
        }
        return {field: value for field, value in told.items() if value}

    def _response_object(self, outcome: Response | ApiError | None) -> Obj:
        omits = self._judged().omit_managed_fields
        if isinstance(outcome, ApiError):
            return {"responseObject": outcome.status}
        if outcome is None or outcome.text is not None:
            return {}
        if outcome.list_meta is not None:
            kind = self.request.kind if self.request is not None else None
            head = {"kind": f"{kind.kind}List", "apiVersion": kind.api_version} if kind is not None else {}
            items = [_without_managed_fields(item.obj) if omits else item.obj for item in outcome.items]
            return {"responseObject": {**head, "metadata": outcome.list_meta, "items": items}}
        obj = outcome.value.obj if isinstance(outcome.value, KeyValue) else outcome.value
        if obj is None:
            return {}
        return {"responseObject": _without_managed_fields(obj) if omits else obj}


def _status(code: int, outcome: Response | ApiError | None) -> Obj:
    if not isinstance(outcome, ApiError):
        return {"metadata": {}, "code": code}
    told: Obj = {
        "metadata": {},
        "status": "Failure",
        "message": outcome.message,
        "reason": outcome.reason,
        "details": outcome.details or {},
        "code": outcome.code,
    }
    return {field: value for field, value in told.items() if field == "metadata" or value}


def _without_managed_fields(body: Obj | Sequence[Obj]) -> Obj | Sequence[Obj]:
    if not isinstance(body, dict) or "managedFields" not in (body.get("metadata") or {}):
        return body
    return {**body, "metadata": {field: value for field, value in body["metadata"].items() if field != "managedFields"}}
