"""Discovery: which groups, versions and resources this server has, in the classic and the aggregated form.

Both are read off the kinds that a cluster serves. Unlike upstream there are no storage version hashes.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/discovery/``, ``.../discovery/aggregated/``.
"""

from __future__ import annotations

import functools

from cluster.apiserver.apiextensions.versions import version_order
from cluster.machinery.kinds.model import Kind, Subresource
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj

KEPT = 8
"""Of how many sets of kinds the documents are kept: each set is one cluster's at one time."""

JSON = "application/json"
_AGGREGATED = "application/json;g=apidiscovery.k8s.io;v={};as=APIGroupDiscoveryList"
_AGGREGATED_VERSIONS = ("v2", "v2beta1")
_VERSION: Obj = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.2",
    "gitCommit": "",
    "gitTreeState": "clean",
    "buildDate": "2026-04-22T00:00:00Z",
    "goVersion": "go1.26.2",
    "compiler": "gc",
    "platform": "linux/amd64",
}


def answer(path: str, accept: str, kinds: ServedKinds) -> tuple[str, Obj] | None:
    """Return content type and document of a discovery path (``/apis``, ``/api/v1``, ``/version``), or None for any other.

    ``accept``: the Accept header; at ``/api`` and ``/apis`` it may ask for the aggregated form. The document is shared:
    never change it.
    """
    if path in ("/api", "/apis"):
        version = _aggregated_version(accept)
        if version:
            return _AGGREGATED.format(version), _aggregated(path == "/api", version, kinds)
    document = _documents(kinds).get(path)
    return None if document is None else (JSON, document)


def _aggregated_version(accept: str) -> str:
    """Return the version of the aggregated form that the header prefers to plain JSON, or an empty string."""
    for clause in accept.split(","):
        media_type, *parameters = (part.strip() for part in clause.split(";"))
        pairs = dict(parameter.partition("=")[::2] for parameter in parameters)
        is_list = pairs.get("g") == "apidiscovery.k8s.io" and pairs.get("as") == "APIGroupDiscoveryList"
        if media_type == JSON and is_list and pairs.get("v") in _AGGREGATED_VERSIONS:
            return pairs["v"]
        if media_type in (JSON, "*/*") and "as" not in pairs:
            return ""
    return ""


@functools.lru_cache(KEPT)
def _documents(kinds: ServedKinds) -> dict[str, Obj]:
    groups = [_group(name, kinds) for name in _group_names(kinds) if name]
    documents: dict[str, Obj] = {
        "/version": _VERSION,
        "/api": _api_versions(kinds),
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups},
    }
    for group in groups:
        documents[f"/apis/{group['name']}"] = {"kind": "APIGroup", "apiVersion": "v1", **group}
    for name in _group_names(kinds):
        for version in _versions(name, kinds):
            documents[f"/apis/{name}/{version}" if name else f"/api/{version}"] = _resource_list(name, version, kinds)
    documents["/"] = {"paths": [*sorted(documents), "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz"]}
    return documents


def _group_names(kinds: ServedKinds) -> list[str]:
    return list(dict.fromkeys(kind.group for kind in kinds.all))


def _versions(group: str, kinds: ServedKinds) -> list[str]:
    return sorted({kind.version for kind in kinds.all if kind.group == group}, key=version_order)


def _kinds(group: str, version: str, kinds: ServedKinds) -> list[Kind]:
    return sorted((kind for kind in kinds.all if (kind.group, kind.version) == (group, version)), key=lambda kind: kind.plural)


def _api_versions(kinds: ServedKinds) -> Obj:
    addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443"}]
    return {"kind": "APIVersions", "versions": _versions("", kinds), "serverAddressByClientCIDRs": addresses}


def _group(name: str, kinds: ServedKinds) -> Obj:
    versions = [{"groupVersion": f"{name}/{version}", "version": version} for version in _versions(name, kinds)]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def _resource_list(group: str, version: str, kinds: ServedKinds) -> Obj:
    resources: list[Obj] = []
    for kind in _kinds(group, version, kinds):
        resources.append(_resource(kind))
        resources += [_subresource(kind, subresource) for subresource in sorted(kind.subresources, key=lambda each: each.name)]
    group_version = f"{group}/{version}" if group else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": resources}


def _resource(kind: Kind) -> Obj:
    entry: Obj = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        entry["shortNames"] = list(kind.short_names)
    if kind.categories:
        entry["categories"] = list(kind.categories)
    return entry


def _subresource(kind: Kind, subresource: Subresource) -> Obj:
    entry: Obj = {"name": f"{kind.plural}/{subresource.name}", "singularName": "", "namespaced": kind.namespaced}
    if (subresource.group, subresource.version) != (kind.group, kind.version):
        entry |= {"group": subresource.group, "version": subresource.version}
    return entry | {"kind": subresource.kind, "verbs": list(subresource.verbs)}


@functools.lru_cache(KEPT)
def _aggregated(is_core: bool, discovery_version: str, kinds: ServedKinds) -> Obj:
    groups = [""] if is_core else [name for name in _group_names(kinds) if name]
    items: list[Obj] = []
    for group in groups:
        versions = [
            {"version": version, "resources": [_discovered(kind) for kind in _kinds(group, version, kinds)], "freshness": "Current"}
            for version in _versions(group, kinds)
        ]
        items.append(
            {"metadata": {"name": group, "creationTimestamp": None} if group else {"creationTimestamp": None}, "versions": versions}
        )
    api_version = f"apidiscovery.k8s.io/{discovery_version}"
    return {"kind": "APIGroupDiscoveryList", "apiVersion": api_version, "metadata": {}, "items": items}


def _discovered(kind: Kind) -> Obj:
    entry: Obj = {
        "resource": kind.plural,
        "responseKind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        entry["shortNames"] = list(kind.short_names)
    if kind.categories:
        entry["categories"] = list(kind.categories)
    if kind.subresources:
        entry["subresources"] = [
            {
                "subresource": subresource.name,
                "responseKind": {"group": subresource.group, "version": subresource.version, "kind": subresource.kind},
                "verbs": list(subresource.verbs),
            }
            for subresource in sorted(kind.subresources, key=lambda each: each.name)
        ]
    return entry
