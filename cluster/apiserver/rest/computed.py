"""Objects that are worked out when somebody asks, and kept nowhere.

Upstream: ``pkg/registry/core/componentstatus/rest.go``; metrics-server's ``pkg/api/{node,pod}.go``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import orjson

from cluster.apiserver.call import Call
from cluster.apiserver.request import Response
from cluster.apiserver.selection import select
from cluster.apiserver.strategy import BaseStrategy
from cluster.machinery.errors import method_not_supported, not_found
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue


class ComputedRest(ABC):
    """Serves ``get`` and ``list``. ``kind``: of the objects; a Rest of its own says what they are."""

    kind: Kind

    def serve(self, call: Call) -> Response:
        """Work out one object or those that are selected. Raises ApiError."""
        request = call.request
        if request.verb == "get":
            found = next((obj for obj in self.objects(request.namespace) if obj["metadata"]["name"] == request.name), None)
            if found is None:
                raise not_found(self.kind.group, self.called(), self.title(request.namespace, request.name))
            return Response(200, found, warnings=tuple(call.warnings))
        if request.verb != "list":
            raise method_not_supported(self.kind.group, self.kind.plural, request.verb)
        strategy = BaseStrategy()
        strategy.kind = self.kind
        selection = select(strategy, request.options, request.namespace)
        chosen = [_value(obj) for obj in self.objects(request.namespace) if selection.matches(obj)]
        return Response(200, items=chosen, list_meta={}, warnings=tuple(call.warnings))

    @abstractmethod
    def objects(self, namespace: str) -> Sequence[Obj]:
        """Return all objects, or those of a namespace, in order."""

    def called(self) -> str:
        """Return what a message calls the resource that was not found."""
        return self.kind.plural

    def title(self, namespace: str, name: str) -> str:
        """Return what a message calls the object that was not found."""
        return name


def _value(obj: Obj) -> KeyValue:
    return KeyValue("", orjson.dumps(obj), 0, 0, 0)
