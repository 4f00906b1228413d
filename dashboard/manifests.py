"""Manifests from the panel: read within limits, sent to the API server as ``kubectl apply`` would, errors on their lines.

An object that does not exist is created; one that exists is changed by a strategic merge patch of the manifest. Unlike
``kubectl apply`` nothing is remembered of earlier manifests, so a field that is left out stays as it is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml
from django.utils.translation import gettext as _

from cluster.apiserver.request import Credentials, Options, PatchType, Request, Response, User
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NAMESPACES
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.served import ServedKinds
from cluster.machinery.meta import Obj
from cluster.machinery.quantity import QuantityError, parse_quantity
from cluster.machinery.storage import KeyValue
from cluster.machinery.yaml_limits import YamlLimit, load_documents
from cluster.machinery.yaml_lines import line_of, scalars_under
from cluster.runner.host import Host
from cluster.runner.refused_order import RefusedOrder
from dashboard.refusals import worded

SOURCE = "dashboard"
ADMIN = Credentials(component=User("kubernetes-admin", ("system:masters", "system:authenticated")))
NOT_A_QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
"""How the API server says it, without saying where."""
_PATHS_IN_MESSAGES = (
    re.compile(r'(?:unknown|duplicate) field "(?P<path>[^"]+)"'),
    re.compile(r"Go struct field \w+\.(?P<path>[\w.\[\]-]+) of type"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """One document of the text: its value, and the node of the YAML tree it came from."""

    value: object
    node: yaml.Node

    @property
    def line(self) -> int:
        """Where it begins, from 1."""
        return int(self.node.start_mark.line) + 1


def read(text: str) -> list[Document]:
    """Return the documents of a text. Raises YamlLimit, yaml.YAMLError."""
    values = load_documents(text)
    nodes = [node for node in yaml.compose_all(text, Loader=yaml.CSafeLoader) if node is not None and node.tag != "tag:yaml.org,2002:null"]
    return [Document(value, node) for value, node in zip(values, nodes, strict=True)]


async def submit(host: Host, text: str, *, dry_run: bool) -> list[Obj]:
    """Send every document of ``text`` in order; return what became of each, as the stage protocol says."""
    try:
        documents = read(text)
    except YamlLimit as error:
        return [_outcome(error.line, errors=[_error(error.line, str(error).partition(": ")[2], _("Send less at once."))])]
    except yaml.YAMLError as error:
        line, message = _syntax_error(error)
        hint = _("Check the indentation, the colons and the quotes of this line.")
        return [_outcome(line, errors=[_error(line, message, hint)])]
    if not documents:
        return [_outcome(1, errors=[_error(1, _("There is no manifest in the text."), _("Choose a sample to start from."))])]
    results: list[Obj] = []
    namespaces: set[str] = set()
    for document in documents:
        results.append(await _submit_document(host, document, dry_run, namespaces))
    return results


async def _submit_document(host: Host, document: Document, dry_run: bool, namespaces: set[str]) -> Obj:
    """``namespaces``: those that earlier documents of the same text make; a dry run does not find them in the cluster."""
    found = _identify(host.kinds, document)
    if isinstance(found, dict):
        return found
    kind, obj = found
    meta = obj["metadata"]
    names = {"kind": kind.kind, "namespace": meta.get("namespace", ""), "name": meta.get("name") or meta.get("generateName", "")}
    if kind is NAMESPACES:
        namespaces.add(names["name"])
    try:
        result, warnings = await apply(host, kind, obj, dry_run=dry_run)
    except ApiError as error:
        if dry_run and error.reason == "NotFound" and names["namespace"] in namespaces:
            return _outcome(document.line, **names, result="created")
        return _outcome(document.line, **names, errors=list(_api_errors(error, document)))
    told = [_error(_line_of_warning(document, text), text) for text in warnings]
    return _outcome(document.line, **names, result=result, warnings=told)


def _identify(kinds: ServedKinds, document: Document) -> tuple[Kind, Obj] | Obj:
    """Return the kind and the object to send, or the outcome that says why there is none."""
    obj = document.value
    if not isinstance(obj, dict):
        message = _("A manifest is a mapping with apiVersion, kind and metadata.")
        return _outcome(document.line, errors=[_error(document.line, message, _("Choose a sample to start from."))])
    api_version, name = str(obj.get("apiVersion") or ""), str(obj.get("kind") or "")
    kind = kinds.by_kind(api_version, name)
    if kind is None:
        line = line_of(document.node, "kind" if name else "apiVersion")
        message = f'no matches for kind "{name}" in version "{api_version}"'
        return _outcome(document.line, kind=name, errors=[_error(line, message, _kind_hint(kinds, name))])
    meta = obj.get("metadata")
    if not isinstance(meta, dict) or not (meta.get("name") or meta.get("generateName")):
        line = line_of(document.node, "metadata")
        message = "metadata.name: Required value: name or generateName is required"
        return _outcome(document.line, kind=name, errors=[_error(line, message, _("Give the object a name."))])
    if kind.namespaced and not meta.get("namespace"):
        obj = {**obj, "metadata": {**meta, "namespace": "default"}}
    return kind, obj


def _kind_hint(kinds: ServedKinds, name: str) -> str:
    """Say how the wanted kind, or one that is written nearly so, is served."""
    spelled = {kind.kind.lower(): kind.kind for kind in kinds.all if "create" in kind.verbs}
    near = [spelled[found] for found in difflib.get_close_matches(name.lower(), spelled, n=3)]
    served = ", ".join(f"{kind.kind} ({kind.api_version})" for wanted in near for kind in kinds.all if kind.kind == wanted)
    if not served:
        return _("The editor proposes the kinds that this cluster serves.")
    return _("Did you mean one of these? %(kinds)s") % {"kinds": served}


async def apply(host: Host, kind: Kind, obj: Obj, *, dry_run: bool) -> tuple[str, tuple[str, ...]]:
    """Create or change one object; return ``created``, ``configured`` or ``unchanged``, and the API server's warnings. Raises ApiError."""
    meta = obj["metadata"]
    name, namespace = meta.get("name", ""), meta.get("namespace", "") if kind.namespaced else ""
    options = Options(dry_run=dry_run, field_manager="podium-dashboard", field_validation="Strict")
    before = await _existing(host, kind, namespace, name) if name else None
    if before is None:
        made = await host.serve(Request("create", kind, SOURCE, ADMIN, namespace, body=obj, options=options))
        return "created", made.warnings
    request = Request("patch", kind, SOURCE, ADMIN, namespace, name, body=obj, patch_type=PatchType.STRATEGIC, options=options)
    response = await host.serve(request)
    is_same = _without_version(_object(response)) == _without_version(before)
    return "unchanged" if is_same else "configured", response.warnings


