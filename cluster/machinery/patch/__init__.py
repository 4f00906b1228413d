"""The three kinds of patch that a PATCH request may carry. None of the functions changes what it is given."""

from cluster.machinery.patch.errors import BadPatchFormat, PatchError, PatchNotApplicable
from cluster.machinery.patch.json_patch import PatchTooLarge, apply_json_patch
from cluster.machinery.patch.merge_patch import apply_merge_patch
from cluster.machinery.patch.schema import Field, OpenApiSchema, PatchSchema
from cluster.machinery.patch.strategic import apply_strategic

__all__ = [
    "BadPatchFormat",
    "Field",
    "OpenApiSchema",
    "PatchError",
    "PatchNotApplicable",
    "PatchSchema",
    "PatchTooLarge",
    "apply_json_patch",
    "apply_merge_patch",
    "apply_strategic",
]
