"""What the controllers of the process share: a lane of their own, a place to follow kinds from, and object copies.

Real controllers run as goroutines of one binary, each with a client under its own service account. Here each
has a lane: a name in the trace, a client that acts as that service account, and a recorder.

Upstream: ``cmd/kube-controller-manager/app/controllermanager.go``, ``.../controller_descriptor.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import orjson

from cluster.apiserver.request import User
from cluster.client.client import Client
from cluster.client.events import EventRecorder
from cluster.client.informer import Informer, Informers, Lister, Queue
from cluster.client.workqueue import Result
from cluster.engine.engine import Engine
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Key, Obj, SimTime, controller_of
from cluster.machinery.volumes import claim_names

PROCESS = "kube-controller-manager"

ORPHANS = "orphans"
"""Index: namespaces of objects without a managing controller."""

NODE = "node"
"""Index: the node that a pod is bound to."""

CLAIM = "claim"
"""Index: the claims that a pod uses, as ``namespace/name``."""


class Controller(Protocol):
    """A controller of the process. Its constructor subscribes; nothing happens before ``start``."""

    def start(self) -> None:
        """Set the timers of what is done from time to time. The informers are filled."""
        ...

    def stop(self) -> None:
        """Cancel those timers."""
        ...


class Reconciler(Protocol):
    """A controller that works on keys."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Bring the world one step nearer to what the object asks for. Raises ApiError to be called again."""
        ...


@dataclass(frozen=True, slots=True)
class Lane:
    """One controller's place in the process. ``name``: as the trace has it."""

    name: str
    client: Client
    recorder: EventRecorder
    engine: Engine
    informers: Informers

    def lister(self, kind: Kind) -> Lister:
        """Return the process's cache of a kind."""
        return self.informers.informer(kind).lister

    def follow(
        self,
        kind: Kind,
        queue: Queue,
        *,
        on_add: Callable[[Obj], None],
        on_update: Callable[[Obj, Obj], None],
        on_delete: Callable[[Obj], None],
    ) -> Lister:
        """Hear of every change of a kind; returns its cache."""
        informer: Informer = self.informers.informer(kind)
        informer.subscribe(self.name, queue, on_add=on_add, on_update=on_update, on_delete=on_delete)
        return informer.lister


def service_account(name: str) -> User:
    """Return the user that a controller acts as: a service account in kube-system."""
    groups = ("system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated")
    return User(f"system:serviceaccount:kube-system:{name}", groups)


def open_lane(controller: str, account: str, component: str, client: Client, engine: Engine, informers: Informers) -> Lane:
    """Make the lane of a controller. ``account``: its service account, empty for one that acts as the process itself;
    ``component``: the source of its Events."""
    name = f"{PROCESS}/{controller}"
    own = client.acting_as(name, service_account(account) if account else None)
    return Lane(name, own, EventRecorder(own, component, engine), engine, informers)


def copy_of(obj: Obj) -> Obj:
    """Return a copy that may be changed (and handed to the API server) of an object from a cache."""
    copied: Obj = orjson.loads(orjson.dumps(obj))
    return copied


def bare_reference(obj: Obj) -> Obj:
    """Return what the node controllers hand their recorder: who an object is, without its version."""
    meta = obj["metadata"]
    kept = {name: meta[name] for name in ("name", "namespace", "uid") if name in meta}
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": kept}


def orphans_by_namespace(obj: Obj) -> tuple[str, ...]:
    """Index function of ``ORPHANS``."""
    return () if controller_of(obj) else (obj["metadata"].get("namespace", ""),)


def by_node(pod: Obj) -> tuple[str, ...]:
    """Index function of ``NODE``."""
    node = pod["spec"].get("nodeName", "")
    return (node,) if node else ()


def is_deleting(obj: Obj) -> bool:
    """Whether somebody has asked for the object's deletion."""
    return "deletionTimestamp" in obj["metadata"]


def by_claim(pod: Obj) -> list[str]:
    """Index function of ``CLAIM``: those that its volumes name, and those that were made for it."""
    return [f"{pod['metadata']['namespace']}/{name}" for name in claim_names(pod)]
