"""One request on its way through the stages: what is known of it so far, and the hop that each stage leaves.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/request/context.go`` and the filters that fill it in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TypeVar

from cluster.apiserver.admission import Attributes, Chain, Plugin
from cluster.apiserver.authorization.decision import NO_OPINION, Decision
from cluster.apiserver.request import Request, User
from cluster.apiserver.schema.definitions import Typed
from cluster.apiserver.traced_store import SOURCE
from cluster.engine.trace import Hop, Trace
from cluster.machinery.errors import ApiError, FieldError, unprocessable

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
ADMISSION = f"{SOURCE}/admission"
CHANGED = "changed"
"""The outcome of a plugin's hop when it has changed the object."""

_PHRASES = {101: "101 Switching Protocols", 200: "200 OK", 201: "201 Created", 202: "202 Accepted", 204: "204 No Content"}

Answer = TypeVar("Answer")
_NOBODY = User("")
"""Whose a request is until that is known."""


class Call:
    """Begins with the hop of the request itself, and ends with the one of the reply. ``user``: set by authentication; ``may``, by
    authorization: whether the user may do another verb, too, with the same object."""

    def __init__(self, request: Request, trace: Trace, chain: Chain) -> None:
        self.request = request
        self.user = _NOBODY
        self.may: Callable[[str], Decision] = lambda verb: NO_OPINION
        self.warnings = [request.kind.deprecation] if request.kind.deprecation else []
        self._trace, self._chain = trace, chain
        self._key = _joined(request.kind.plural, request.namespace, request.name, request.subresource)
        self._hops: list[Hop] = []
        self.hop = self._record(request.source, SOURCE, HTTP_VERBS.get(request.verb, request.verb.upper()))

    def name(self, name: str) -> None:
        """Complete the keys of the hops so far: the name of an object to be created stands in its body, or is generated."""
        self._key = _joined(self.request.kind.plural, self.request.namespace, name)
        for hop in self._hops:
            hop.key = self._key

    def passed(self, stage: str, outcome: str = "") -> None:
        """Note that the request has passed a stage."""
        self._record(SOURCE, f"{SOURCE}/{stage}", stage, outcome)

    def refused(self, stage: str, error: ApiError) -> None:
        """Note that a stage has refused the request."""
        self._record(SOURCE, f"{SOURCE}/{stage}", stage, outcome_of(error))

    def ask(self, target: str, verb: str) -> AbstractContextManager[None]:
        """Note that another component is asked before the answer can be given: a kubelet, say. What happens inside is caused by that."""
        return self._trace.caused_by(self._record(SOURCE, target, verb).seq)

    def reply(self, outcome: int | ApiError, revision: int = 0) -> None:
        """Note the answer: a status code, or why there is no other."""
        text = outcome_of(outcome) if isinstance(outcome, ApiError) else _PHRASES[outcome]
        self._record(SOURCE, self.request.source, "reply", text).revision = revision

    def admit(self, attributes: Attributes) -> None:
        """Let the mutating plugins change the object, a hop for each. Raises ApiError."""
        plugins = self._chain.mutating(attributes)
        stage = self._record(SOURCE, ADMISSION, "admission")
        if plugins:
            stage.detail = {"plugins": [{"name": plugin.name} for plugin in plugins]}
        for plugin in plugins:
            self._step(plugin, CHANGED if self._ask(plugin, plugin.admit, attributes) else "")

    def validate(self, attributes: Attributes, typed: Typed, faults: Sequence[FieldError]) -> None:
        """Refuse an object with faults, then let the validating plugins judge it. ``typed``: what it is. Raises ApiError."""
        if faults:
            error = unprocessable(typed.group, typed.kind, attributes.name, faults)
            self.refused("validation", error)
            raise error
        self.passed("validation")
        for plugin in self._chain.validating(attributes):
            self._ask(plugin, plugin.validate, attributes)
            self._step(plugin, "")
        self.warnings += attributes.warnings

    def _ask(self, plugin: Plugin, question: Callable[[Attributes], Answer], attributes: Attributes) -> Answer:
        try:
            return question(attributes)
        except ApiError as error:
            self._step(plugin, outcome_of(error))
            raise

    def _step(self, plugin: Plugin, outcome: str) -> None:
        """Note what a plugin did. Nobody waits on the screen for one that did nothing, and of routine nobody looks for it."""
        if not outcome and self.hop.is_routine:
            return
        hop = self._record(SOURCE, ADMISSION, plugin.name, outcome)
        hop.is_routine = hop.is_routine or not outcome

    def _record(self, source: str, target: str, verb: str, outcome: str = "") -> Hop:
        hop = self._trace.record(source, target, verb, self._key, outcome=outcome)
        self._hops.append(hop)
        return hop


def _joined(*parts: str) -> str:
    return "/".join(filter(None, parts))


def outcome_of(error: ApiError) -> str:
    """Write a refusal as hops carry it: ``409 AlreadyExists``."""
    return f"{error.code} {error.reason}".rstrip()
