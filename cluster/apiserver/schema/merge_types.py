"""The published definitions as structured merge wants them, and the empty object that a create is compared with.

Upstream: ``staging/src/k8s.io/client-go/applyconfigurations/internal/internal.go`` is generated from the same definitions.
"""

from __future__ import annotations

import functools

from cluster.apiserver.schema.decoder import struct_decoder
from cluster.apiserver.schema.definitions import Typed, definition_name, definitions, reference, type_of
from cluster.machinery.apply import MergeType
from cluster.machinery.apply.openapi import type_of as merge_type_of
from cluster.machinery.meta import Obj

_KEY_DEFAULTS: dict[str, dict[str, object]] = {
    "io.k8s.api.core.v1.ContainerPort": {"protocol": "TCP"},
    "io.k8s.api.core.v1.LocalObjectReference": {"name": ""},
    "io.k8s.api.core.v1.ServicePort": {"protocol": "TCP"},
}
"""Defaults of key fields that the published definitions leave out."""


def merge_type(typed: Typed) -> MergeType:
    """Return the type of a kind's objects, or of a subresource's body. Raises KeyError."""
    return _merge_type(definition_name(typed))


def empty(typed: Typed) -> Obj:
    """Return an object of a kind in which nothing was said, as Go writes it: plain structs are there, what Go cannot leave out is null.

    Shared: never change it.
    """
    return _empty(definition_name(typed), f"{typed.group}/{typed.version}" if typed.group else typed.version, typed.kind)


@functools.cache
def _merge_type(definition: str) -> MergeType:
    return merge_type_of(_definitions(), _definitions()[definition])


@functools.cache
def _definitions() -> dict[str, Obj]:
    found = dict(definitions())
    for name, defaults in _KEY_DEFAULTS.items():
        properties = found[name]["properties"]
        known = {field: {**properties[field], "default": value} for field, value in defaults.items()}
        found[name] = {**found[name], "properties": {**properties, **known}}
    return found


@functools.cache
def _empty(definition: str, api_version: str, kind: str) -> Obj:
    decoded = struct_decoder(definition)({}, [])
    assert isinstance(decoded, dict)
    return {"apiVersion": api_version, "kind": kind, **_with_nulls(definition, decoded)}


def _with_nulls(definition: str, obj: Obj) -> Obj:
    schema = definitions()[definition]
    properties = schema.get("properties") or {}
    completed = {
        name: _with_nulls(reference(properties[name]), value) if isinstance(value, dict) and reference(properties.get(name, {})) else value
        for name, value in obj.items()
    }
    for name in schema.get("required") or ():
        if name not in completed and (reference(properties[name]) or type_of(properties[name]) in ("array", "object")):
            completed[name] = None
    return completed
