"""Definitions and custom resources for the tests of this room."""

from __future__ import annotations

from cluster.apiserver.apiextensions.conditions import ESTABLISHED, TRUE, with_condition
from cluster.apiserver.apiextensions.naming import named_status
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig

NOW = "2026-01-01T00:00:00Z"
NAME = "widgets.example.com"


def version(name: str = "v1", *, storage: bool = True, schema: Obj | None = None, **fields: object) -> Obj:
    """One version; without a schema it knows ``spec.size`` only."""
    spec = {"type": "object", "properties": {"size": {"type": "integer"}}}
    known = {"type": "object", "properties": {"spec": spec}} if schema is None else schema
    return {"name": name, "served": True, "storage": storage, "schema": {"openAPIV3Schema": known}, **fields}


def definition(*versions: Obj, **spec: object) -> Obj:
    """A definition of Widgets."""
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": NAME},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "widgets", "kind": "Widget"},
            "versions": list(versions) or [version()],
            **spec,
        },
    }


def widget(name: str, api_version: str = "example.com/v1", **fields: object) -> Obj:
    """A Widget in the namespace ``default``."""
    return {"apiVersion": api_version, "kind": "Widget", "metadata": {"name": name, "namespace": "default"}, **fields}


def establish(rig: Rig, name: str = NAME) -> None:
    """Do what the API server's controller does with a definition."""
    found = rig.admin.get(CUSTOMRESOURCEDEFINITIONS, name)
    status = named_status(found, [found], NOW)
    found["status"] = with_condition(status, ESTABLISHED, TRUE, "InitialNamesAccepted", "the initial names have been accepted", NOW)
    rig.admin.update_status(CUSTOMRESOURCEDEFINITIONS, found)


def served(rig: Rig, wanted: Obj, version: str = "v1") -> Kind:
    """Create a definition, establish it, and return the kind of a version."""
    rig.admin.create(CUSTOMRESOURCEDEFINITIONS, wanted)
    establish(rig)
    kind = rig.admin.kinds.by_resource("example.com", version, "widgets")
    assert kind is not None
    return kind
