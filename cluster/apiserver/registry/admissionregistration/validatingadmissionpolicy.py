"""ValidatingAdmissionPolicies and their bindings in the registry.

Upstream: ``pkg/registry/admissionregistration/validatingadmissionpolicy{,binding}/strategy.go``.
"""

from __future__ import annotations

from cluster.apiserver.defaults.admissionregistration.policy import set_binding_defaults, set_policy_defaults
from cluster.apiserver.strategy import BaseStrategy
from cluster.apiserver.validation.admissionregistration import validatingadmissionpolicy as rules
from cluster.machinery.errors import FieldError
from cluster.machinery.kinds.admissionregistration import VALIDATINGADMISSIONPOLICIES, VALIDATINGADMISSIONPOLICYBINDINGS
from cluster.machinery.meta import Obj


class PolicyStrategy(BaseStrategy):
    """What is asked of objects; nobody checks the types of its expressions."""

    kind = VALIDATINGADMISSIONPOLICIES
    has_generation = True
    allow_unconditional_update = False

    def default(self, obj: Obj) -> None:
        """See ``defaults/admissionregistration/policy.py``."""
        set_policy_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/admissionregistration/validatingadmissionpolicy.py``."""
        return rules.validate_policy(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Judge it as a new one."""
        return rules.validate_policy(obj)


class BindingStrategy(BaseStrategy):
    """Where a policy is in force, and what comes of it."""

    kind = VALIDATINGADMISSIONPOLICYBINDINGS
    has_generation = True
    allow_unconditional_update = False

    def default(self, obj: Obj) -> None:
        """See ``defaults/admissionregistration/policy.py``."""
        set_binding_defaults(obj)

    def validate(self, obj: Obj) -> list[FieldError]:
        """See ``validation/admissionregistration/validatingadmissionpolicy.py``."""
        return rules.validate_binding(obj)

    def validate_update(self, obj: Obj, old: Obj) -> list[FieldError]:
        """Judge it as a new one."""
        return rules.validate_binding(obj)
