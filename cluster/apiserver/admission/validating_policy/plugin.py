"""ValidatingAdmissionPolicy: every policy that a binding puts in force judges the objects that both are about.

Differs from upstream in that expressions are not compiled with types and cannot ask the authorizer, that subresources are not judged,
that parameters are of kinds that every cluster has, and that the action Audit leaves nothing in the audit log.

Upstream: ``staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/{dispatcher,validator}.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from celpy import celtypes
from celpy.evaluation import CELEvalError

from cluster.apiserver.admission import CREATE, DELETE, UPDATE, Attributes, BasePlugin
from cluster.apiserver.admission.validating_policy.matching import matches
from cluster.apiserver.apiextensions.cel import ITEMS, RuleError, program
from cluster.apiserver.apiextensions.cel_values import Budget, OutOfBudget, cel_value
from cluster.apiserver.reader import Reader
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds import BUILT_IN
from cluster.machinery.kinds.admissionregistration import GROUP, VALIDATINGADMISSIONPOLICIES, VALIDATINGADMISSIONPOLICYBINDINGS
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Obj

_FAILURES = (CELEvalError, RuleError, OutOfBudget, ArithmeticError, LookupError, TypeError, ValueError)
_CODES = {"Unauthorized": 401, "Forbidden": 403, "RequestEntityTooLarge": 413}
_NO_PARAMS = "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction"
_ANY: Obj = {}
_ANY |= {"additionalProperties": _ANY, "items": _ANY}
"""A schema of whatever there is."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    message: str
    reason: str = "Invalid"


class ValidatingAdmissionPolicy(BasePlugin):
    """Judges what is created and changed."""

    name = "ValidatingAdmissionPolicy"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Every write but those of what policies are made of."""
        return operation in (CREATE, UPDATE) and kind.group != GROUP and not subresource

    def validate(self, attributes: Attributes) -> None:
        """Raises ApiError for an object that a policy refuses; a policy may only warn."""
        for binding in self._reader.list(VALIDATINGADMISSIONPOLICYBINDINGS):
            policy = self._reader.get(VALIDATINGADMISSIONPOLICIES, "", binding["spec"]["policyName"])
            if policy is not None:
                self._apply(policy, binding, attributes)

    def _apply(self, policy: Obj, binding: Obj, attributes: Attributes) -> None:
        namespace = self._reader.get(NAMESPACES, "", attributes.namespace) if attributes.namespace else None
        ranges = (policy["spec"]["matchConstraints"], binding["spec"].get("matchResources") or {})
        if not all(matches(each, attributes, namespace) for each in ranges):
            return
        actions = binding["spec"]["validationActions"]
        names = f"'{policy['metadata']['name']}' with binding '{binding['metadata']['name']}'"
        for refusal in self._judge(policy["spec"], binding["spec"], attributes, namespace):
            if "Deny" in actions:
                raise _denied(attributes, f"ValidatingAdmissionPolicy {names} denied request: {refusal.message}", refusal.reason)
            if "Warn" in actions:
                attributes.warnings.append(f"Validation failed for ValidatingAdmissionPolicy {names}: {refusal.message}")

    def _judge(self, policy: Obj, binding: Obj, attributes: Attributes, namespace: Obj | None) -> Iterator[_Refusal]:
        is_strict = policy.get("failurePolicy") == "Fail"
        params = self._params(policy, binding, attributes)
        if not params:
            if is_strict and binding["paramRef"].get("parameterNotFoundAction") == "Deny":
                yield _Refusal(_NO_PARAMS)
            return
        for each in params:
            known = _known(attributes, namespace, each)
            verdict = _conditions(policy, known)
            if isinstance(verdict, _Refusal) and is_strict:
                yield verdict
            if verdict is not True:
                continue
            known["variables"] = celtypes.MapType()
            for variable in policy.get("variables") or ():
                _define(variable, known)
            for validation in policy.get("validations") or ():
                refusal = _validate(validation, known, is_strict=is_strict)
                if refusal is not None:
                    yield refusal

    def _params(self, policy: Obj, binding: Obj, attributes: Attributes) -> list[Obj | None]:
        """Return the objects that the binding gives its policy, one None for a policy without any."""
        wanted, reference = policy.get("paramKind"), binding.get("paramRef")
        if wanted is None or reference is None:
            return [None]
        kind = BUILT_IN.by_kind(wanted["apiVersion"], wanted["kind"])
        if kind is None:
            return []
        namespace = (reference.get("namespace") or attributes.namespace) if kind.namespaced else ""
        if reference.get("name"):
            found = self._reader.get(kind, namespace, reference["name"])
            return [found] if found is not None else []
        selector = selector_from_object(reference.get("selector"))
        return [each for each in self._reader.list(kind, namespace) if selector.matches(each["metadata"].get("labels"))]


class ValidatingAdmissionPolicyOfDeletions(ValidatingAdmissionPolicy):
    """The same of deletions, which only pass the first half of a chain."""

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Deletions of anything but what policies are made of."""
        return operation == DELETE and kind.group != GROUP and not subresource

    def admit(self, attributes: Attributes) -> bool:
        """Raises ApiError for a deletion that a policy refuses."""
        self.validate(attributes)
        return False


