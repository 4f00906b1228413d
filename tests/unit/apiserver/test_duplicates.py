"""What becomes of a request whose body has a field twice: refused when it is to be strict, else a warning."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import Credentials, Options, PatchType, Request
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import ADMIN, Rig

TWICE = 'duplicate field "data.a"'
CREATE = Request(
    "create", CONFIGMAPS, "client", Credentials(component=ADMIN), "default", body={"metadata": {"name": "x"}, "data": {"a": "1"}}
)
PATCH = CREATE._replace(verb="patch", name="x", patch_type=PatchType.MERGE, body={"data": {"a": "2"}})
CONFIG: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "2"}}
APPLY = PATCH._replace(patch_type=PatchType.APPLY, body=CONFIG)


def answer(request: Request, field_validation: str) -> tuple[int, tuple[str, ...] | str]:
    """Return the code with the warnings, or with the refusal's message."""
    rig = Rig()
    if request.verb == "patch":
        rig.handler.serve(CREATE)
    options = Options(field_validation=field_validation, field_manager="m", force=True)
    try:
        response = rig.handler.serve(request._replace(duplicates=(TWICE,), options=options))
    except ApiError as error:
        return error.code, error.message
    return response.code, response.warnings


@pytest.mark.parametrize(
    ("request_", "field_validation", "expected"),
    [
        pytest.param(CREATE, "", (201, (TWICE,)), id="a create warns"),
        pytest.param(CREATE, "Ignore", (201, ()), id="unless it is to ignore that"),
        pytest.param(
            CREATE,
            "Strict",
            (400, f'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: {TWICE}'),
            id="strict",
        ),
        pytest.param(
            CREATE._replace(body={"metadata": {"name": "x"}, "dat": {}}),
            "Strict",
            (400, f'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: {TWICE}, unknown field "dat"'),
            id="and unknown",
        ),
        pytest.param(PATCH, "Warn", (200, (TWICE,)), id="a patch warns"),
        pytest.param(APPLY, "Warn", (200, (TWICE,)), id="an apply warns"),
        pytest.param(APPLY, "Strict", (400, f"error strict decoding YAML: {TWICE}"), id="a strict apply"),
    ],
)
def test_a_field_twice(request_: Request, field_validation: str, expected: tuple[int, object]) -> None:
    assert answer(request_, field_validation) == expected


def test_a_strict_patch_is_refused() -> None:
    code, message = answer(PATCH, "Strict")
    assert (code, str(message).endswith(f": strict decoding error: {TWICE}")) == (422, True)
