"""The files that a container finds: its image's, and those that say where it runs.

Upstream: containerd writes ``/etc/hostname`` and ``/etc/resolv.conf`` (``internal/cri/server/podsandbox/sandbox_run_linux.go``); the
kubelet mounts ``/etc/hosts`` where a pod says more of it than its name, and elsewhere there is one of the same form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from cluster.container_runtime.image_table import ImageRow
from cluster.container_runtime.records import ContainerRecord, PodRecord
from cluster.engine.clock import Clock
from cluster.machinery.hosts_file import hosts_text
from cluster.machinery.meta import SECOND

_FOLDERS = (
    "/bin/",
    "/etc/",
    "/home/",
    "/proc/",
    "/root/",
    "/run/",
    "/sys/",
    "/tmp/",
    "/usr/",
    "/usr/bin/",
    "/var/",
    "/var/log/",
    "/var/run/",
    "/dev/",
)
_PASSWD = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
_SYSTEMS = {
    True: 'NAME="Alpine Linux"\nID=alpine\nPRETTY_NAME="Alpine Linux v3.22"\n',
    False: 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nID=debian\n',
}
Live = Mapping[str, Callable[[], str]]


def root_files(row: ImageRow) -> Mapping[str, str]:
    """Return the image's files by path; folders end with ``/``."""
    return _tree(row.tools, row.is_busybox, tuple(sorted(row.files.items())))


@lru_cache(maxsize=256)
def _tree(tools: frozenset[str], is_busybox: bool, files: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    found = dict.fromkeys(_FOLDERS, "")
    if tools:
        found |= {"/etc/passwd": _PASSWD, "/etc/os-release": _SYSTEMS[is_busybox]}
        found |= {f"/bin/{name}": "" for name in sorted(tools)}
    return found | dict(files)


def live_files(pod: PodRecord, container: ContainerRecord, clock: Clock) -> Live:
    """Return the files that are made when they are read."""
    hostname = pod.hostname or pod.name
    return {
        "/etc/hostname": lambda: f"{hostname}\n",
        "/etc/hosts": lambda: hosts_text(pod.ip, (hostname,)),
        "/etc/resolv.conf": lambda: resolv_text(pod),
        "/proc/uptime": lambda: f"{(clock.now - container.started_at) / SECOND:.2f} 0.00\n",
        "/proc/meminfo": lambda: "MemTotal:        4194304 kB\nMemAvailable:    3145728 kB\n",
        "/proc/cpuinfo": lambda: "processor\t: 0\n\nprocessor\t: 1\n",
        "/proc/version": lambda: "Linux version 6.8.0-podium\n",
        "/proc/1/cmdline": lambda: "\0".join([*container.config.command, *container.config.args]),
        "/proc/1/comm": lambda: f"{container.config.name}\n",
        "/sys/fs/cgroup/memory.max": lambda: f"{container.config.resources.memory_limit or 'max'}\n",
        "/sys/fs/cgroup/cpu.max": lambda: f"{container.config.resources.cpu_limit * 100 or 'max'} 100000\n",
    }


def resolv_text(pod: PodRecord) -> str:
    """Return ``/etc/resolv.conf`` of a sandbox."""
    lines = [f"search {' '.join(pod.dns.searches)}"] if pod.dns.searches else []
    lines += [f"nameserver {server}" for server in pod.dns.servers]
    lines += [f"options {' '.join(pod.dns.options)}"] if pod.dns.options else []
    return "".join(f"{line}\n" for line in lines)
