"""Pages of a list, and which revision a list is read at.

A continue token holds the revision of the first page and the key to go on from, so that all pages show one moment.
Upstream: ``staging/src/k8s.io/apiserver/pkg/storage/continue.go``,
``.../pkg/apis/meta/internalversion/validation/validation.go``.
"""

from __future__ import annotations

import base64
import posixpath
from dataclasses import dataclass

import orjson

from cluster.apiserver.request import Options
from cluster.machinery.errors import ApiError, FieldError, bad_request, expired, forbidden_field, not_supported, quote, unprocessable
from cluster.machinery.storage import Compacted, FutureRevision

EXACT, NOT_OLDER_THAN = "Exact", "NotOlderThan"
_NEWEST = -1
"""The revision in a token that goes on where the first one expired, with whatever is there now."""
_TOO_OLD = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
    "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token "
    "results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and "
    "now may show up in the list."
)
_INVALID_TOKEN = "continue key is not valid"
_OF_VERSION = "(version meta.k8s.io/v1)"
_UINT64 = range(2**64)
_URL_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


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
    faults: list[FieldError] = []
    if not version:
        faults.append(_forbidden_match("resourceVersionMatch is forbidden unless resourceVersion is provided"))
    if is_continued:
        faults.append(_forbidden_match("resourceVersionMatch is forbidden when continue is provided"))
    if match not in (EXACT, NOT_OLDER_THAN):
        faults.append(not_supported("resourceVersionMatch", match, (EXACT, NOT_OLDER_THAN, ""), in_order=True))
    if match == EXACT and version == "0":
        faults.append(_forbidden_match('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
    return faults


def _watch_faults(options: Options) -> list[FieldError]:
    match = options.resource_version_match
    faults: list[FieldError] = []
    if options.send_initial_events is not None and match != NOT_OLDER_THAN:
        faults.append(_forbidden_match(f"sendInitialEvents requires setting resourceVersionMatch to {NOT_OLDER_THAN}"))
    if match:
        if options.send_initial_events is None:
            faults.append(_forbidden_match("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"))
        if match != NOT_OLDER_THAN:
            faults.append(not_supported("resourceVersionMatch", match, (NOT_OLDER_THAN,)))
        if options.continue_token:
            faults.append(_forbidden_match("resourceVersionMatch is forbidden when continue is provided"))
    return faults


def _forbidden_match(why: str) -> FieldError:
    return forbidden_field("resourceVersionMatch", why)


def position_of(options: Options) -> Position:
    """Return where the list that was asked for begins. Raises ApiError 400."""
    version = options.resource_version
    if options.continue_token:
        position = decode_token(options.continue_token)
        if version not in ("", "0"):
            raise bad_request("specifying resource version is not allowed when using continue")
        return position
    if not version or version == "0":
        return Position(None)
    try:
        revision = parse_revision(version)
    except ApiError as error:
        raise bad_request(f"invalid resource version: {error.message}") from None
    is_exact = options.resource_version_match == EXACT or (not options.resource_version_match and options.limit > 0)
    return Position(revision if is_exact else None)


def parse_revision(version: str) -> int:
    """Read a resourceVersion. Raises ApiError 500, upstream's answer to what is not a number."""
    if version.isascii() and version.isdigit():
        if len(version) <= 40 and int(version) in _UINT64:
            return int(version)
        why = "value out of range"
    else:
        why = "invalid syntax"
    raise ApiError(500, "", f"resourceVersion: Invalid value: {quote(version)}: strconv.ParseUint: parsing {quote(version)}: {why}")


def encode_token(revision: int, start_after: str) -> str:
    """Make the token for the page that follows ``start_after`` (a key below the list's prefix)."""
    content = {"v": "meta.k8s.io/v1", "rv": revision, "start": f"{start_after}\0"}
    return base64.urlsafe_b64encode(orjson.dumps(content)).rstrip(b"=").decode()


def decode_token(token: str) -> Position:
    """Read a token. Raises ApiError 400."""
    content = _from_base64(token)
    try:
        decoded = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise _bad_token(f"{_INVALID_TOKEN}: {_complaint(content)}") from None
    fields = decoded if isinstance(decoded, dict) else {}
    version, revision, start = fields.get("v", ""), fields.get("rv", 0), fields.get("start", "")
    if version != "meta.k8s.io/v1":
        raise _bad_token(f"{_INVALID_TOKEN}: server does not recognize this encoded version {version}")
    if not isinstance(revision, int) or not revision:
        raise _bad_token(f"{_INVALID_TOKEN}: incorrect encoded start resourceVersion {_OF_VERSION}")
    if not isinstance(start, str) or not start:
        raise _bad_token(f"{_INVALID_TOKEN}: encoded start key empty {_OF_VERSION}")
    rooted = start if start.startswith("/") else f"/{start}"
    if posixpath.normpath(rooted) != rooted:
        raise _bad_token(f"{_INVALID_TOKEN}: {start}")
    return Position(revision if revision > 0 else None, rooted[1:].rstrip("\0"), is_continued=True)


def _from_base64(token: str) -> bytes:
    """Decode as Go's RawURLEncoding does, which says where it stopped."""
    raw = token.encode()
    wrong = next((index for index, byte in enumerate(raw) if byte not in _URL_SAFE), None)
    if wrong is None and len(raw) % 4 == 1:
        wrong = len(raw) - 1
    if wrong is not None:
        raise _bad_token(f"{_INVALID_TOKEN}: illegal base64 data at input byte {wrong}")
    return base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))


def _bad_token(why: str) -> ApiError:
    return bad_request(f"invalid continue token: {why}")


def _complaint(content: bytes) -> str:
    if not content:
        return "unexpected end of JSON input"
    first = content[0]
    char = chr(first) if 0x20 <= first < 0x7F else f"\\x{first:02x}"
    return f"invalid character '{char}' looking for beginning of value"


def unreadable(error: Compacted | FutureRevision, position: Position) -> ApiError:
    """Return what to answer when the store does not have the revision that was asked for.

    Of a list that was begun, the Status has a token with which the rest can be read as it is now.
    """
    if isinstance(error, FutureRevision):
        return too_large(error.revision, error.head)
    if not position.is_continued:
        return expired("The resourceVersion for the provided list is too old.")
    return expired(_TOO_OLD, list_meta={"continue": encode_token(_NEWEST, position.start_after)})


def too_large(wanted: int, current: int) -> ApiError:
    """504: a revision that does not exist yet, which the real server waits for in vain."""
    causes = [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    message = f"Timeout: Too large resource version: {wanted}, current: {current}"
    return ApiError(504, "Timeout", message, {"causes": causes, "retryAfterSeconds": 1})
