"""Rules for Secrets. Upstream: ``pkg/apis/core/validation/validation.go`` (``ValidateSecret``, ``ValidateSecretUpdate``)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate

from cluster.apiserver.validation import names
from cluster.apiserver.validation.fields import each_invalid, immutable
from cluster.apiserver.validation.metadata import validate_object_meta, validate_object_meta_update
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required, too_long
from cluster.machinery.meta import Obj

SIZE_LIMIT = 1024 * 1024
ACCOUNT_TOKEN = "kubernetes.io/service-account-token"
TLS = "kubernetes.io/tls"
ACCOUNT_NAME = "kubernetes.io/service-account.name"
"""The annotation that names the account of a token."""

_FIXED = "field is immutable when `immutable` is set"
_REDACTED = "<secret contents redacted>"
_DOCKER_FILES = {"kubernetes.io/dockercfg": ".dockercfg", "kubernetes.io/dockerconfigjson": ".dockerconfigjson"}
_LOGIN = ("username", "password")
_REQUIRED_KEYS: Mapping[str, tuple[str, ...]] = {TLS: ("tls.crt", "tls.key")}
_PEM = b"-----BEGIN "


def _decoded(value: str) -> bytes:
    return base64.b64decode(value)


def _validate_docker_file(data: Mapping[str, str], key: str) -> list[FieldError]:
    if key not in data:
        return [required(f"data[{key}]")]
    text = _decoded(data[key])
    try:
        content = json.loads(text)
    except ValueError:
        return [invalid(f"data[{key}]", _REDACTED, _json_complaint(text))]
    if isinstance(content, dict) or content is None:
        return []
    shape = {list: "array", str: "string", bool: "bool"}.get(type(content), "number")
    return [invalid(f"data[{key}]", _REDACTED, f"json: cannot unmarshal {shape} into Go value of type map[string]interface {{}}")]


def _json_complaint(text: bytes) -> str:
    """Return what Go says of text that is no JSON: where it ends too early, or its first character that does not belong there."""
    try:
        json.loads(text)
    except UnicodeDecodeError as error:
        return f"invalid character '{chr(text[error.start])}' looking for beginning of value"
    except json.JSONDecodeError as error:
        rest = error.doc[error.pos :].lstrip()
        return f"invalid character '{rest[0]}' looking for beginning of value" if rest else "unexpected end of JSON input"
    return ""


def _validate_type(secret: Obj) -> list[FieldError]:
    """Judge the keys that a type asks for."""
    kind, data = secret.get("type", ""), secret.get("data") or {}
    if kind == ACCOUNT_TOKEN:
        named = (secret["metadata"].get("annotations") or {}).get(ACCOUNT_NAME)
        return [] if named else [required(f"metadata.annotations[{ACCOUNT_NAME}]")]
    if kind in _DOCKER_FILES:
        return _validate_docker_file(data, _DOCKER_FILES[kind])
    if kind == "kubernetes.io/basic-auth":
        return [] if any(key in data for key in _LOGIN) else [required(f"data[{key}]") for key in _LOGIN]
    if kind == "kubernetes.io/ssh-auth":
        return [] if data.get("ssh-privatekey") else [required("data[ssh-privatekey]")]
    return [required(f"data[{key}]") for key in _REQUIRED_KEYS.get(kind, ()) if key not in data]


def _validate_content(secret: Obj) -> list[FieldError]:
    faults: list[FieldError] = []
    size = 0
    for key, value in sorted((secret.get("data") or {}).items()):
        faults += each_invalid(f"data[{key}]", key, names.config_key(key))
        size += len(_decoded(value))
    if size > SIZE_LIMIT:
        faults.append(too_long("data", SIZE_LIMIT))
    return faults + _validate_type(secret)


def validate(secret: Obj) -> list[FieldError]:
    """Judge a Secret to be created: its keys, its size in total, and what its type asks for."""
    return validate_object_meta(secret["metadata"], namespaced=True) + _validate_content(secret)


def validate_update(secret: Obj, old: Obj) -> list[FieldError]:
    """Judge a change of a Secret; its type stays, and an immutable one stays as it is."""
    faults = validate_object_meta_update(secret["metadata"], old["metadata"])
    faults += immutable("type", secret.get("type", ""), old.get("type", ""))
    if old.get("immutable"):
        if not secret.get("immutable"):
            faults.append(forbidden_field("immutable", _FIXED))
        if secret.get("data") != old.get("data"):
            faults.append(forbidden_field("data", _FIXED))
    return faults + validate(secret)


def warnings(secret: Obj) -> list[str]:
    """Say what is wrong with the certificate and key of a TLS Secret: it is accepted, and no server could use it."""
    if secret.get("type") != TLS:
        return []
    data = secret.get("data") or {}
    certificate, key = _decoded(data.get("tls.crt") or ""), _decoded(data.get("tls.key") or "")
    for name, text in (("certificate", certificate), ("key", key)):
        if _PEM not in text:
            return [f"tls: failed to find any PEM data in {name} input"]
    try:
        public = load_pem_x509_certificate(certificate).public_key()
    except ValueError:
        return ["x509: malformed certificate"]
    try:
        private = load_pem_private_key(key, password=None)
    except (TypeError, ValueError):
        return ["tls: failed to parse private key"]
    parts = [half.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for half in (public, private.public_key())]
    return [] if parts[0] == parts[1] else ["tls: private key does not match public key"]
