"""Patches: the change that a PATCH request asks for, made on the current object.

The patch is applied to what is stored now; so two clients that patch different fields never conflict, unless a patch
itself carries a resourceVersion. What is applied (``application/apply-patch+yaml``) is ``rest/applying.py``.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go``.
"""

from __future__ import annotations

from cluster.apiserver.request import PatchType
from cluster.machinery.errors import ApiError, bad_request
from cluster.machinery.meta import Obj
from cluster.machinery.patch import (
    BadPatchFormat,
    PatchError,
    PatchNotApplicable,
    PatchSchema,
    PatchTooLarge,
    apply_json_patch,
    apply_merge_patch,
    apply_strategic,
)


def apply_patch(obj: Obj, patch: object, patch_type: PatchType, schema: PatchSchema | None) -> Obj:
    """Return ``obj`` with the patch applied, not decoded yet; neither is changed.

    ``schema`` None: the type has no strategic merge patches. Raises ApiError 400, 413, 415, 422, 500.
    """
    try:
        if patch_type is PatchType.JSON:
            return apply_json_patch(obj, patch)
        if patch_type is PatchType.MERGE:
            return apply_merge_patch(obj, patch)
        if schema is None:
            raise _no_strategic_patches()
        return apply_strategic(obj, patch, schema)
    except BadPatchFormat as error:
        raise bad_request(str(error)) from None
    except PatchTooLarge as error:
        raise ApiError(413, "RequestEntityTooLarge", f"Request entity too large: {error}") from None
    except PatchNotApplicable:
        raise ApiError(422, "Invalid", "the server rejected our request due to an error in our request") from None
    except PatchError as error:
        raise ApiError(500, "", str(error)) from None


def _no_strategic_patches() -> ApiError:
    served = ", ".join((PatchType.JSON.value, PatchType.MERGE.value, PatchType.APPLY.value))
    message = f"the body of the request was in an unknown format - accepted media types include: {served}"
    return ApiError(415, "UnsupportedMediaType", message)
