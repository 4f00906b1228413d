"""Content negotiation: which form the client wants its answer in, and which form its body has.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cluster.apiserver.request import PatchType
from cluster.machinery.errors import ApiError

JSON = "application/json"
YAML = "application/yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
_OFFERED = (JSON, YAML, PROTOBUF)
"""What upstream names in its refusals. Protobuf is read; answers are never written in it, for clients that send it read JSON too."""
_UNKNOWN = "the body of the request was in an unknown format - accepted media types include: "


class Form(Enum):
    """What an object is turned into before it is written."""

    OBJECT = ""
    TABLE = "Table"
    PARTIAL = "PartialObjectMetadata"
    PARTIAL_LIST = "PartialObjectMetadataList"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The form and the media type (JSON or YAML) of the answer; ``version`` of a Table, ``pretty`` for people."""

    form: Form = Form.OBJECT
    media_type: str = JSON
    version: str = "v1"


def accepted(header: str) -> Accepted:
    """Choose the first clause of an Accept header that is served. Raises ApiError 406 when none is."""
    if not header:
        return Accepted()
    for clause in header.split(","):
        media_type, *parameters = (part.strip() for part in clause.split(";"))
        if media_type in ("*/*", "application/*", JSON):
            media_type = JSON
        elif media_type in (YAML, "application/x-yaml", "text/yaml"):
            media_type = YAML
        else:
            continue
        pairs = dict(p.partition("=")[::2] for p in parameters)
        form = pairs.get("as", "")
        if not form:
            return Accepted(media_type=media_type)
        if pairs.get("g") == "meta.k8s.io" and pairs.get("v") in ("v1", "v1beta1") and form in {f.value for f in Form}:
            return Accepted(Form(form), media_type, pairs["v"])
    message = f"406: Not Acceptable\n\nAvailable representations: {', '.join(_OFFERED)}"
    raise ApiError(406, "NotAcceptable", message)


def patch_type(header: str) -> PatchType:
    """Return the kind of patch that a Content-Type names. Raises ApiError 415."""
    media_type = header.partition(";")[0].strip()
    try:
        return PatchType(media_type)
    except ValueError:
        served = ", ".join(sorted(p.value for p in PatchType))
        raise ApiError(415, "UnsupportedMediaType", _UNKNOWN + served) from None


def body_type(header: str) -> str:
    """Return JSON, YAML or PROTOBUF for a request body's Content-Type. Raises ApiError 415."""
    media_type = header.partition(";")[0].strip()
    if media_type in ("", "*/*", JSON):
        return JSON
    if media_type in (YAML, "application/x-yaml", "text/yaml"):
        return YAML
    if media_type == PROTOBUF:
        return PROTOBUF
    raise unsupported_body()


def unsupported_body() -> ApiError:
    """415: a request body in a form that is not served."""
    return ApiError(415, "UnsupportedMediaType", _UNKNOWN + ", ".join(_OFFERED))
