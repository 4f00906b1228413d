"""The hash of a pod template, as it stands in ReplicaSets' and pods' names and labels."""

from cluster.controller_manager.template_hash.hashing import compute_hash, safe_encode

__all__ = ["compute_hash", "safe_encode"]
