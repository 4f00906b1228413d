"""Conversion between the versions of a custom resource: without a webhook only the version's name changes.

What comes from etcd is pruned and filled with the defaults of the version that is asked for, since its schema may have changed. A webhook
is not called: there is no network to call it over, and its versions are converted as if there were none.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/conversion/nop_converter.go``,
``.../customresource_handler.go`` (``schemaCoercingDecoder``, ``unstructuredDefaulter``).
"""

from __future__ import annotations

from cluster.apiserver.apiextensions.defaulting import set_defaults
from cluster.apiserver.apiextensions.pruning import prune
from cluster.machinery.meta import Obj


class VersionConversion:
    """Implements ``Conversion``. ``api_version``: the one that is served, ``kept``: the one that etcd has; ``schema``: of the former."""

    def __init__(self, api_version: str, kept: str, schema: Obj) -> None:
        self._api_version, self._kept, self._schema = api_version, kept, schema

    def to_storage(self, obj: Obj) -> Obj:
        """Return the object as it is kept."""
        return {**obj, "apiVersion": self._kept}

    def from_storage(self, obj: Obj) -> Obj:
        """Return a kept object as this version has it."""
        served = {**obj, "apiVersion": self._api_version}
        prune(served, self._schema, is_resource=True)
        set_defaults(served, self._schema)
        return served
