"""One request on its way through the stages: what is known of it so far, and the hop that each stage leaves.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/request/context.go`` and the filters that fill it in.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.apiserver.admission import Attributes, Chain
from cluster.apiserver.request import Request, User
from cluster.apiserver.schema.definitions import Typed
from cluster.apiserver.traced_store import SOURCE
from cluster.engine.trace import Hop, Trace
from cluster.machinery.errors import ApiError, FieldError, unprocessable
from cluster.machinery.meta import Obj

HTTP_VERBS = {
    "get": "GET",
    "list": "LIST",
    "watch": "WATCH",
    "create": "POST",
    "update": "PUT",
    "patch": "PATCH",
    "delete": "DELETE",
    "deletecollection": "DELETE",
}
_PHRASES = {200: "200 OK", 201: "201 Created", 202: "202 Accepted"}


class Call:
    """Begins with the hop of the request itself, and ends with the one of the reply. ``user``: set by authentication."""

    def __init__(self, request: Request, trace: Trace, chain: Chain) -> None:
        self.request = request
        self.user = User("")
        self.warnings: list[str] = []
        self._trace, self._chain = trace, chain
        parts = (request.kind.plural, request.namespace, request.name, request.subresource)
        self._key = "/".join(part for part in parts if part)
        self._hops: list[Hop] = []
        self.hop = self._record(request.source, SOURCE, HTTP_VERBS[request.verb])

    def name(self, name: str) -> None:
        """Complete the keys of the hops so far: the name of an object to be created stands in its body, or is generated."""
        parts = (self.request.kind.plural, self.request.namespace, name)
        self._key = "/".join(part for part in parts if part)
        for hop in self._hops:
            hop.key = self._key

    def passed(self, stage: str, outcome: str = "") -> None:
        """Note that the request has passed a stage."""
        self._record(SOURCE, f"{SOURCE}/{stage}", stage, outcome)

    def refused(self, stage: str, error: ApiError) -> None:
        """Note that a stage has refused the request."""
        self._record(SOURCE, f"{SOURCE}/{stage}", stage, outcome_of(error))

    def reply(self, outcome: int | ApiError, revision: int = 0) -> None:
        """Note the answer: a status code, or why there is no other."""
        text = outcome_of(outcome) if isinstance(outcome, ApiError) else _PHRASES[outcome]
        self._record(SOURCE, self.request.source, "reply", text).revision = revision

    def admit(self, attributes: Attributes) -> None:
        """Let the mutating plugins change the object. Raises ApiError."""
        plugins = self._chain.concerned(attributes.operation, attributes.kind, attributes.subresource)
        hop = self._record(SOURCE, f"{SOURCE}/admission", "admission")
        steps: list[Obj] = []
        for plugin in plugins:
            try:
                plugin.admit(attributes)
            except ApiError as error:
                hop.outcome = outcome_of(error)
                hop.detail = {"plugins": [*steps, {"name": plugin.name, "refused": error.message}]}
                raise
            steps.append({"name": plugin.name})
        if steps:
            hop.detail = {"plugins": steps}

    def validate(self, attributes: Attributes, typed: Typed, faults: Sequence[FieldError]) -> None:
        """Refuse an object with faults, then let the validating plugins judge it. ``typed``: what it is. Raises ApiError."""
        if faults:
            error = unprocessable(typed.group, typed.kind, attributes.name, faults)
            self.refused("validation", error)
            raise error
        self.passed("validation")
        for plugin in self._chain.concerned(attributes.operation, attributes.kind, attributes.subresource):
            try:
                plugin.validate(attributes)
            except ApiError as error:
                self.refused("admission", error)
                raise

    def _record(self, source: str, target: str, verb: str, outcome: str = "") -> Hop:
        hop = self._trace.record(source, target, verb, self._key, outcome=outcome)
        self._hops.append(hop)
        return hop


def outcome_of(error: ApiError) -> str:
    """Write a refusal as hops carry it: ``409 AlreadyExists``."""
    return f"{error.code} {error.reason}".rstrip()
