"""Rules for the volumes of a pod: one source each, and what that source cannot do without.

Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateVolumes``, ``validateVolumeSource``). Sources that only
name a storage system are checked for being the only one.
"""

from __future__ import annotations

from cluster.apiserver.validation import names
from cluster.apiserver.validation.container import validate_relative_path
from cluster.apiserver.validation.environment import validate_field_ref
from cluster.apiserver.validation.fields import each_invalid, one_of
from cluster.machinery.errors import FieldError, duplicate, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_SOURCES = (
    *("emptyDir", "hostPath", "gitRepo", "gcePersistentDisk", "awsElasticBlockStore", "secret", "nfs", "iscsi", "glusterfs"),
    *("persistentVolumeClaim", "rbd", "cinder", "cephfs", "flocker", "downwardAPI", "fc", "flexVolume", "configMap", "azureFile"),
    *("vsphereVolume", "photonPersistentDisk", "azureDisk", "storageos", "scaleIO", "projected", "portworxVolume", "quobyte"),
    *("csi", "ephemeral", "image"),
)
_REQUIRED_FIELDS = {
    "hostPath": ("path",),
    "secret": ("secretName",),
    "nfs": ("server", "path"),
    "persistentVolumeClaim": ("claimName",),
    "configMap": ("name",),
    "csi": ("driver",),
}
_HOST_PATH_TYPES = ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")
_MODE_RANGE = "must be a number between 0 and 0777 (octal), both inclusive"


def validate_volumes(volumes: list[Obj], path: str) -> list[FieldError]:
    """Judge the volumes of a pod and that no two have one name."""
    faults: list[FieldError] = []
    seen: set[str] = set()
    for index, volume in enumerate(volumes):
        here = f"{path}[{index}]"
        faults += _validate_source(volume, here)
        name = volume.get("name", "")
        if not name:
            faults.append(required(f"{here}.name"))
        else:
            faults += each_invalid(f"{here}.name", name, names.dns_label(name))
        if name and name in seen:
            faults.append(duplicate(f"{here}.name", name))
        seen.add(name)
    return faults


def _validate_source(volume: Obj, path: str) -> list[FieldError]:
    used = [name for name in _SOURCES if name in volume]
    if not used:
        return [required(path, "must specify a volume type")]
    faults = _validate_one_source(used[0], volume[used[0]], f"{path}.{used[0]}")
    return faults + [forbidden_field(f"{path}.{name}", "may not specify more than 1 volume type") for name in used[1:]]


def _validate_one_source(name: str, source: Obj, path: str) -> list[FieldError]:
    faults = [required(f"{path}.{field}") for field in _REQUIRED_FIELDS.get(name, ()) if not source.get(field)]
    if name == "hostPath":
        faults += one_of(f"{path}.type", source.get("type", ""), _HOST_PATH_TYPES)
        if ".." in source.get("path", "").split("/"):
            faults.append(invalid(f"{path}.path", source["path"], "must not contain '..'"))
    if name in ("secret", "configMap", "downwardAPI", "projected"):
        faults += _validate_mode(source.get("defaultMode"), f"{path}.defaultMode")
    if name in ("secret", "configMap"):
        faults += _validate_items(source.get("items") or [], f"{path}.items")
    if name == "downwardAPI":
        faults += _validate_downward_items(source.get("items") or [], f"{path}.items")
    if name == "projected":
        faults += _validate_projected(source.get("sources") or [], f"{path}.sources")
    return faults


def _validate_mode(mode: int | None, path: str) -> list[FieldError]:
    return [] if mode is None or 0 <= mode <= 0o777 else [invalid(path, mode, _MODE_RANGE)]


def _validate_item_path(item: Obj, path: str) -> list[FieldError]:
    where = item.get("path", "")
    if not where:
        return [required(f"{path}.path")]
    faults = validate_relative_path(where, f"{path}.path")
    if where.startswith("..") and not faults:
        faults.append(invalid(f"{path}.path", where, "must not start with '..'"))
    return faults


def _validate_items(items: list[Obj], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, item in enumerate(items):
        here = f"{path}[{index}]"
        if not item.get("key"):
            faults.append(required(f"{here}.key"))
        faults += _validate_item_path(item, here)
        faults += _validate_mode(item.get("mode"), f"{here}.mode")
    return faults


def _validate_downward_items(items: list[Obj], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, item in enumerate(items):
        here = f"{path}[{index}]"
        faults += _validate_item_path(item, here)
        if "fieldRef" in item:
            field = item["fieldRef"].get("fieldPath")
            faults += validate_field_ref(item["fieldRef"], here) if field not in ("metadata.labels", "metadata.annotations") else []
        elif "resourceFieldRef" not in item:
            faults.append(required(here, "one of fieldRef and resourceFieldRef is required"))
        faults += _validate_mode(item.get("mode"), f"{here}.mode")
    return faults


def _validate_projected(sources: list[Obj], path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for index, source in enumerate(sources):
        here = f"{path}[{index}]"
        if len(source) > 1:
            faults += [forbidden_field(f"{here}.{name}", "may not specify more than 1 volume type per source") for name in list(source)[1:]]
        for name in ("secret", "configMap"):
            if name in source:
                faults += [] if source[name].get("name") else [required(f"{here}.{name}.name")]
                faults += _validate_items(source[name].get("items") or [], f"{here}.{name}.items")
        if "downwardAPI" in source:
            faults += _validate_downward_items(source["downwardAPI"].get("items") or [], f"{here}.downwardAPI.items")
        if "serviceAccountToken" in source:
            faults += _validate_token(source["serviceAccountToken"], f"{here}.serviceAccountToken")
        if not source:
            faults.append(required(here, "must specify exactly one source"))
    return faults


def _validate_token(token: Obj, path: str) -> list[FieldError]:
    seconds = token.get("expirationSeconds", 3600)
    faults: list[FieldError] = []
    if seconds < 600:
        faults.append(invalid(f"{path}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes"))
    if seconds > 2**32:
        faults.append(invalid(f"{path}.expirationSeconds", seconds, "may not specify a duration larger than 2^32 seconds"))
    return faults if token.get("path") else [*faults, required(f"{path}.path")]
