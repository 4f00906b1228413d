"""Content negotiation: which form the client wants its answer in, and which form its body has.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from cluster.apiserver.request import PatchType
from cluster.machinery.errors import ApiError

JSON = "application/json"
YAML = "application/yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
_OFFERED = (JSON, YAML, PROTOBUF)
"""What upstream names in its refusals. Protobuf is read; answers are never written in it, for clients that send it read JSON too."""
_STREAMED = (f"{JSON};stream=watch", f"{PROTOBUF};stream=watch")
_META_VERSIONS = ("v1", "v1beta1")
_PRETTY_FOR = ("curl", "Wget", "Mozilla/5.0")
"""What calls itself so is read by a person."""
_MEDIA_TYPE = re.compile(r"[^\s/;,]+(/[^\s/;,]+)?")
_TRUE = ("1", "t", "T", "TRUE", "true", "True")


class Form(Enum):
    """What an object is turned into before it is written."""

    OBJECT = ""
    TABLE = "Table"
    PARTIAL = "PartialObjectMetadata"
    PARTIAL_LIST = "PartialObjectMetadataList"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The form and the media type (JSON or YAML) of the answer; ``version`` of a Table; ``is_pretty``: indented, for people."""

    form: Form = Form.OBJECT
    media_type: str = JSON
    version: str = "v1"
    is_pretty: bool = False


@dataclass(frozen=True, slots=True)
class _Clause:
    media_type: str
    parameters: dict[str, str]

    @property
    def rank(self) -> tuple[float, bool, bool]:
        """Sorts before what is wanted less, and what is said more exactly before what is not."""
        kind, _, subtype = self.media_type.partition("/")
        try:
            quality = float(self.parameters.get("q", "1"))
        except ValueError:
            quality = 1.0
        return -quality, kind == "*", subtype == "*"


def accepted(header: str, user_agent: str = "", pretty: str = "") -> Accepted:
    """Choose the clause of an Accept header that is served and wanted most. Raises ApiError 406 when none is.

    ``pretty``: the query's parameter, empty when it is not given; then it depends on who asks.
    """
    is_pretty = pretty in _TRUE if pretty else user_agent.startswith(_PRETTY_FOR)
    if not header:
        return Accepted(is_pretty=is_pretty)
    clauses = sorted((_clause(text) for text in header.split(",")), key=lambda clause: clause.rank)
    for clause in clauses:
        found = _form(clause, is_pretty=is_pretty)
        if found is not None:
            return found
    if any(clause.media_type in (*_OFFERED, "*/*") for clause in clauses):
        raise _not_acceptable(_OFFERED)
    raise ApiError(406, "NotAcceptable", f"406: Not Acceptable\n\nAvailable representations: {', '.join(_OFFERED)}")


def check_streams(given: Accepted) -> None:
    """Refuse a media type that a watch cannot be written in. Raises ApiError 406."""
    if given.media_type != JSON:
        raise _not_acceptable(_STREAMED)


def _clause(text: str) -> _Clause:
    media_type, *parameters = (part.strip() for part in text.split(";"))
    return _Clause(media_type, dict(parameter.partition("=")[::2] for parameter in parameters))


def _form(clause: _Clause, *, is_pretty: bool) -> Accepted | None:
    media_type = JSON if clause.media_type in ("*/*", "application/*") else clause.media_type
    if media_type not in (JSON, YAML):
        return None
    is_pretty = is_pretty or clause.parameters.get("pretty") == "1"
    kind, group, version = (clause.parameters.get(key, "") for key in ("as", "g", "v"))
    if not (kind or group or version):
        return Accepted(Form.OBJECT, media_type, is_pretty=is_pretty)
    if kind not in (form.value for form in Form if form.value) or group != "meta.k8s.io" or version not in _META_VERSIONS:
        return None
    return Accepted(Form(kind), media_type, version, is_pretty)


def _not_acceptable(offered: tuple[str, ...]) -> ApiError:
    return ApiError(406, "NotAcceptable", f"only the following media types are accepted: {', '.join(offered)}")


def not_convertible(why: str) -> ApiError:
    """406: the answer cannot be turned into the form that was asked for."""
    return ApiError(406, "NotAcceptable", why)


def patch_type(header: str) -> PatchType:
    """Return the kind of patch that a Content-Type names. Raises ApiError 415."""
    try:
        return PatchType(header.partition(";")[0].strip())
    except ValueError:
        offered = ", ".join(each.value for each in PatchType)
        raise ApiError(415, "UnsupportedMediaType", f"415: Unsupported Media Type\n\nAvailable representations: {offered}") from None


def body_type(header: str) -> str:
    """Return JSON, YAML or PROTOBUF for a request body's Content-Type; what is none counts as JSON. Raises ApiError 415."""
    media_type = header.partition(";")[0].strip().lower()
    if media_type in _OFFERED:
        return media_type
    if not _MEDIA_TYPE.fullmatch(media_type):
        return JSON
    raise unsupported_body()


def unsupported_body() -> ApiError:
    """415: a request body in a form that is not served."""
    offered = ", ".join(_OFFERED)
    return ApiError(
        415, "UnsupportedMediaType", f"the body of the request was in an unknown format - accepted media types include: {offered}"
    )


def method_not_allowed() -> ApiError:
    """405: a path that is served, by another method."""
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")
