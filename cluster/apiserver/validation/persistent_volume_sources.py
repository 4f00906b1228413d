"""Rules for where a PersistentVolume lies: the one storage system that it names, and what that system cannot do without.

Upstream: ``pkg/apis/core/validation/validation.go`` (``validateHostPathVolumeSource``, ``validateCSIPersistentVolumeSource``
and their like).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, one_of
from cluster.machinery.errors import FieldError, forbidden_field, invalid, not_supported, required, too_long
from cluster.machinery.meta import Obj

_HOST_PATH_TYPES = ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")
_ISCSI_NAMES = {
    "iqn": re.compile(r"iqn\.[0-9]{4}-[0-9]{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)"),
    "eui": re.compile(r"eui.[A-Za-z0-9]{16}"),
    "naa": re.compile(r"naa.[A-Za-z0-9]{32}"),
}
_ISCSI_SHAPE = "must be valid format"
_ISCSI_TOTAL = "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified."
_LUN_RANGE = "must be between 0 and 255, inclusive"
_PARTITION_RANGE = "must be between 1 and 255, inclusive"
_QUOBYTE_REGISTRY = "must be a host:port pair or multiple pairs separated by commas"
_CACHING_MODES, _DISK_KINDS = ("None", "ReadOnly", "ReadWrite"), ("Dedicated", "Managed", "Shared")
_MANAGED_DISK = "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"
_BLOB_DISK = "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"
_CSI_SECRETS = ("controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef")
_DRIVER_LENGTH = 63


def _needed(source: Obj, path: str, *fields: str) -> list[FieldError]:
    return [required(f"{path}.{field}") for field in fields if not source.get(field)]


def _needs(*fields: str) -> Callable[[Obj, str], list[FieldError]]:
    return lambda source, path: _needed(source, path, *fields)


def _no_backsteps(where: str, path: str) -> list[FieldError]:
    return [invalid(path, where, "must not contain '..'")] if ".." in where.split("/") else []


def _secret_reference(source: Obj, path: str) -> list[FieldError]:
    return _needed(source["secretRef"], f"{path}.secretRef", "name", "namespace") if "secretRef" in source else []


def _host_path(source: Obj, path: str) -> list[FieldError]:
    where = source.get("path", "")
    if not where:
        return [required(f"{path}.path")]
    return _no_backsteps(where, f"{path}.path") + one_of(f"{path}.type", source.get("type", ""), _HOST_PATH_TYPES)


def _local(source: Obj, path: str) -> list[FieldError]:
    where = source.get("path", "")
    return _no_backsteps(where, f"{path}.path") if where else [required(f"{path}.path")]


def _partition(identifier: str) -> Callable[[Obj, str], list[FieldError]]:
    def validate(source: Obj, path: str) -> list[FieldError]:
        partition = source.get("partition", 0)
        faults = _needed(source, path, identifier)
        return faults if 0 <= partition <= 255 else [*faults, invalid(f"{path}.partition", partition, _PARTITION_RANGE)]

    return validate


def _glusterfs(source: Obj, path: str) -> list[FieldError]:
    faults = _needed(source, path, "endpoints", "path")
    namespace = source.get("endpointsNamespace")
    if namespace == "":
        faults.append(
            invalid(f"{path}.endpointsNamespace", namespace, "if the endpointnamespace is set, it must be a valid namespace name")
        )
    elif namespace is not None:
        faults += each_invalid(f"{path}.endpointsNamespace", namespace, names.dns_label(namespace))
    return faults


def _flocker(source: Obj, path: str) -> list[FieldError]:
    name, uid = source.get("datasetName", ""), source.get("datasetUUID", "")
    faults: list[FieldError] = []
    if not name and not uid:
        faults.append(required(path, "one of datasetName and datasetUUID is required"))
    if name and uid:
        faults.append(invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously"))
    if "/" in name:
        faults.append(invalid(f"{path}.datasetName", name, "must not contain '/'"))
    return faults


def _nfs(source: Obj, path: str) -> list[FieldError]:
    faults = _needed(source, path, "server", "path")
    where = source.get("path", "")
    return faults if where.startswith("/") else [*faults, invalid(f"{path}.path", where, "must be an absolute path")]


def _is_host_port(text: str) -> bool:
    host, _, port = text.rpartition(":")
    is_bracketed = host.startswith("[") and host.endswith("]")
    return ":" in text and (is_bracketed or ":" not in host) and ":" not in port


def _quobyte(source: Obj, path: str) -> list[FieldError]:
    registry = source.get("registry", "")
    if not registry:
        faults = [required(f"{path}.registry", _QUOBYTE_REGISTRY)]
    elif len(source.get("tenant", "")) >= 65:
        faults = [required(f"{path}.tenant", "must be a UUID and may not exceed a length of 64 characters")]
    else:
        wrong = [pair for pair in registry.split(",") if not _is_host_port(pair)]
        faults = [invalid(f"{path}.registry", registry, _QUOBYTE_REGISTRY) for _ in wrong]
    return faults + _needed(source, path, "volume")


def _is_iscsi_name(name: str) -> bool:
    shape = _ISCSI_NAMES.get(name[:3])
    return bool(shape and shape.fullmatch(name))


def _iscsi(source: Obj, path: str, volume_name: str) -> list[FieldError]:
    faults = _needed(source, path, "targetPortal")
    portal, initiator = source.get("targetPortal", ""), source.get("initiatorName")
    if initiator is not None and len(f"{volume_name}:{portal}") > 64:
        faults.append(invalid(f"{path}.targetportal", portal, _ISCSI_TOTAL))
    iqn, lun = source.get("iqn", ""), source.get("lun", 0)
    if not iqn:
        faults.append(required(f"{path}.iqn"))
    elif not _is_iscsi_name(iqn):
        faults.append(invalid(f"{path}.iqn", iqn, _ISCSI_SHAPE))
    if not 0 <= lun <= 255:
        faults.append(invalid(f"{path}.lun", lun, _LUN_RANGE))
    if (source.get("chapAuthDiscovery") or source.get("chapAuthSession")) and "secretRef" not in source:
        faults.append(required(f"{path}.secretRef"))
    if "secretRef" in source:
        faults += _needed(source["secretRef"], f"{path}.secretRef", "name")
    if initiator is not None and not _is_iscsi_name(initiator):
        faults.append(invalid(f"{path}.initiatorname", initiator, _ISCSI_SHAPE))
    return faults


def _fibre_channel(source: Obj, path: str) -> list[FieldError]:
    targets, identifiers, lun = source.get("targetWWNs") or [], source.get("wwids") or [], source.get("lun")
    faults: list[FieldError] = []
    if not targets and not identifiers:
        faults.append(required(f"{path}.targetWWNs", "must specify either targetWWNs or wwids, but not both"))
    if targets and identifiers:
        faults.append(invalid(f"{path}.targetWWNs", targets, "targetWWNs and wwids can not be specified simultaneously"))
    if targets and lun is None:
        faults.append(required(f"{path}.lun", "lun is required if targetWWNs is specified"))
    if targets and lun is not None and not 0 <= lun <= 255:
        faults.append(invalid(f"{path}.lun", lun, _LUN_RANGE))
    return faults


def _flex_volume(source: Obj, path: str) -> list[FieldError]:
    faults = _needed(source, path, "driver")
    for key in sorted(source.get("options") or ()):
        if f".{key.partition('/')[0].lower()}".endswith((".kubernetes.io", ".k8s.io")):
            faults.append(invalid(f"{path}.options[{key}]", key, "kubernetes.io and k8s.io namespaces are reserved"))
    return faults


def _azure_file(source: Obj, path: str) -> list[FieldError]:
    faults = _needed(source, path, "secretName", "shareName")
    return [*faults, required(f"{path}.secretNamespace")] if source.get("secretNamespace") == "" else faults


def _azure_disk(source: Obj, path: str) -> list[FieldError]:
    faults = _needed(source, path, "diskName", "diskURI")
    uri, kind = source.get("diskURI", ""), source.get("kind", "Shared")
    if "cachingMode" in source:
        faults += one_of(f"{path}.cachingMode", source["cachingMode"], _CACHING_MODES)
    faults += one_of(f"{path}.kind", kind, _DISK_KINDS)
    if kind == "Managed" and not uri.startswith("/subscriptions/"):
        faults.append(not_supported(f"{path}.diskURI", uri, (_MANAGED_DISK,)))
    if kind != "Managed" and not uri.startswith("https://"):
        faults.append(not_supported(f"{path}.diskURI", uri, (_BLOB_DISK,)))
    return faults


def _cinder(source: Obj, path: str) -> list[FieldError]:
    return _needed(source, path, "volumeID") + _secret_reference(source, path)


def _storage_os(source: Obj, path: str) -> list[FieldError]:
    faults: list[FieldError] = []
    for field, is_needed in (("volumeName", True), ("volumeNamespace", False)):
        name = source.get(field, "")
        if name:
            faults += each_invalid(f"{path}.{field}", name, names.dns_label(name))
        elif is_needed:
            faults.append(required(f"{path}.{field}"))
    return faults + _secret_reference(source, path)


def validate_csi_driver_name(name: str, path: str) -> list[FieldError]:
    """Judge the name of a CSI driver: a subdomain, upper case allowed, of up to 63 characters."""
    faults = [] if name else [required(path)]
    if len(name) > _DRIVER_LENGTH:
        faults.append(too_long(path, _DRIVER_LENGTH))
    return faults + each_invalid(path, name, names.dns_subdomain(name.lower()))


def _csi(source: Obj, path: str) -> list[FieldError]:
    faults = validate_csi_driver_name(source.get("driver", ""), f"{path}.driver") + _needed(source, path, "volumeHandle")
    for field in _CSI_SECRETS:
        if field in source:
            for part, check in (("name", names.dns_subdomain), ("namespace", names.dns_label)):
                value = source[field].get(part, "")
                here = f"{path}.{field}.{part}"
                faults += each_invalid(here, value, check(value)) if value else [required(here)]
    return faults


_SOURCES: Mapping[str, Callable[[Obj, str], list[FieldError]]] = {
    "hostPath": _host_path,
    "gcePersistentDisk": _partition("pdName"),
    "awsElasticBlockStore": _partition("volumeID"),
    "glusterfs": _glusterfs,
    "flocker": _flocker,
    "nfs": _nfs,
    "rbd": _needs("monitors", "image"),
    "quobyte": _quobyte,
    "cephfs": _needs("monitors"),
    "iscsi": lambda source, path: _iscsi(source, path, ""),
    "cinder": _cinder,
    "fc": _fibre_channel,
    "flexVolume": _flex_volume,
    "azureFile": _azure_file,
    "vsphereVolume": _needs("volumePath"),
    "photonPersistentDisk": _needs("pdID"),
    "portworxVolume": _needs("volumeID"),
    "azureDisk": _azure_disk,
    "scaleIO": _needs("gateway", "system", "volumeName"),
    "local": _local,
    "storageos": _storage_os,
    "csi": _csi,
}
"""Every source with its rules, in the order in which upstream looks for them."""

SOURCE_FIELDS = tuple(_SOURCES)
_OTHER_PATHS = {"gcePersistentDisk": "persistentDisk"}
"""What the faults of a source call it, where that is not its field."""


def validate_source(spec: Obj, path: str, volume_name: str, *, has_node_affinity: bool) -> list[FieldError]:
    """Judge the source of a PersistentVolume's spec, and that there is one and no other."""
    faults: list[FieldError] = []
    used = [field for field in SOURCE_FIELDS if field in spec]
    for index, field in enumerate(used):
        here = f"{path}.{_OTHER_PATHS.get(field, field)}"
        if index and field != "flexVolume":
            faults.append(forbidden_field(f"{path}.{'cephFS' if field == 'cephfs' else field}", "may not specify more than 1 volume type"))
            continue
        faults += _iscsi(spec[field], here, volume_name) if field == "iscsi" else _SOURCES[field](spec[field], here)
        if field == "local" and not has_node_affinity:
            faults.append(required(f"{path}.nodeAffinity", "Local volume requires node affinity"))
    return faults if used else [required(path, "must specify a volume type")]
