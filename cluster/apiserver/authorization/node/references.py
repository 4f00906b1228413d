"""What a pod needs of other objects: its kubelet has to read them.

Upstream: ``pkg/api/v1/pod/util.go`` (``VisitPodSecretNames``, ``VisitPodConfigmapNames``), ``pkg/api/v1/persistentvolume/util.go``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cluster.machinery.meta import Obj

_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_VOLUME_SECRETS = {
    "azureFile": "secretName",
    "secret": "secretName",
    "cephfs": "secretRef",
    "cinder": "secretRef",
    "flexVolume": "secretRef",
    "rbd": "secretRef",
    "scaleIO": "secretRef",
    "iscsi": "secretRef",
    "storageos": "secretRef",
    "csi": "nodePublishSecretRef",
}
"""Where a volume source names a Secret: the name, or a reference to it."""
_CSI_SECRETS = (
    "controllerPublishSecretRef",
    "nodePublishSecretRef",
    "nodeStageSecretRef",
    "controllerExpandSecretRef",
    "nodeExpandSecretRef",
)


def secrets_of(pod: Obj) -> set[str]:
    """Return the names of the Secrets that a pod uses."""
    spec = pod["spec"]
    found = {reference.get("name", "") for reference in spec.get("imagePullSecrets") or ()}
    found.update(_from_environment(spec, "secretKeyRef", "secretRef"))
    for volume in spec.get("volumes") or ():
        for source, field in _VOLUME_SECRETS.items():
            named = (volume.get(source) or {}).get(field, "")
            found.add(named.get("name", "") if isinstance(named, dict) else named)
        found.update(_projected(volume, "secret"))
    return found - {""}


def config_maps_of(pod: Obj) -> set[str]:
    """Return the names of the ConfigMaps that a pod uses."""
    spec = pod["spec"]
    found = set(_from_environment(spec, "configMapKeyRef", "configMapRef"))
    for volume in spec.get("volumes") or ():
        found.add((volume.get("configMap") or {}).get("name", ""))
        found.update(_projected(volume, "configMap"))
    return found - {""}


def claims_of(pod: Obj) -> set[str]:
    """Return the names of the PersistentVolumeClaims that a pod uses; one of an ephemeral volume is named after both."""
    found: set[str] = set()
    for volume in pod["spec"].get("volumes") or ():
        if volume.get("persistentVolumeClaim"):
            found.add(volume["persistentVolumeClaim"].get("claimName", ""))
        elif volume.get("ephemeral"):
            found.add(f"{pod['metadata']['name']}-{volume['name']}")
    return found - {""}


def volume_secrets_of(volume: Obj) -> set[tuple[str, str]]:
    """Return namespace and name of the Secrets that a PersistentVolume needs; those of its claim's namespace name none."""
    spec = volume["spec"]
    claim = (spec.get("claimRef") or {}).get("namespace", "")
    references: list[Obj] = [(spec.get("csi") or {}).get(field) or {} for field in _CSI_SECRETS]
    for source, field in _VOLUME_SECRETS.items():
        named = (spec.get(source) or {}).get(field)
        if isinstance(named, dict):
            references.append(named)
        elif named:
            references.append({"name": named, "namespace": spec[source].get("secretNamespace", "")})
    return {(each.get("namespace") or claim, each["name"]) for each in references if each.get("name")}


def _from_environment(spec: Obj, key_source: str, source: str) -> Iterator[str]:
    for field in _CONTAINERS:
        containers: Sequence[Obj] = spec.get(field) or ()
        for container in containers:
            for variable in container.get("env") or ():
                yield ((variable.get("valueFrom") or {}).get(key_source) or {}).get("name", "")
            for every in container.get("envFrom") or ():
                yield (every.get(source) or {}).get("name", "")


def _projected(volume: Obj, source: str) -> Iterator[str]:
    return ((each.get(source) or {}).get("name", "") for each in (volume.get("projected") or {}).get("sources") or ())
