"""A controller knows whether its cache shows what it has written."""

from __future__ import annotations

import pytest

from cluster.client.consistency import OwnWrites
from cluster.machinery.meta import Key, Obj


def obj(version: int, uid: str = "a") -> Obj:
    return {"metadata": {"name": "j", "namespace": "default", "uid": uid, "resourceVersion": str(version)}}


CASES = [
    ("what was written is seen", obj(9), obj(9), True),
    ("something newer is seen", obj(9), obj(10), True),
    ("the state before is not enough", obj(10), obj(9), False),
    ("of a namesake nothing was written", obj(10), obj(9, "b"), True),
]


@pytest.mark.parametrize(("written", "cached", "is_seen"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_are_seen(written: Obj, cached: Obj, is_seen: bool) -> None:
    writes = OwnWrites()
    writes.note(written)
    assert writes.are_seen(cached) is is_seen


def test_of_what_was_forgotten_everything_is_seen() -> None:
    writes = OwnWrites()
    writes.note(obj(10))
    writes.forget(Key("default/j"))
    assert writes.are_seen(obj(9))
