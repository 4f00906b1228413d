"""When answers are believed."""

from __future__ import annotations

import pytest

from cluster.kubelet.prober.verdict import FIRST, Answers, Kind, Result, answered
from cluster.machinery.meta import Obj

CASES: dict[str, tuple[Kind, Obj, str, list[str]]] = {
    "one success is enough": (Kind.READINESS, {}, "+", ["success"]),
    "three failures are, when nothing else is said": (Kind.LIVENESS, {}, "---", ["success", "success", "failure"]),
    "a success between begins the count anew": (Kind.LIVENESS, {}, "--+--", ["success"] * 5),
    "failureThreshold 1": (Kind.LIVENESS, {"failureThreshold": 1}, "-", ["failure"]),
    "successThreshold 2": (Kind.READINESS, {"successThreshold": 2}, "++", ["failure", "success"]),
    "unready after three failures, ready after one success": (
        Kind.READINESS,
        {},
        "+---+",
        ["success", "success", "success", "failure", "success"],
    ),
    "a startup probe is unknown until it is believed": (Kind.STARTUP, {"failureThreshold": 2}, "--", ["unknown", "failure"]),
}


@pytest.mark.parametrize(("kind", "probe", "answers", "expected"), CASES.values(), ids=CASES.keys())
def test_answered(kind: Kind, probe: Obj, answers: str, expected: list[str]) -> None:
    so_far, believed = Answers(FIRST[kind]), []
    for answer in answers:
        so_far = answered(so_far, Result.SUCCESS if answer == "+" else Result.FAILURE, probe)
        believed.append(so_far.believed.value)
    assert believed == expected
