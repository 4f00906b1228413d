"""The volumes of one pod: mounted before its first container starts, kept current, taken away with the pod.

What cannot be mounted is told by a FailedMount Event and tried again after half a second, one, two ... up to 122 s. Volumes made of
objects lie in memory (``MountedFiles``) and are worked out anew at each sync of the pod; a changed object is seen at the pod's next
one, within the minute, and by a ``subPath`` never. So neither they nor tokens cost a write.

Upstream: ``pkg/kubelet/volumemanager/volume_manager.go``, ``pkg/volume/util/operationexecutor``, ``pkg/kubelet/kubelet_pods.go``
(makeMounts).
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping

from cluster.kubelet.cri_config import full_name, pod_hostname
from cluster.kubelet.environment import ConfigError
from cluster.kubelet.expansion import expand
from cluster.kubelet.pod_state import PodState
from cluster.kubelet.volumes.attachments import NotAttachedError
from cluster.kubelet.volumes.content import (
    Files,
    VolumeError,
    config_map_files,
    downward_files,
    is_token_volume,
    projected_files,
    secret_files,
)
from cluster.kubelet.volumes.paths import (
    hosts_folder,
    is_known_folder,
    persistent_path,
    pod_folder,
    subpath_folder,
    termination_path,
    volume_path,
)
from cluster.machinery.cri import Mount
from cluster.machinery.errors import ApiError
from cluster.machinery.hosts_file import hosts_text
from cluster.machinery.kinds.core import CONFIGMAPS, PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES, SECRETS
from cluster.machinery.meta import SECOND, Obj, SimTime

FIRST_RETRY, LAST_RETRY = 0.5, 122.0
"""Seconds between tries to mount a volume; it doubles."""
PATIENCE = 123.0
"""Seconds after which a pod tells that its volumes have not come (podAttachAndMountTimeout)."""
VOLUMES = "/volumes"
"""Stands for the volumes where containers are named."""
_OF_OBJECTS = ("configMap", "secret", "downwardAPI", "projected")


class LazyFiles(Mapping[str, bytes]):
    """Files whose content is worked out when it is read."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def __getitem__(self, path: str) -> bytes:
        return self._files[path]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


ETC_HOSTS = "/etc/hosts"


def has_own_hosts(pod: Obj) -> bool:
    """Whether a pod says more of its ``/etc/hosts`` than its name."""
    return bool(pod["spec"].get("hostAliases") or pod["spec"].get("subdomain"))


class MountedReferences:
    """The ConfigMaps and Secrets of a pod's namespace. ``is_mounted``: changes are to reach the pod."""

    def __init__(self, state: PodState, namespace: str, *, is_mounted: bool) -> None:
        self._state, self._namespace, self._is_mounted = state, namespace, is_mounted

    def config_map(self, name: str) -> Obj | None:
        """Return a ConfigMap, or None."""
        return self._state.node.objects.get(CONFIGMAPS, self._namespace, name, self._state.uid, is_mounted=self._is_mounted)

    def secret(self, name: str) -> Obj | None:
        """Return a Secret, or None."""
        return self._state.node.objects.get(SECRETS, self._namespace, name, self._state.uid, is_mounted=self._is_mounted)


