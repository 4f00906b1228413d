"""Request bodies in Kubernetes' protobuf form: ``kubectl create`` from 1.32 on sends nothing else.

The form is an envelope: four magic bytes, then a ``runtime.Unknown`` that names the kind and holds the object's own message.
Answers are never written in it; clients that send it read JSON as well.

Upstream: ``staging/src/k8s.io/apimachinery/pkg/runtime/serializer/protobuf/protobuf.go``.
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.apiserver.schema.definitions import Typed, definition_name
from cluster.http.protobuf.messages import Decoder, has
from cluster.http.protobuf.wire import Reader, WireError
from cluster.machinery.meta import Obj

MAGIC = b"k8s\0"
_TYPE_META, _RAW = 1, 2
"""Fields of ``runtime.Unknown``."""


class NotAnEnvelope(Exception):  # noqa: N818 - a refusal, not a fault of the program
    """Bytes without the magic at their front, or with an object whose fields are not known here."""


class BadMessageError(ValueError):
    """An envelope that names its kind, around an object that does not decode; the text is what Go's decoder says."""

    def __init__(self, kind: str, version: str, why: str) -> None:
        super().__init__(why)
        self.kind, self.version = kind, version


@dataclass(frozen=True, slots=True)
class Type:
    """What an object is, by its group, version and kind."""

    group: str
    version: str
    kind: str


DELETE_OPTIONS = Type("", "v1", "DeleteOptions")


def decode(body: bytes, default: Typed) -> Obj:
    """Return the object in an envelope as JSON would have brought it. ``default``: what it is if the envelope does not say.

    Raises NotAnEnvelope, WireError for a broken envelope, BadMessageError for a broken object within.
    """
    if not body.startswith(MAGIC):
        raise NotAnEnvelope
    reader = Reader()
    decoder = Decoder(reader)
    parts = {number: value for number, _, value in reader.fields(body[len(MAGIC) :], "Unknown") if isinstance(value, bytes)}
    named = decoder.message("runtime.TypeMeta", parts.get(_TYPE_META, b""), {})
    group, _, version = named.get("apiVersion", "").rpartition("/")
    asked = Type(group if version else default.group, version or default.version, named.get("kind") or default.kind)
    try:
        message = ".".join(definition_name(asked).rsplit(".", 3)[-3:])
    except KeyError:
        raise NotAnEnvelope from None
    if not has(message):
        raise NotAnEnvelope
    api_version = f"{asked.group}/{asked.version}" if asked.group else asked.version
    try:
        return decoder.message(message, parts.get(_RAW, b""), {"apiVersion": api_version, "kind": asked.kind})
    except WireError as error:
        raise BadMessageError(asked.kind, asked.version, str(error)) from None
