"""Rules for rules: ``x-kubernetes-validations`` must parse and say something.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go``.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.apiserver.apiextensions.cel import RULES, RuleError, program
from cluster.apiserver.apiextensions.paths import FieldPathError, field_at, field_path
from cluster.apiserver.validation.apiextensions.structural import children_of
from cluster.machinery.errors import FieldError, invalid, not_supported, required
from cluster.machinery.meta import Obj

_REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")


def validate_rules(schema: Obj, path: str) -> list[FieldError]:
    """Judge the rules of a schema and of all that is in it."""
    return list(_validate(schema, path))


def _validate(schema: Obj, path: str) -> Iterator[FieldError]:
    for index, rule in enumerate(schema.get(RULES) or ()):
        yield from _rule(rule, schema, f"{path}.{RULES}[{index}]")
    for child, child_path, _ in children_of(schema, path):
        yield from _validate(child, child_path)


def _rule(rule: Obj, schema: Obj, path: str) -> Iterator[FieldError]:
    expression, message = (rule.get("rule") or "").strip(), rule.get("message") or ""
    if not expression:
        yield required(f"{path}.rule", "rule is not specified")
    elif message and not message.strip():
        yield invalid(f"{path}.message", message, "message must be non-empty if specified")
    elif _has_newlines(message.strip()):
        yield invalid(f"{path}.message", message, "message must not contain line breaks")
    elif _has_newlines(expression) and not message.strip():
        yield required(f"{path}.message", "message must be specified if rule contains line breaks")
    said = rule.get("messageExpression") or ""
    if said and not said.strip():
        yield required(f"{path}.messageExpression", "messageExpression must be non-empty if specified")
    if rule.get("reason") is not None and rule["reason"] not in _REASONS:
        yield not_supported(f"{path}.reason", rule["reason"], _REASONS)
    yield from _field_path(rule.get("fieldPath") or "", schema, path)
    for field, text in (("rule", expression), ("messageExpression", said.strip())):
        if text:
            try:
                program(text)
            except RuleError as error:
                yield invalid(f"{path}.{field}", text, f"compilation failed: {error}")


def _field_path(text: str, schema: Obj, path: str) -> Iterator[FieldError]:
    if not text:
        return
    if not text.strip():
        yield invalid(f"{path}.fieldPath", text, "fieldPath must be non-empty if specified")
    elif _has_newlines(text):
        yield invalid(f"{path}.fieldPath", text, "fieldPath must not contain line breaks")
    else:
        try:
            field_at(schema, field_path(text))
        except FieldPathError as error:
            yield invalid(f"{path}.fieldPath", text, f"fieldPath must be a valid path: {error}")


def _has_newlines(text: str) -> bool:
    return "\n" in text or "\r" in text
