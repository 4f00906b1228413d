"""A component's client: requests under its own name. The API server records each as a hop of ``source``.

Real components speak HTTPS to the API server; here a request is handed over in the same process, through
the same stages. Upstream: ``staging/src/k8s.io/client-go/rest/request.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.request import NO_OPTIONS, Api, Credentials, Options, PatchType, Request, Response, User, Watch, WatchReady
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj
from cluster.machinery.storage import KeyValue

Body = Obj | list[Obj]
"""An object, or the operations of a JSON patch."""


class Client:
    """Requests of one component. ``checkpoint`` is called after each write: the engine ends a step there. ``credentials``: what it
    shows to be recognised by; None: it is taken for ``user``.

    Every method raises ApiError with the API server's Status. Returned objects may be changed by the caller.
    """

    def __init__(self, api: Api, source: str, user: User, checkpoint: Callable[[], None], credentials: Credentials | None = None) -> None:
        self.api, self.source, self.user, self.checkpoint = api, source, user, checkpoint
        self._shown = Credentials(component=user) if credentials is None else credentials

    @property
    def kinds(self) -> ServedKinds:
        """What the API server serves now: discovery, as a value."""
        return self.api.kinds

    def acting_as(self, source: str, user: User | None = None) -> Client:
        """Return the same client under another name in the trace (a controller's lane, say)."""
        return Client(self.api, source, user or self.user, self.checkpoint)

    def presenting(self, credentials: Credentials) -> Client:
        """Return the same client with something to be recognised by, as a client from outside has it; with nothing it is anonymous."""
        return Client(self.api, self.source, self.user, self.checkpoint, credentials)

    def get(self, kind: Kind, name: str, namespace: str = "", *, subresource: str = "") -> Obj:
        """Read one object."""
        return _object(self._serve("get", kind, namespace, name, subresource))

    def list(self, kind: Kind, namespace: str = "", *, label_selector: str = "", field_selector: str = "") -> list[Obj]:
        """Read all objects of a kind, or those of one namespace."""
        options = Options(label_selector=label_selector, field_selector=field_selector)
        return [item.copy() for item in self._serve("list", kind, namespace, options=options).items]

    def create(self, kind: Kind, obj: Obj, *, subresource: str = "", name: str = "", is_shared: bool = False) -> Obj:
        """Create an object in the namespace that its metadata names, or a subresource of ``name`` (a binding, an eviction).

        ``is_shared``: return what is stored instead of a copy; it must not be changed.
        """
        namespace = obj["metadata"].get("namespace", "")
        return _object(self._serve("create", kind, namespace, name, subresource, body=obj), is_shared=is_shared)

    def update(self, kind: Kind, obj: Obj, *, subresource: str = "") -> Obj:
        """Replace an object; a Conflict when its resourceVersion is no longer the newest."""
        meta = obj["metadata"]
        return _object(self._serve("update", kind, meta.get("namespace", ""), meta["name"], subresource, body=obj))

    def update_status(self, kind: Kind, obj: Obj) -> Obj:
        """Replace an object's status."""
        return self.update(kind, obj, subresource="status")

    def patch(
        self,
        kind: Kind,
        name: str,
        namespace: str,
        patch: Body,
        *,
        type: PatchType = PatchType.STRATEGIC,
        subresource: str = "",
        is_shared: bool = False,
    ) -> Obj:
        """Change some fields of an object. ``is_shared``: see ``create``."""
        return _object(self._serve("patch", kind, namespace, name, subresource, body=patch, patch_type=type), is_shared=is_shared)

    def apply(self, kind: Kind, obj: Obj, *, field_manager: str, force: bool = False) -> Obj:
        """Apply what a manager wants of an object; ``force``: even what another one owns."""
        meta, options = obj["metadata"], Options(field_manager=field_manager, force=force)
        return _object(
            self._serve("patch", kind, meta.get("namespace", ""), meta["name"], body=obj, patch_type=PatchType.APPLY, options=options)
        )

    def delete(
        self,
        kind: Kind,
        name: str,
        namespace: str = "",
        *,
        uid: str = "",
        resource_version: str = "",
        grace_period_seconds: int | None = None,
        propagation_policy: str = "",
    ) -> None:
        """Ask for an object's deletion; ``uid`` and ``resource_version`` are preconditions."""
        options = Options(
            precondition_uid=uid,
            precondition_resource_version=resource_version,
            grace_period_seconds=grace_period_seconds,
            propagation_policy=propagation_policy,
        )
        self._serve("delete", kind, namespace, name, options=options)

    def delete_collection(self, kind: Kind, namespace: str = "", *, propagation_policy: str = "") -> None:
        """Ask for the deletion of all objects of a kind in a namespace."""
        self._serve("deletecollection", kind, namespace, options=Options(propagation_policy=propagation_policy))

    def watch(
        self, kind: Kind, on_ready: WatchReady, *, namespace: str = "", resource_version: str = "", field_selector: str = ""
    ) -> Watch:
        """Open a watch from ``resource_version`` on."""
        options = Options(resource_version=resource_version, field_selector=field_selector)
        request = Request("watch", kind, self.source, self._shown, namespace, options=options)
        return self.api.watch(request, on_ready)

    def list_values(self, kind: Kind, *, namespace: str = "", field_selector: str = "") -> Response:
        """Read a list as stored values with its revision in ``list_meta``: what an informer starts from."""
        return self._serve("list", kind, namespace, options=Options(field_selector=field_selector))

    def _serve(
        self,
        verb: str,
        kind: Kind,
        namespace: str = "",
        name: str = "",
        subresource: str = "",
        *,
        body: Body | None = None,
        patch_type: PatchType | None = None,
        options: Options | None = None,
    ) -> Response:
        request = Request(verb, kind, self.source, self._shown, namespace, name, subresource, body, patch_type, options or NO_OPTIONS)
        response = self.api.serve(request)
        if verb not in ("get", "list"):
            self.checkpoint()
        return response


def _object(response: Response, *, is_shared: bool = False) -> Obj:
    value = response.value
    if isinstance(value, KeyValue):
        return value.obj if is_shared else value.copy()
    return value or {}
