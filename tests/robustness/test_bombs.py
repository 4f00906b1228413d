"""Bombs: every one is refused with a Status, and the server goes on."""

from __future__ import annotations

import pytest

from cluster.machinery.kinds.core import CONFIGMAPS
from tests.robustness.bombs import BOMBS, JSON, YAML, Bomb
from tests.robustness.test_requests import complaint
from tests.unit.apiserver.rig import Rig
from tests.unit.http.door import Door

PATH = "/clusters/demo/api/v1/namespaces/default/configmaps"


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused(bomb: Bomb) -> None:
    rig = Rig()
    rig.admin.create(CONFIGMAPS, {"metadata": {"name": "a", "namespace": "default"}, "data": {"k": "v"}})
    is_patch = bomb.content_type not in (JSON, YAML)
    reply = Door(rig).ask(
        "PATCH" if is_patch else "POST", f"{PATH}/a" if is_patch else PATH, bomb.body, {"content-type": bomb.content_type}
    )
    assert (reply.code, complaint(reply)) == (bomb.code, "")