async def _existing(host: Host, kind: Kind, namespace: str, name: str) -> Obj | None:
    """The present object. It is read past the API server: looking whether a text is new is no message of the cluster."""
    value = await host.read(lambda store: store.get(kind.storage_key(namespace, name)))
    return value.obj if value is not None else None


def _object(response: Response) -> Obj:
    value = response.value
    return value.obj if isinstance(value, KeyValue) else value or {}


def _without_version(obj: Obj) -> Obj:
    meta = {name: value for name, value in obj["metadata"].items() if name not in ("resourceVersion", "managedFields")}
    return {**obj, "metadata": meta}


def _api_errors(error: ApiError, document: Document) -> Iterator[Obj]:
    """What the API server refused, on its lines. A patch that does not decode has the whole object in its one cause:
    only what follows it is for people."""
    if isinstance(error, RefusedOrder):
        yield _error(document.line, *worded(error))
        return
    hint = _hint(error)
    causes = [cause for cause in (error.details or {}).get("causes") or () if cause.get("field")]
    message = error.message
    if [cause["field"] for cause in causes] == ["patch"]:
        causes, message = [], causes[0]["message"].rpartition('}": ')[2]
    for cause in causes:
        yield _error(line_of(document.node, cause["field"]), f"{cause['field']}: {cause['message']}", hint)
    if causes:
        return
    lines = [line_of(document.node, match.group("path")) for pattern in _PATHS_IN_MESSAGES for match in pattern.finditer(message)]
    if message.endswith(NOT_A_QUANTITY):
        lines = [line for line, text in scalars_under(document.node, ("requests", "limits")) if not _is_quantity(text)]
    for line in lines or [document.line]:
        yield _error(line, message, hint)


def _line_of_warning(document: Document, text: str) -> int:
    """Return the line of the field that a warning begins with, or the object's own."""
    path, colon, _ = text.partition(": ")
    return line_of(document.node, path) if colon and " " not in path else document.line


def _is_quantity(text: str) -> bool:
    try:
        parse_quantity(text)
    except QuantityError:
        return False
    return True


def _hint(error: ApiError) -> str:
    if "unknown field" in error.message:
        return _("Check the spelling and the indentation of the field.")
    if error.reason == "Invalid" or "cannot unmarshal" in error.message or error.message.endswith(NOT_A_QUANTITY):
        return _("Correct the value on this line.")
    if error.reason == "NotFound":
        return _("Create the namespace first, or choose another one.")
    return ""


def _syntax_error(error: yaml.YAMLError) -> tuple[int, str]:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        problem = error.problem or error.context or "not YAML"
        return line, _("This is not YAML (column %(column)d): %(problem)s.") % {"column": column, "problem": problem}
    return 1, _("This is not YAML: %(problem)s.") % {"problem": str(error)}


def _error(line: int, message: str, hint: str = "") -> Obj:
    return {"line": line, "message": message, "hint": hint}


def _outcome(
    line: int,
    *,
    kind: str = "",
    namespace: str = "",
    name: str = "",
    result: str = "",
    errors: Sequence[Obj] = (),
    warnings: Sequence[Obj] = (),
) -> Obj:
    names = {"line": line, "kind": kind, "namespace": namespace, "name": name}
    return {**names, "result": result, "errors": list(errors), "warnings": list(warnings)}
