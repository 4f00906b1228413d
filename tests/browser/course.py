"""Pictures 8 to 12 of the course as the sentences on the page: a Deployment of two becomes two running pods."""

from __future__ import annotations

import re
from collections.abc import Sequence

Lines = Sequence[str]

PICTURES_8_TO_10 = (
    "^The dashboard asks the API server to create the Deployment {web}[.]",
    "^Authentication: .*kubernetes-admin",
    "^Authorization: .*Deployment {web}[.]",
    "^Admission: .*Deployment {web} ",
    "^Validation: .*Deployment {web} ",
    "^The API server stores the Deployment {web} in etcd: revision",
    "^The API server answers the dashboard: the Deployment {web} is created",
    "^The Deployment controller sees the Deployment {web} through its watch: a ReplicaSet is needed",
    "^The Deployment controller asks the API server to create the ReplicaSet {rs}[.]",
    "^The API server stores the ReplicaSet {rs} in etcd",
    "^The ReplicaSet controller sees the ReplicaSet {rs} through its watch",
    "^The ReplicaSet controller asks the API server to create the Pod {first}[.]",
    "^The API server stores the Pod {first} in etcd",
    "^The ReplicaSet controller asks the API server to create the Pod {second}[.]",
    "^The API server stores the Pod {second} in etcd",
)
"""The Deployment is stored and seen by its controller, so is the ReplicaSet; then the Pods are made, one after the other."""

PICTURES_11_AND_12 = (
    "^The API server stores the Pod {pod} in etcd",
    "^The scheduler's watch shows it the Pod {pod}, which has no node yet",
    "^Filter: .* the Pod {pod}",
    "^Score: .*{node} is the best for the Pod {pod}",
    "^The scheduler decides: it asks the API server to bind the Pod {pod} ",
    "^The API server stores the Pod {pod} in etcd",
    "^The kubelet on {node} sees through its watch that the Pod {pod} belongs to its node",
    "^The kubelet on {node} asks containerd on {node} for a sandbox: .*{pod} ",
    "^containerd on {node} asks the CNI plugin on {node} to connect the Pod {pod} to the network: it gets the address {ip}[.]",
    "^The kubelet on {node} has containerd on {node} pull the image nginx:1.27 for the Pod {pod}[.]",
    "^The kubelet on {node} has containerd on {node} create a container of the Pod {pod}[.]",
    "^The kubelet on {node} has containerd on {node} start a container of the Pod {pod}[.]",
    "^containerd on {node} tells the kubelet on {node} that a container of the Pod {pod} runs",
    "^The kubelet on {node} reports the status of the Pod {pod} to the API server",
    "^The API server stores the Pod {pod} in etcd",
    "^Through its watch the ReplicaSet controller learns that the Pod {pod} has changed",
    "^The ReplicaSet controller reports the status of the ReplicaSet {rs} to the API server",
    "^The API server stores the ReplicaSet {rs} in etcd",
    "^Through its watch the Deployment controller learns that the ReplicaSet {rs} has changed",
    "^The Deployment controller reports the status of the Deployment {web} to the API server",
    "^The API server stores the Deployment {web} in etcd",
)
"""For one Pod: the scheduler finds it and binds it, its kubelet finds it, the runtime makes it, Running goes up the chain."""

ONCE_EACH = (
    ("asks the API server to create the Deployment {web}[.]", 1),
    ("asks the API server to create the ReplicaSet {rs}[.]", 1),
    ("asks the API server to create the Pod {web}-", 2),
    ("asks the API server to bind the Pod {web}-", 2),
    ("for a sandbox: .*{web}-", 2),
    ("to connect the Pod {web}-", 2),
    ("pull the image nginx:1.27 for the Pod {web}-", 2),
    ("create a container of the Pod {web}-", 2),
    ("start a container of the Pod {web}-", 2),
)
"""How often each thing is done in all."""


def missing(lines: Lines, patterns: Sequence[str], **names: str) -> str:
    """Return the first pattern that no line matches behind the line of the one before it; empty when all come in order."""
    position = 0
    for pattern in patterns:
        wanted = re.compile(fill(pattern, names))
        found = next((index for index in range(position, len(lines)) if wanted.search(lines[index])), None)
        if found is None:
            return fill(pattern, names)
        position = found + 1
    return ""


def where(lines: Lines, pattern: str, **names: str) -> int:
    """Return the index of the only line that matches. Raises AssertionError when there is none or more than one."""
    found = [index for index, line in enumerate(lines) if re.search(fill(pattern, names), line)]
    assert len(found) == 1, f"{len(found)} lines match {fill(pattern, names)}"
    return found[0]


def count(lines: Lines, pattern: str, **names: str) -> int:
    """Return how many lines match."""
    return sum(1 for line in lines if re.search(fill(pattern, names), line))


def fill(pattern: str, names: dict[str, str]) -> str:
    """Put names into a pattern, each taken literally."""
    for name, value in names.items():
        pattern = pattern.replace(f"{{{name}}}", re.escape(value))
    return pattern