def _known(attributes: Attributes, namespace: Obj | None, params: Obj | None) -> Obj:
    """Return what expressions may speak of."""
    kind = attributes.kind
    request = {
        "kind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
        "resource": {"group": kind.group, "version": kind.version, "resource": kind.plural},
        "name": attributes.name,
        "namespace": attributes.namespace,
        "operation": attributes.operation,
        "userInfo": attributes.user.info(),
        "dryRun": attributes.options.dry_run,
    }
    told = {
        "object": attributes.obj,
        "oldObject": attributes.old,
        "request": request,
        "namespaceObject": namespace,
        "params": params,
    }
    budget = Budget(ITEMS)
    return {name: cel_value(value, _ANY, budget) for name, value in told.items()}


def _conditions(policy: Obj, known: Obj) -> bool | _Refusal:
    """Return whether all conditions hold. One that does not decides, whatever happens to the others."""
    failed: _Refusal | None = None
    for condition in policy.get("matchConditions") or ():
        try:
            if not program(condition["expression"]).evaluate(known):
                return False
        except _FAILURES as error:
            failed = failed or _Refusal(_went_wrong(condition["expression"], error))
    return failed or True


def _define(variable: Obj, known: Obj) -> None:
    """Evaluate a variable; one that cannot be is not there for whoever asks for it."""
    try:
        value = program(variable["expression"]).evaluate(known)
    except _FAILURES:
        return
    known["variables"] = celtypes.MapType({**known["variables"], celtypes.StringType(variable["name"]): value})


def _validate(validation: Obj, known: Obj, *, is_strict: bool) -> _Refusal | None:
    expression = validation["expression"]
    try:
        if program(expression).evaluate(known):
            return None
    except _FAILURES as error:
        return _Refusal(_went_wrong(expression, error)) if is_strict else None
    message = (validation.get("message") or "").strip() or f"failed expression: {expression.strip()}"
    if validation.get("messageExpression"):
        try:
            said = program(validation["messageExpression"]).evaluate(known)
        except _FAILURES:
            said = None
        if isinstance(said, str) and said.strip() and "\n" not in said:
            message = str(said).strip()
    return _Refusal(message, validation.get("reason") or "Invalid")


def _went_wrong(expression: str, error: Exception) -> str:
    return f"expression '{expression}' resulted in error: {error.args[0] if error.args else error}"


def _denied(attributes: Attributes, message: str, reason: str) -> ApiError:
    error = attributes.forbidden(message)
    details = {**(error.details or {}), "causes": [{"message": message}]}
    return ApiError(_CODES.get(reason, 422), reason, error.message, details)
