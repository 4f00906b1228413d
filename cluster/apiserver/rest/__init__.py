"""Rests: what carries out the verbs of one resource or subresource.

The real API server installs a ``rest.Storage`` for every path; whatever it implements (``Getter``, ``Creater``, ``Patcher``) is
served there. Here it is one object that is given the call; ``machinery/kinds`` says which verbs come to it.

Upstream: ``staging/src/k8s.io/apiserver/pkg/registry/rest/rest.go``, ``.../pkg/endpoints/installer.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cluster.apiserver.authentication import Authenticator
from cluster.apiserver.authorization import Authorizer
from cluster.apiserver.call import Call
from cluster.apiserver.reader import Reader
from cluster.apiserver.registry.store import GenericStore
from cluster.apiserver.request import Response
from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.kubelet_server import KubeletServers
from cluster.machinery.measurements import Measurements


class Rest(Protocol):
    """Serves one path."""

    def serve(self, call: Call) -> Response:
        """Carry out a request that has been authorized; its verb is one that the table of kinds allows. Raises ApiError."""
        ...


@dataclass(frozen=True, slots=True)
class Installation:
    """What a Rest is made of: the rest of the server, as far as it may know it.

    ``registry``: the objects of a kind that is kept. ``kinds``: what is served now. ``kubelets``: the way to the nodes.
    ``measurements``: what containers use.
    """

    registry: Callable[[Kind], GenericStore]
    kinds: Callable[[], ServedKinds]
    reader: Reader
    clock: Clock
    rng: Rng
    authenticator: Authenticator
    authorizer: Authorizer
    kubelets: KubeletServers
    measurements: Measurements
