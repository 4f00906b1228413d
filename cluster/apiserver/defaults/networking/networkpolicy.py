"""Defaults of NetworkPolicies.

Upstream: ``pkg/apis/networking/v1/defaults.go`` (``SetDefaults_NetworkPolicy``, ``SetDefaults_NetworkPolicyPort``).
"""

from __future__ import annotations

from cluster.machinery.meta import Obj


def set_defaults(policy: Obj) -> None:
    """Fill in the protocol of each port, and the directions that the policy is about: ingress always, egress where it has rules."""
    spec = policy["spec"]
    for direction in ("ingress", "egress"):
        for rule in spec.get(direction) or ():
            for port in rule.get("ports") or ():
                port.setdefault("protocol", "TCP")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]
