"""Columns of ValidatingAdmissionPolicies and their bindings.

Upstream: ``pkg/printers/internalversion/printers.go`` (``printValidatingAdmissionPolicy``, ``printValidatingAdmissionPolicyBinding``).
"""

from __future__ import annotations

from cluster.apiserver.printers.columns import AGE, NAME, Cell, Column, Printer, age
from cluster.machinery.meta import Obj, SimTime

_UNSET = "<unset>"


def _policy(policy: Obj, now: SimTime) -> list[Cell]:
    spec = policy["spec"]
    kind = spec.get("paramKind")
    shown = f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind is not None else _UNSET
    return [policy["metadata"].get("name", ""), len(spec.get("validations") or ()), shown, age(policy, now)]


def _binding(binding: Obj, now: SimTime) -> list[Cell]:
    spec = binding["spec"]
    reference = spec.get("paramRef")
    shown = _UNSET
    if reference is not None and reference.get("name"):
        shown = f"{reference.get('namespace') or '*'}/{reference['name']}"
    elif reference is not None and reference.get("selector") is not None:
        shown = f"{reference.get('namespace') or '*'}/selector"
    return [binding["metadata"].get("name", ""), spec.get("policyName", ""), shown, age(binding, now)]


POLICY_PRINTER = Printer(
    (
        NAME,
        Column("Validations", "How many expressions have to hold.", "integer"),
        Column("ParamKind", "The kind of the objects that bindings may give it."),
        AGE,
    ),
    _policy,
)
BINDING_PRINTER = Printer(
    (NAME, Column("PolicyName", "The policy that is put in force."), Column("ParamRef", "The object that the policy is given."), AGE),
    _binding,
)
