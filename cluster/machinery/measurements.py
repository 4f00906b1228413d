"""What containers use, as the summary of a kubelet has it: where who measures meets who asks.

In a real cluster a kubelet asks cAdvisor or the runtime, and metrics-server scrapes ``/metrics/resource`` of every kubelet.

Upstream: ``staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cluster.machinery.meta import Obj
from cluster.machinery.usage import Usage


class Measurements(Protocol):
    """What the containers of a cluster use."""

    def pod(self, pod: Obj, annotations: Mapping[str, str]) -> dict[str, Usage]:
        """Return what each running container of a pod uses, by name; nothing for a node that has measured nothing.

        ``annotations``: what is stated of the pod's use, its own and its workload's.
        """
        ...


class NoMeasurements:
    """Nothing has been measured."""

    def pod(self, pod: Obj, annotations: Mapping[str, str]) -> dict[str, Usage]:
        """Return nothing."""
        return {}
