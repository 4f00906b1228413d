"""What a pod asks of a node, added up over its containers.

Upstream: ``staging/src/k8s.io/component-helpers/resource/helpers.go`` (PodRequests).
"""

from __future__ import annotations

from collections.abc import Mapping

from cluster.machinery.meta import Obj
from cluster.machinery.quantity import milli_value, value

CPU, MEMORY, EPHEMERAL_STORAGE, PODS = "cpu", "memory", "ephemeral-storage", "pods"

Amounts = dict[str, int]
"""Amounts by resource name: cpu in thousandths, everything else in whole units."""

_POD_LEVEL = (CPU, MEMORY)
_HUGE_PAGES = "hugepages-"


def amounts(resources: Mapping[str, str] | None) -> Amounts:
    """Read a resource list. Raises QuantityError."""
    return {name: milli_value(str(text)) if name == CPU else value(str(text)) for name, text in (resources or {}).items()}


def pod_requests(pod: Obj, defaults: Mapping[str, int] | None = None) -> Amounts:
    """Return the requests of a pod: the larger of what its containers ask for together (with restartable init
    containers) and what its initialisation needs at most, or the pod's own requests where it has some; plus overhead.

    ``defaults``: amounts that a container counts with for resources it does not request.
    """
    spec = pod["spec"]
    total: Amounts = {}
    for container in spec.get("containers") or ():
        _add(total, _container_requests(container, defaults))
    running: Amounts = {}
    peak: Amounts = {}
    for container in spec.get("initContainers") or ():
        wanted = _container_requests(container, defaults)
        if container.get("restartPolicy") == "Always":
            _add(total, wanted)
            _add(running, wanted)
            _raise(peak, running)
        else:
            _add(wanted, running)
            _raise(peak, wanted)
    _raise(total, peak)
    for name, amount in amounts((spec.get("resources") or {}).get("requests")).items():
        if name in _POD_LEVEL or name.startswith(_HUGE_PAGES):
            total[name] = amount
    _add(total, amounts(spec.get("overhead")))
    return total


def _container_requests(container: Obj, defaults: Mapping[str, int] | None) -> Amounts:
    requested = amounts((container.get("resources") or {}).get("requests"))
    return {**defaults, **requested} if defaults else requested


def _add(total: Amounts, more: Amounts) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount


def _raise(total: Amounts, least: Amounts) -> None:
    for name, amount in least.items():
        if amount > total.get(name, -1):
            total[name] = amount
