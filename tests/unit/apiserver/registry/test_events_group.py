"""Events in the words of ``events.k8s.io``: kept as those of the core group, and found through both."""

from __future__ import annotations

import pytest

from cluster.apiserver.registry import strategies
from cluster.apiserver.registry.events.conversion import EventConversion
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import EVENTS
from cluster.machinery.kinds.events import EVENTS_V1
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import Rig

MOMENT = "2026-01-01T00:00:00.000000Z"
META: Obj = {"name": "x", "namespace": "default"}
NEW: Obj = {
    "apiVersion": "events.k8s.io/v1",
    "kind": "Event",
    "metadata": META,
    "action": "Binding",
    "deprecatedFirstTimestamp": None,
    "deprecatedLastTimestamp": None,
    "deprecatedSource": {},
    "eventTime": MOMENT,
    "note": "It went well.",
    "reason": "Scheduled",
    "regarding": {"kind": "Pod", "name": "web", "namespace": "default"},
    "reportingController": "example.com/scheduler",
    "reportingInstance": "s-1",
    "type": "Normal",
}
KEPT: Obj = {
    "apiVersion": "v1",
    "kind": "Event",
    "metadata": META,
    "action": "Binding",
    "firstTimestamp": None,
    "lastTimestamp": None,
    "source": {},
    "eventTime": MOMENT,
    "message": "It went well.",
    "reason": "Scheduled",
    "involvedObject": {"kind": "Pod", "name": "web", "namespace": "default"},
    "reportingComponent": "example.com/scheduler",
    "reportingInstance": "s-1",
    "type": "Normal",
}


def test_an_event_has_other_names_for_its_fields() -> None:
    conversion = EventConversion()
    assert (conversion.to_storage(NEW), conversion.from_storage(KEPT)) == (KEPT, NEW)


def test_what_one_group_writes_the_other_reads() -> None:
    rig = Rig()
    rig.admin.create(EVENTS_V1, NEW)
    (found,) = rig.admin.list(EVENTS_V1, "default", field_selector="regarding.name=web,reportingController=example.com/scheduler")
    kept = rig.admin.get(EVENTS, "x", "default")
    assert (found["note"], kept["message"], kept["involvedObject"]) == (NEW["note"], NEW["note"], NEW["regarding"])


FAULTS: dict[str, tuple[Obj, list[str]]] = {
    "an event in order": ({}, []),
    "no moment": (
        {"eventTime": None},
        ["eventTime: Required value"],
    ),
    "no reporter": (
        {"reportingController": ""},
        [
            "reportingController: Required value",
            'reportingController: Invalid value: "": name part must be non-empty',
            "reportingController: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must "
            "start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        ],
    ),
    "no action": ({"action": ""}, ["action: Required value"]),
    "a long note": ({"note": "n" * 1025}, ['message: Invalid value: "": can have at most 1024 characters']),
    "a series of one": ({"series": {"count": 1, "lastObservedTime": MOMENT}}, ['series.count: Invalid value: "": should be at least 2']),
    "a series without a moment": ({"series": {"count": 2}}, ["series.lastObservedTime: Required value"]),
    "another type": ({"type": "Bad"}, ['type: Invalid value: "": has invalid value: Bad']),
    "a count": ({"deprecatedCount": 3}, ['count: Invalid value: "": needs to be unset']),
    "a source": ({"deprecatedSource": {"host": "n1"}}, ['source: Invalid value: "": needs to be unset']),
    "about another namespace's object": ({"regarding": {"namespace": "other"}}, []),
    "about an object without a namespace": ({"regarding": {"kind": "Node"}}, []),
}


@pytest.mark.parametrize(("fields", "faults"), FAULTS.values(), ids=FAULTS.keys())
def test_the_rules_of_the_newer_group(fields: Obj, faults: list[str]) -> None:
    assert [str(fault) for fault in strategies[EVENTS_V1].validate({**NEW, **fields})] == faults


def test_only_a_series_changes() -> None:
    rig = Rig()
    created = rig.admin.create(EVENTS_V1, NEW)
    rig.admin.update(EVENTS_V1, {**created, "series": {"count": 2, "lastObservedTime": MOMENT}})
    with pytest.raises(ApiError) as refusal:
        rig.admin.update(EVENTS_V1, {**NEW, "note": "It went badly."})
    assert refusal.value.message == 'Event.events.k8s.io "x" is invalid: message: Invalid value: "It went badly.": field is immutable'
