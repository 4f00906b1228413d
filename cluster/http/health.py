"""Health: ``/healthz``, ``/livez`` and ``/readyz``, each a list of named checks.

The real API server has a check for every hook that runs after its start; here there are those of them that can fail: whether it
answers at all, and whether etcd answers. What each check found is said with ``?verbose`` and whenever one fails.

Upstream: ``staging/src/k8s.io/apiserver/pkg/server/healthz/healthz.go``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from cluster.machinery.storage import StorageError, Store
from cluster.runner.faults.record import ETCD, STOPPED, Faults
from cluster.runner.host import Host

ENDPOINTS = ("healthz", "livez", "readyz")
PATIENCE = 2.0
"""Seconds that etcd has for its answer."""

Check = Callable[[Host], Awaitable[bool]]


async def _ping(host: Host) -> bool:
    return True


async def _etcd(host: Host) -> bool:
    try:
        return await asyncio.wait_for(host.read(_is_etcd_there), PATIENCE)
    except (TimeoutError, StorageError, RuntimeError):
        return False


def _is_etcd_there(store: Store) -> bool:
    return not Faults(store).has(ETCD, STOPPED)


CHECKS: Mapping[str, Mapping[str, Check]] = {
    "healthz": {"ping": _ping, "etcd": _etcd},
    "livez": {"ping": _ping, "etcd": _etcd},
    "readyz": {"ping": _ping, "etcd": _etcd, "etcd-readiness": _etcd},
}


def is_health_path(path: str) -> bool:
    """Whether a path belongs to one of the endpoints, or to one of its checks."""
    endpoint, _, check = path.lstrip("/").partition("/")
    return endpoint in CHECKS and (not check or check in CHECKS[endpoint])


async def report(path: str, query: bytes, host: Host) -> tuple[int, str]:
    """Return the code and the text for a health path. ``query``: may hold ``verbose`` and ``exclude``."""
    endpoint, _, name = path.lstrip("/").partition("/")
    if name:
        return (200, "ok") if await CHECKS[endpoint][name](host) else (500, f"internal server error: {name} failed\n")
    given = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    excluded = dict.fromkeys(part.strip() for key, value in given if key == "exclude" for part in value.split(",") if part.strip())
    lines, has_failed = [], False
    for name, check in CHECKS[endpoint].items():
        if name in excluded:
            del excluded[name]
            lines.append(f"[+]{name} excluded: ok")
        elif await check(host):
            lines.append(f"[+]{name} ok")
        else:
            has_failed = True
            lines.append(f"[-]{name} failed: reason withheld")
    if excluded:
        names = ", ".join(f'"{name}"' for name in sorted(excluded))
        lines.append(f"warn: some health checks cannot be excluded: no matches for {names}")
    if has_failed:
        return 500, "\n".join([*lines, f"{endpoint} check failed", ""])
    return 200, "\n".join([*lines, f"{endpoint} check passed", ""]) if any(key == "verbose" for key, _ in given) else "ok"
