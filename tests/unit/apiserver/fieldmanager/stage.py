"""A control plane whose writers say who they are, and what they own afterwards."""

from __future__ import annotations

from typing import Any

from cluster.apiserver.request import Credentials, Options, PatchType, Request, Response
from cluster.machinery.apply import FieldSet
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import ADMIN, Rig

Owned = dict[tuple[str, str, str], FieldSet]
"""What managers own, by (name, operation, subresource)."""


class Stage:
    """Objects called ``x`` in the namespace ``default``."""

    def __init__(self, kind: Kind = CONFIGMAPS) -> None:
        self.rig, self.kind = Rig(), kind

    def send(
        self, verb: str, body: object, manager: str, *, subresource: str = "", patch: PatchType | None = None, **more: Any
    ) -> Response:
        """Make a request as a manager. ``more``: options. Raises ApiError."""
        assert isinstance(body, dict | list)
        options = Options(field_manager=manager, **more)
        name = "" if verb == "create" else "x"
        credentials = Credentials(component=ADMIN)
        return self.rig.handler.serve(Request(verb, self.kind, "client", credentials, "default", name, subresource, body, patch, options))

    def create(self, body: Obj, manager: str) -> Obj:
        return obj_of(self.send("create", named(body), manager))

    def update(self, body: Obj, manager: str, **more: Any) -> Obj:
        return obj_of(self.send("update", named(body), manager, **more))

    def merge(self, body: Obj, manager: str, **more: Any) -> Obj:
        return obj_of(self.send("patch", body, manager, patch=PatchType.MERGE, **more))

    def apply(self, body: Obj, manager: str, **more: Any) -> Obj:
        config = {"apiVersion": self.kind.api_version, "kind": self.kind.kind, **named(body)}
        return obj_of(self.send("patch", config, manager, patch=PatchType.APPLY, **more))

    def get(self) -> Obj:
        return self.rig.admin.get(self.kind, "x", "default")


def named(body: Obj) -> Obj:
    return {**body, "metadata": {"name": "x", "namespace": "default", **body.get("metadata", {})}}


def obj_of(response: Response) -> Obj:
    value = response.value
    assert value is not None
    return value if isinstance(value, dict) else value.copy()


def owned(obj: Obj) -> Owned:
    """Return who owns what of an object."""
    entries = obj["metadata"].get("managedFields") or ()
    return {(entry["manager"], entry["operation"], entry.get("subresource", "")): entry["fieldsV1"] for entry in entries}


def refusal(error: ApiError) -> tuple[int, str, str]:
    return error.code, error.reason, error.message
