"""Components by their names in the trace."""

from __future__ import annotations

API_SERVER = "kube-apiserver"
KUBEADM = "kubeadm"
OUTSIDE = ("kubectl", KUBEADM, "client", "dashboard")
"""Clients that are no components of the cluster."""


def is_part(name: str, target: str) -> bool:
    """Whether a component is ``target`` or a part of it."""
    return name == target or name.startswith(f"{target}/")
