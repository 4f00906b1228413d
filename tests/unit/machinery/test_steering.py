"""Annotations that steer the simulation: what is read of them, and what is said of those that nobody can follow."""

from __future__ import annotations

import pytest

from cluster.machinery.steering import complaints, exit_code, is_held_unready, is_stopped, run_seconds, stated_memory

EXIT_CODES = {"0": 0, "255": 255, "256": None, "-1": None, "zig": None, "1.0": None, " 1": None, "": None, "٣": None}


@pytest.mark.parametrize(("text", "code"), EXIT_CODES.items(), ids=EXIT_CODES.keys())
def test_exit_codes(text: str, code: int | None) -> None:
    assert exit_code({"simulation.podium/exit-code": text}) == code


SECONDS = {"90": 90.0, "1.5": 1.5, "0": 0.0, "30s": None, "-1": None, "inf": None, "nan": None, "1e9": None, "999999999999": None}


@pytest.mark.parametrize(("text", "seconds"), SECONDS.items(), ids=SECONDS.keys())
def test_seconds(text: str, seconds: float | None) -> None:
    assert run_seconds({"simulation.podium/run-seconds": text}) == seconds


AMOUNTS = {"64Mi": 64 << 20, "0": 0, "-1Mi": None, "much": None, "1E": None}


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items(), ids=AMOUNTS.keys())
def test_amounts(text: str, amount: int | None) -> None:
    assert stated_memory({"simulation.podium/memory": text}) == amount


FLAGS = {"true": (True, False), "false": (False, True), "yes": (False, False), "True": (False, False)}


@pytest.mark.parametrize(("text", "found"), FLAGS.items(), ids=FLAGS.keys())
def test_flags(text: str, found: tuple[bool, bool]) -> None:
    assert (is_stopped({"simulation.podium/stopped": text}), is_held_unready({"simulation.podium/ready": text})) == found


COMPLAINTS: dict[str, tuple[str, str, str, list[str]]] = {
    "one that is well": ("Pod", "exit-code", "3", []),
    "no number": (
        "Pod",
        "exit-code",
        "zig",
        ['Invalid value: "zig": must be a whole number from 0 to 255; followed as if it were not there'],
    ),
    "a slip of the pen": ("Pod", "exitcode", "3", ["nothing follows it; did you mean simulation.podium/exit-code?"]),
    "on the workload instead of its pods": (
        "Deployment",
        "ready",
        "false",
        ["no Deployment follows it, only a Pod does; put it into spec.template.metadata.annotations"],
    ),
    "on a pod instead of its workload": (
        "Pod",
        "load",
        "1",
        ["no Pod follows it, only a Deployment or a StatefulSet or a DaemonSet or a ReplicaSet does"],
    ),
    "a node": ("Node", "stopped", "yes", ['Invalid value: "yes": must be true or false; followed as if it were not there']),
}


@pytest.mark.parametrize(("kind", "name", "value", "found"), COMPLAINTS.values(), ids=COMPLAINTS.keys())
def test_complaints(kind: str, name: str, value: str, found: list[str]) -> None:
    key = f"simulation.podium/{name}"
    template = "spec.template" if kind == "Deployment" else ""
    assert list(complaints({"other": "zig", key: value}, kind, template)) == [(key, why) for why in found]
