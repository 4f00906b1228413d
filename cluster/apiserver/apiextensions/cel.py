"""Rules of a schema in the Common Expression Language: ``x-kubernetes-validations``.

Upstream compiles rules with types and refuses a definition whose rules may cost too much; here they are parsed, and that a schema does not
have a field, or that a rule costs too much, is found out when it is evaluated.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/{compilation,validation}.go``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import celpy
from celpy.celparser import CELParseError
from celpy.evaluation import CELEvalError

from cluster.apiserver.apiextensions.cel_library import FUNCTIONS, optional
from cluster.apiserver.apiextensions.cel_values import Budget, OutOfBudget, cel_value, with_object_fields
from cluster.apiserver.apiextensions.list_types import LIST_TYPE, identity_of
from cluster.apiserver.apiextensions.values import NO_PATH, TYPE_INVALID, type_name
from cluster.machinery.errors import FieldError, duplicate, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

RULES = "x-kubernetes-validations"
ITEMS = 2000
"""How many items the rules of one object may look at: about a second's work."""
_BLOCKING = frozenset({"FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", TYPE_INVALID})
_NOT_CHECKED = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"
_TOO_EXPENSIVE = "validation failed due to running out of cost budget, no further validation rules will be run"
_NO_MEMBER = re.compile(r"no such member in mapping: '(.*)'")
_NOTHING = object()
"""There is no old value to compare with."""


class RuleError(ValueError):
    """A rule that does not parse, or cannot be evaluated."""


_FAILURES = (CELEvalError, RuleError, ArithmeticError, LookupError, TypeError, ValueError)
"""How a rule fails: the library passes on what its operators raise."""


@functools.lru_cache(1024)
def program(expression: str) -> celpy.Runner:
    """Return an expression ready to be evaluated. Raises RuleError."""
    environment = celpy.Environment()
    try:
        return environment.program(environment.compile(expression), functions=dict(FUNCTIONS))
    except CELParseError as error:
        raise RuleError(str(error.args[0])) from None


def mentions_old_self(expression: str) -> bool:
    """Whether an expression is about a change."""
    return "oldSelf" in expression


def has_rules(schema: Obj) -> bool:
    """Whether there is a rule anywhere in a schema."""
    if schema.get(RULES):
        return True
    children = [*(schema.get("properties") or {}).values(), schema.get("items"), schema.get("additionalProperties")]
    return any(isinstance(child, dict) and has_rules(child) for child in children)


def check_rules(obj: Obj, schema: Obj, old: Obj | None, faults: list[FieldError]) -> list[FieldError]:
    """Judge an object by the rules of its schema. ``old``: what it was; ``faults``: what is wrong with it already."""
    if any(fault.reason in _BLOCKING for fault in faults):
        return [invalid(NO_PATH, "null", _NOT_CHECKED)]
    found: list[FieldError] = []
    try:
        found += _check(obj, with_object_fields(schema), _NOTHING if old is None else old, "", Budget(ITEMS))
    except OutOfBudget:
        found.append(invalid(NO_PATH, type_name(obj), _TOO_EXPENSIVE))
    return found


def _check(value: object, schema: Obj, old: object, path: str, budget: Budget) -> Iterator[FieldError]:
    for rule in schema.get(RULES) or ():
        yield from _apply(rule, value, schema, old, path, budget)
    if isinstance(value, dict):
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        for key, item in value.items():
            field = properties.get(key, additional)
            if isinstance(field, dict):
                before = old[key] if isinstance(old, dict) and key in old else _NOTHING
                here = (f"{path}.{key}" if path else key) if key in properties else f"{path}[{key}]"
                yield from _check(item, field, before, here, budget)
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, item in enumerate(value):
            yield from _check(item, schema["items"], _counterpart(item, schema, old), f"{path}[{index}]", budget)


def _counterpart(item: object, schema: Obj, old: object) -> object:
    """Return what an item of a map-like list was; other lists have no memory of their items."""
    if schema.get(LIST_TYPE) != "map" or not isinstance(old, list):
        return _NOTHING
    identity = identity_of(item, schema)
    return next((each for each in old if identity_of(each, schema) == identity), _NOTHING)


def _apply(rule: Obj, value: object, schema: Obj, old: object, path: str, budget: Budget) -> Iterator[FieldError]:
    expression = rule["rule"]
    is_transition = mentions_old_self(expression)
    if is_transition and old is _NOTHING and not rule.get("optionalOldSelf"):
        return
    try:
        activation = {"self": cel_value(value, schema, budget)}
        if is_transition:
            before = None if old is _NOTHING else cel_value(old, schema, budget)
            activation["oldSelf"] = optional(before, is_there=old is not _NOTHING) if rule.get("optionalOldSelf") else before
        is_kept = bool(program(expression).evaluate(activation))
    except _FAILURES as error:
        yield invalid(path or NO_PATH, type_name(value), f"{_reason(error)} evaluating rule: {_message(rule)}")
        return
    if not is_kept:
        yield _broken(rule, value, activation, path)


def _broken(rule: Obj, value: object, activation: Obj, path: str) -> FieldError:
    message = _message(rule)
    if rule.get("messageExpression"):
        try:
            said = program(rule["messageExpression"]).evaluate(activation)
        except _FAILURES:
            said = None
        if isinstance(said, str) and said.strip() and "\n" not in said:
            message = str(said)
    field = ((path + rule["fieldPath"]).removeprefix(".") if rule.get("fieldPath") else path) or NO_PATH
    match rule.get("reason"):
        case "FieldValueForbidden":
            return forbidden_field(field, message)
        case "FieldValueRequired":
            return required(field, message)
        case "FieldValueDuplicate":
            return duplicate(field, type_name(value))
        case _:
            return invalid(field, type_name(value), message)


def _reason(error: Exception) -> str:
    return _NO_MEMBER.sub(r"no such key: \1", str(error.args[0] if error.args else error))


def _message(rule: Obj) -> str:
    return (rule.get("message") or "").strip() or f"failed rule: {rule['rule'].strip()}"