class PodVolumes:
    """Mounts the volumes of one pod."""

    def __init__(self, state: PodState) -> None:
        self._state, self._node = state, state.node
        self._paths: dict[str, str] = {}
        self._content: dict[str, LazyFiles] = {}
        self._mounted: list[str] = []
        self._has_records = True
        self._can_change = self._is_set_up = False
        self._failures = 0
        self._since: SimTime | None = None

    def set_up(self, pod: Obj, now: SimTime) -> bool:
        """Mount what is not mounted yet; whether all is there. What fails is told, and tried again later."""
        if self._is_set_up:
            return True
        volumes = pod["spec"].get("volumes") or ()
        if self._state.waits.get(VOLUMES, now) > now:
            return False
        faults = []
        for volume in volumes:
            if volume["name"] not in self._paths:
                try:
                    self._paths[volume["name"]] = self._mount(pod, volume)
                except VolumeError as error:
                    faults.append((volume["name"], error))
        if not faults:
            if has_own_hosts(pod):
                self._show(hosts_folder(self._state.uid), lambda: {"hosts": self._hosts(pod)})
            self._has_records = any("emptyDir" in volume for volume in volumes)
            for name in _containers_with_commands(pod):
                self.show_last_words(name)
            self._state.waits.pop(VOLUMES, None)
            self._is_set_up = True
            return True
        self._tell(faults, now)
        self._state.wait(VOLUMES, min(FIRST_RETRY * 2**self._failures, LAST_RETRY))
        self._failures += 1
        return False

    def refresh(self, pod: Obj) -> None:
        """Let the volumes made of objects show these as they are now; what has gone meanwhile stays as it was."""
        for volume in pod["spec"]["volumes"] if self._can_change else ():
            if volume["name"] in self._content:
                try:
                    self._content[volume["name"]] = LazyFiles(self._files(pod, volume))
                except VolumeError:
                    continue

    def mounts(self, pod: Obj, container: Obj, values: Mapping[str, str]) -> tuple[Mount, ...]:
        """Return what a container sees where; ``values``: its environment. Raises ConfigError."""
        found = []
        for index, mount in enumerate(container.get("volumeMounts") or ()):
            name, path = mount["name"], self._paths.get(mount["name"], "")
            sub_path = mount.get("subPath") or expand(mount.get("subPathExpr") or "", values)
            if ".." in sub_path.split("/") or sub_path.startswith("/"):
                raise ConfigError(f'failed to prepare subPath for volumeMount "{name}" of container "{container["name"]}"')
            if sub_path:
                path = self._sub_path(container["name"], name, path, sub_path, index)
            found.append(Mount(mount["mountPath"], path, bool(mount.get("readOnly")) or name in self._content))
        if has_own_hosts(pod) and all(mount.container_path != ETC_HOSTS for mount in found):
            found.append(Mount(ETC_HOSTS, f"{hosts_folder(self._state.uid)}/hosts"))
        return tuple(found)

    def tear_down(self) -> None:
        """Take everything away that lies in the pod's folder."""
        for path in self._mounted:
            self._node.files.unmount(path)
        if self._has_records:
            self._node.files.remove(pod_folder(self._state.uid))
        self._node.objects.release(self._state.uid)
        self._node.tokens.release(self._state.uid)
        self._node.attachments.release(self._state.uid)
        self._paths, self._content, self._mounted = {}, {}, []
        self._has_records = self._is_set_up = False

    def _mount(self, pod: Obj, volume: Obj) -> str:
        path = volume_path(self._state.uid, volume)
        if path is not None:
            name = volume["name"]
            if "emptyDir" in volume:
                self._show(path, dict)
            else:
                self._content[name] = LazyFiles(self._files(pod, volume))
                self._can_change |= not is_token_volume(volume)
                self._show(path, lambda: self._content.get(name, {}))
            return path
        if "hostPath" in volume:
            return self._host_path(volume["hostPath"])
        if "persistentVolumeClaim" in volume or "ephemeral" in volume:
            return self._claimed(pod, volume)
        path = f"{pod_folder(self._state.uid)}/volumes/kubernetes.io~other/{volume['name']}"
        self._show(path, dict)
        return path

    def _show(self, path: str, content: Callable[[], Mapping[str, bytes]]) -> None:
        self._node.files.mount(path, content)
        self._mounted.append(path)

    def show_last_words(self, name: str) -> None:
        """Let each attempt of a container find an empty file for its last words; what it writes there goes to the disk."""
        runtime, uid = self._node.runtime, self._state.uid
        folder = posixpath.dirname(termination_path(uid, name, 0))
        self._has_records = True
        if folder in self._mounted:
            return

        def content() -> dict[str, bytes]:
            attempts = [status.attempt for status in runtime.list_containers(uid) if status.name == name]
            return {str(attempt): b"" for attempt in range(max(attempts, default=-1) + 2)}

        self._show(folder, content)

    def _files(self, pod: Obj, volume: Obj) -> Files:
        namespace = pod["metadata"]["namespace"]
        references = MountedReferences(self._state, namespace, is_mounted=True)
        if "configMap" in volume:
            return config_map_files(volume["configMap"], references)
        if "secret" in volume:
            return secret_files(volume["secret"], references)
        if "downwardAPI" in volume:
            return downward_files(volume["downwardAPI"], self._state.facts(pod))
        tokens, facts = self._node.tokens, self._state.facts(pod)
        return projected_files(
            volume["projected"], facts, references, lambda source: tokens.get(pod, source), lambda: tokens.root_ca(namespace)
        )

    def _host_path(self, source: Obj) -> str:
        path, kind, files = source["path"], source.get("type") or "", self._node.files
        is_folder = is_known_folder(path) or files.names(path) is not None
        is_file = files.read(path) is not None
        if kind == "DirectoryOrCreate" and not is_folder:
            files.make_folder(path)
        elif kind == "FileOrCreate" and not is_file:
            files.write(path, b"")
        elif (kind == "Directory" and not is_folder) or (kind == "File" and not is_file):
            raise VolumeError(f"hostPath type check failed: {path} is not a {'directory' if kind == 'Directory' else 'file'}")
        elif kind in ("Socket", "CharDevice", "BlockDevice"):
            what = {"Socket": "socket file", "CharDevice": "character device", "BlockDevice": "block device"}[kind]
            raise VolumeError(f"hostPath type check failed: {path} is not a {what}")
        return str(path)

    def _claimed(self, pod: Obj, volume: Obj) -> str:
        namespace, client = pod["metadata"]["namespace"], self._node.client
        source = volume.get("persistentVolumeClaim") or {}
        name = source.get("claimName") or f"{pod['metadata']['name']}-{volume['name']}"
        try:
            claim = client.get(PERSISTENTVOLUMECLAIMS, name, namespace)
            bound = claim["spec"].get("volumeName", "")
            if (claim.get("status") or {}).get("phase") != "Bound" or not bound:
                raise VolumeError(f"error processing PVC {namespace}/{name}: PVC is not bound")
            found = client.get(PERSISTENTVOLUMES, bound)
            self._node.attachments.use(self._state.uid, found)
            return persistent_path(found)
        except ApiError as error:
            raise VolumeError(f"error processing PVC {namespace}/{name}: failed to fetch PVC from API server: {error}") from None

    def _sub_path(self, container: str, volume: str, path: str, sub_path: str, index: int) -> str:
        content = self._content.get(volume)
        if content is None:
            return posixpath.join(path, sub_path)
        below = f"{sub_path.rstrip('/')}/"
        shown = {f"{index}{name.removeprefix(sub_path)}": content[name] for name in content if name == sub_path or name.startswith(below)}
        folder = f"{subpath_folder(self._state.uid, volume, container)}/{index}"
        self._show(folder, lambda: shown)
        return f"{folder}/{index}"

    def _hosts(self, pod: Obj) -> bytes:
        name, spec = pod_hostname(pod), pod["spec"]
        full = (full_name(pod, name),) if spec.get("subdomain") and "." not in name else ()
        ip = "" if spec.get("hostNetwork") else self._state.pod_ip()
        return hosts_text(ip, (*full, name), spec.get("hostAliases") or ()).encode()

    def _tell(self, faults: list[tuple[str, VolumeError]], now: SimTime) -> None:
        unbound = [name for name, error in faults if str(error).startswith("error processing PVC")]
        unattached = [name for name, error in faults if isinstance(error, NotAttachedError)]
        for name, error in faults:
            if name not in (*unbound, *unattached):
                self._state.tell("", "Warning", "FailedMount", f'MountVolume.SetUp failed for volume "{name}" : {error}')
        if self._since is None:
            self._since = now
        reason = "; ".join(str(error) for name, error in faults if name in unbound)
        if not reason and now - self._since >= PATIENCE * SECOND:
            reason, self._since = "context deadline exceeded", now
        if reason:
            missing = " ".join(name for name, _ in faults)
            words = f"unmounted volumes=[{missing}], unattached volumes=[{' '.join(unattached)}], failed to process volumes="
            words = f"{words}[{' '.join(unbound)}]: {reason}"
            self._state.tell("", "Warning", "FailedMount", f"Unable to attach or mount volumes: {words}")


def _containers_with_commands(pod: Obj) -> list[str]:
    """Return the containers that run a command of the pod's own, which could write a termination message."""
    fields = ("initContainers", "containers", "ephemeralContainers")
    return [c["name"] for field in fields for c in pod["spec"].get(field) or () if c.get("command") or c.get("args")]
