"""The files of volumes that are made of objects: ConfigMap, Secret, downward API, and projected ones of several of these. Pure.

Differs from upstream in that files have neither mode nor owner, and that there is no ``..data`` link: what changes, changes at once.
Upstream: ``pkg/volume/{configmap,secret,downwardapi,projected}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cluster.kubelet.downward import FieldError, PodFacts, field_value, resource_value
from cluster.kubelet.environment import References, config_map_bytes, secret_bytes
from cluster.machinery.meta import Obj

ROOT_CA = "kube-root-ca.crt"
"""The ConfigMap that every namespace has; as part of a projected volume it is read when a program reads it."""

Files = dict[str, Callable[[], bytes]]
"""Path below the volume -> what gives the file's content when it is read."""


class VolumeError(Exception):
    """Why a volume cannot be mounted, in the words of a FailedMount Event."""


def config_map_files(source: Obj, references: References) -> Files:
    """Return the files of a ``configMap`` source. Raises VolumeError."""
    name = source.get("name", "")
    config_map = references.config_map(name)
    if config_map is None:
        if source.get("optional"):
            return {}
        raise VolumeError(f'configmap "{name}" not found')
    return _selected(source, config_map_bytes(config_map), "configmap references non-existent config key: ")


def secret_files(source: Obj, references: References) -> Files:
    """Return the files of a ``secret`` source, as a volume or as a part of one. Raises VolumeError."""
    name = source.get("secretName") or source.get("name", "")
    secret = references.secret(name)
    if secret is None:
        if source.get("optional"):
            return {}
        raise VolumeError(f'secret "{name}" not found')
    return _selected(source, secret_bytes(secret), "references non-existent secret key: ")


def downward_files(source: Obj, facts: PodFacts) -> Files:
    """Return the files of a ``downwardAPI`` source. Raises VolumeError."""
    files: Files = {}
    for item in source.get("items") or ():
        try:
            if "fieldRef" in item:
                text = field_value(facts, item["fieldRef"]["fieldPath"])
            else:
                text = resource_value(facts, item["resourceFieldRef"], {})
        except FieldError as error:
            raise VolumeError(str(error)) from None
        files[item["path"]] = _fixed(text.encode())
    return files


def projected_files(
    source: Obj, facts: PodFacts, references: References, token: Callable[[Obj], bytes], root_ca: Callable[[], bytes]
) -> Files:
    """Return the files of a ``projected`` source. ``token`` gets a token for a ``serviceAccountToken``. Raises VolumeError."""
    files: Files = {}
    faults: list[str] = []
    for part in source.get("sources") or ():
        try:
            if "serviceAccountToken" in part:
                files[part["serviceAccountToken"]["path"]] = _later(token, part["serviceAccountToken"])
            elif "configMap" in part and part["configMap"].get("name") == ROOT_CA:
                files.update({item["path"]: root_ca for item in part["configMap"].get("items") or ({"path": "ca.crt"},)})
            elif "configMap" in part:
                files.update(config_map_files(part["configMap"], references))
            elif "secret" in part:
                files.update(secret_files(part["secret"], references))
            elif "downwardAPI" in part:
                files.update(downward_files(part["downwardAPI"], facts))
        except VolumeError as error:
            faults.append(str(error))
    if faults:
        raise VolumeError(faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]")
    return files


def is_token_volume(volume: Obj) -> bool:
    """Whether a volume holds what every pod gets, a token, the certificate beside it and its namespace: none of it ever changes."""
    return all(map(_is_fixed, (volume.get("projected") or {}).get("sources") or ({},)))


def _is_fixed(source: Obj) -> bool:
    if "downwardAPI" in source:
        return all(
            (item.get("fieldRef") or {}).get("fieldPath") == "metadata.namespace" for item in source["downwardAPI"].get("items") or ()
        )
    return "serviceAccountToken" in source or (source.get("configMap") or {}).get("name") == ROOT_CA


def _selected(source: Obj, content: Mapping[str, bytes], missing: str) -> Files:
    items = source.get("items")
    if not items:
        return {key: _fixed(content[key]) for key in sorted(content)}
    files: Files = {}
    for item in items:
        if item["key"] in content:
            files[item["path"]] = _fixed(content[item["key"]])
        elif not source.get("optional"):
            raise VolumeError(f"{missing}{item['key']}")
    return files


def _fixed(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def _later(token: Callable[[Obj], bytes], source: Obj) -> Callable[[], bytes]:
    return lambda: token(source)
