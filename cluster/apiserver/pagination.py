"""Pages of a list, and which revision a list is read at.

A continue token holds the revision of the first page and the key to go on from, so that all pages show one moment.
Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/continue.go``,
``.../pkg/apis/meta/internalversion/validation/validation.go``.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import orjson

from cluster.apiserver.request import Options
from cluster.machinery.errors import ApiError, FieldError, bad_request, expired, forbidden_field, not_supported, unprocessable
from cluster.machinery.storage import Compacted, FutureRevision

EXACT, NOT_OLDER_THAN = "Exact", "NotOlderThan"
_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. "
    "You must start a new list without the continue parameter."
)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a list begins. ``revision`` None: the newest."""

    revision: int | None
    start_after: str = ""
    is_continued: bool = False


def check_list_options(options: Options, *, is_watch: bool) -> None:
    """Refuse combinations that make no sense. Raises ApiError 422."""
    match, version = options.resource_version_match, options.resource_version
    faults: list[FieldError] = []
    if is_watch:
        faults = _watch_faults(options)
    elif match:
        faults = _match_faults(match, version, is_continued=bool(options.continue_token))
    if not is_watch and options.send_initial_events is not None:
        faults.append(forbidden_field("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    if faults:
        raise unprocessable("meta.k8s.io", "ListOptions", "", faults)


def _match_faults(match: str, version: str, *, is_continued: bool) -> list[FieldError]:
    field = "resourceVersionMatch"
    faults: list[FieldError] = []
    if is_continued:
        faults.append(forbidden_field(field, "resourceVersionMatch is forbidden for continue"))
    elif not version:
        faults.append(forbidden_field(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"))
    if match not in (EXACT, NOT_OLDER_THAN):
        values = ", ".join(f'"{value}"' for value in (EXACT, NOT_OLDER_THAN, ""))
        faults.append(FieldError(field, "FieldValueNotSupported", f'Unsupported value: "{match}": supported values: {values}'))
    elif match == EXACT and version == "0":
        faults.append(forbidden_field(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
    return faults


def _watch_faults(options: Options) -> list[FieldError]:
    match = options.resource_version_match
    if options.send_initial_events is None:
        detail = "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
        return [forbidden_field("resourceVersionMatch", detail)] if match else []
    if not match:
        detail = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        return [forbidden_field("resourceVersionMatch", detail)]
    if match != NOT_OLDER_THAN:
        return [not_supported("resourceVersionMatch", match, (NOT_OLDER_THAN,))]
    return []


def position_of(options: Options) -> Position:
    """Return where the list that was asked for begins. Raises ApiError 400."""
    version = options.resource_version
    if options.continue_token:
        if version not in ("", "0"):
            raise bad_request("specifying resource version is not allowed when using continue")
        return decode_token(options.continue_token)
    if not version or version == "0":
        return Position(None)
    revision = parse_revision(version)
    is_exact = options.resource_version_match == EXACT or (not options.resource_version_match and options.limit > 0)
    return Position(revision if is_exact else None)


def parse_revision(version: str) -> int:
    """Read a resourceVersion. Raises ApiError 500, upstream's answer to what is not a number."""
    if not version.isascii() or not version.isdigit():
        raise ApiError(500, "", f'resourceVersion: Invalid value: "{version}": strconv.ParseUint: parsing "{version}": invalid syntax')
    return int(version)


def encode_token(revision: int, start_after: str) -> str:
    """Make the token for the page that follows ``start_after`` (a key below the list's prefix)."""
    content = {"v": "meta.k8s.io/v1", "rv": revision, "start": f"{start_after}\0"}
    return base64.urlsafe_b64encode(orjson.dumps(content)).rstrip(b"=").decode()


def decode_token(token: str) -> Position:
    """Read a token. Raises ApiError 400."""
    try:
        content = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raise _bad_token("illegal base64 data at input byte 0") from None
    try:
        decoded = orjson.loads(content)
        revision, start = int(decoded["rv"]), str(decoded["start"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        raise _bad_token(_complaint(content)) from None
    if decoded.get("v") != "meta.k8s.io/v1":
        raise bad_request("invalid continue token: continue key is not valid: server does not recognize this encoded version")
    return Position(revision, start.rstrip("\0"), is_continued=True)


def _bad_token(why: str) -> ApiError:
    return bad_request(f"invalid continue token: continue key is not valid: {why}")


def _complaint(content: bytes) -> str:
    if not content:
        return "unexpected end of JSON input"
    first = content[0]
    char = chr(first) if 0x20 <= first < 0x7F else f"\\x{first:02x}"
    return f"invalid character '{char}' looking for beginning of value"


def unreadable(error: Compacted | FutureRevision, *, is_continued: bool) -> ApiError:
    """Return what to answer when the store does not have the revision that was asked for."""
    if isinstance(error, FutureRevision):
        return too_large(error.revision, error.head)
    return expired(_TOO_OLD if is_continued else "The resourceVersion for the provided list is too old.")


def too_large(wanted: int, current: int) -> ApiError:
    """504: a revision that does not exist yet, which the real server waits for in vain."""
    causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    message = f"Timeout: Too large resource version: {wanted}, current: {current}"
    return ApiError(504, "Timeout", message, {"causes": causes, "retryAfterSeconds": 1})
