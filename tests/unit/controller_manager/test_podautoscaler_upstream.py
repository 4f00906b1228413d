"""The pure parts of the autoscaler against upstream's tables.

Moments of the tables are those of the day they were written: each test names the one that its table calls now. Not run: the case
that switches the configurable tolerance off, which 1.36 has on.
"""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest

from cluster.controller_manager.podautoscaler import behavior
from cluster.controller_manager.podautoscaler.behavior import (
    History,
    Stamped,
    changed_within,
    limited,
    limited_with_behavior,
    note_change,
    stabilized,
    stabilized_with_behavior,
)
from cluster.controller_manager.podautoscaler.controller import tolerances_of
from cluster.controller_manager.podautoscaler.metrics import MetricFailedError, Pods, compute, quantity_of
from cluster.controller_manager.podautoscaler.pod_metrics import MetricsError, PodMetric, group_pods, requests_of, seconds_of
from cluster.controller_manager.podautoscaler.replica_calculator import Proposal, Tolerances, by_utilization
from cluster.machinery.meta import Obj, SimTime, parse_timestamp
from tests.shared import shared_path

NOW = parse_timestamp("2026-11-21T01:16:25.389Z")
QUANTITY = "horizontal_test/TestBuildQuantity/tests"
FAILED = "horizontal_test/TestConditionFailedGetMetrics/metricsTargets"
TOLERANCE = "horizontal_test/TestConfigurableTolerance/testCases"
BOUNDS = "horizontal_test/TestConvertDesiredReplicasWithRules/conversionTestCases"
MANY = "horizontal_test/TestMultipleHPAs/podList"
STEADY = "horizontal_test/TestNormalizeDesiredReplicas/tests"
STEADY_RULES = "horizontal_test/TestNormalizeDesiredReplicasWithBehavior/tests"
RULES = "horizontal_test/TestScalingWithRules/tests"
STORED = "horizontal_test/TestStoreScaleEvents/tests"
REQUESTS = "replica_calculator_test/TestCalculateRequests/tests"
GROUPS = "replica_calculator_test/TestGroupPods/tests"
CALCULATED = "replica_calculator_test/TestReplicaCalcConfigurableTolerance/testCases"


def _tables() -> Obj:
    tables: Obj = orjson.loads(shared_path("upstream-tables", "hpa_replica_calculator.json").read_bytes())["tables"]
    return tables


def _rows(table: str, *, but: Callable[[Obj], bool] = lambda row: False) -> list[object]:
    """Return the cases of a table, except those that cannot hold here."""
    rows = [row for row in _tables()[table]["cases"] if not but(row)]
    return [pytest.param(row, id=str(row.get("name") or row.get("annotation") or index)) for index, row in enumerate(rows)]


def _moment(text: str | None) -> SimTime:
    return parse_timestamp(text) if text else SimTime(0)


def _stamped(entries: list[Obj] | None, field: str) -> list[Stamped]:
    return [Stamped(entry[field], _moment(entry["timestamp"])) for entry in entries or ()]


def test_every_table_is_run() -> None:
    run = {QUANTITY, FAILED, TOLERANCE, BOUNDS, MANY, STEADY, STEADY_RULES, RULES, STORED, REQUESTS, GROUPS, CALCULATED}
    assert set(_tables()) == run


@pytest.mark.parametrize("row", _rows(QUANTITY))
def test_an_average_is_written(row: Obj) -> None:
    assert quantity_of(row["resourceName"], row["rawProposal"]) == row["expected"]


_CPU = {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 10}}}


@pytest.mark.parametrize("reason", ["FailedGetExternalMetric", "FailedGetObjectMetric", "FailedGetPodsMetric", "FailedGetResourceMetric"])
def test_why_a_metric_fails(reason: str) -> None:
    def measured(resource: str, container: str) -> dict[str, PodMetric]:
        raise MetricsError("something went wrong")

    (spec,) = _tables()[FAILED]["cases"][reason] or [_CPU]
    with pytest.raises(MetricFailedError) as caught:
        compute(spec, Pods([], measured, 3, Tolerances(), NOW), "test-namespace")
    assert caught.value.reason == reason


def _ready_pods(requests: list[str], containers: int = 1) -> list[Obj]:
    began = "2026-11-21T00:00:00Z"
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": began}
    return [
        {
            "metadata": {"name": f"pod-{index}"},
            "spec": {"containers": [{"name": f"c{each}", "resources": {"requests": {"cpu": request}}} for each in range(containers)]},
            "status": {
                "phase": "Running",
                "startTime": began,
                "conditions": [ready],
            },
        }
        for index, request in enumerate(requests)
    ]


@pytest.mark.parametrize("row", _rows(TOLERANCE, but=lambda row: not row["configurableToleranceGate"]))
def test_a_tolerance_of_its_own(row: Obj) -> None:
    tolerances = tolerances_of({"scaleUp": row["scaleUpRules"], "scaleDown": row["scaleDownRules"]})
    metrics = {f"pod-{index}": PodMetric(level, NOW, 60.0) for index, level in enumerate(row["reportedLevels"])}
    pods = _ready_pods(row["reportedCPURequests"])
    assert by_utilization(pods, metrics, row["replicas"], 100, "cpu", "", tolerances, NOW).replicas == row["expectedDesiredReplicas"]


@pytest.mark.parametrize("row", _rows(CALCULATED))
def test_the_calculator_with_tolerances(row: Obj) -> None:
    case = row["replicaCalcTestCase"]
    resource = case["resource"]
    levels = resource["levels"]
    metrics = {f"pod-{index}": PodMetric(sum(level), NOW, 60.0) for index, level in enumerate(levels)}
    pods = _ready_pods(resource["requests"], len(levels[0]))
    tolerances = Tolerances(case["tolerances"]["scaleDown"], case["tolerances"]["scaleUp"]) if case["tolerances"] else Tolerances()
    found = by_utilization(pods, metrics, case["currentReplicas"], resource["targetUtilization"], "cpu", "", tolerances, NOW)
    assert found == Proposal(case["expectedReplicas"], resource["expectedValue"], resource["expectedUtilization"])


@pytest.mark.parametrize("row", _rows(BOUNDS))
def test_bounds_without_policies(row: Obj, monkeypatch: pytest.MonkeyPatch) -> None:
    # Upstream's tests raise the factor, so that other cases do not meet it.
    monkeypatch.setattr(behavior, "UP_FACTOR", 8)
    found = limited(row["currentReplicas"], row["expectedDesiredReplicas"], row["hpaMinReplicas"], row["hpaMaxReplicas"])
    assert (found.replicas, found.reason) == (row["expectedConvertedDesiredReplicas"], row["expectedCondition"])


def test_each_of_a_thousand_pods_is_counted_once() -> None:
    pods = list(_tables()[MANY]["cases"].values())
    metrics = {pod["metadata"]["name"]: PodMetric(500, NOW, 60.0) for pod in pods}
    found = by_utilization(pods, metrics, 1000, 100, "cpu", "", Tolerances(), NOW)
    assert (len(pods), found) == (1000, Proposal(500, 500, 50))


@pytest.mark.parametrize("row", _rows(STEADY))
def test_the_highest_recent_recommendation_counts(row: Obj) -> None:
    history = History(_stamped(row["recommendations"], "recommendation"))
    found = stabilized(history, row["prenormalizedDesiredReplicas"], NOW)
    assert (found, len(history.recommendations)) == (row["expectedStabilizedReplicas"], row["expectedLogLength"])


@pytest.mark.parametrize("row", _rows(STEADY_RULES))
def test_the_windows_of_a_behavior(row: Obj) -> None:
    history = History(_stamped(row["recommendations"], "recommendation"))
    up, down = row["scaleUpStabilizationWindowSeconds"], row["scaleDownStabilizationWindowSeconds"]
    found = stabilized_with_behavior(history, up, down, row["currentReplicas"], row["prenormalizedDesiredReplicas"], NOW)
    noted = [entry.replicas for entry in history.recommendations]
    expected = [entry["recommendation"] for entry in row["expectedRecommendations"] or ()] or noted
    assert (found.replicas, noted) == (row["expectedStabilizedReplicas"], expected)


@pytest.mark.parametrize("row", _rows(RULES))
def test_the_policies_of_a_behavior(row: Obj) -> None:
    current, desired = row["currentReplicas"], row["prenormalizedDesiredReplicas"]
    least, most = row["specMinReplicas"], row["specMaxReplicas"]
    history = History([], _stamped(row["scaleUpEvents"], "replicaChange"), _stamped(row["scaleDownEvents"], "replicaChange"))
    behavior = {"scaleUp": row["scaleUpRules"], "scaleDown": row["scaleDownRules"]}
    if any(behavior.values()):
        found = limited_with_behavior(history, behavior, current, desired, least, most, NOW)
    else:
        found = limited(current, desired, least, most)
    assert (found.replicas, found.reason) == (row["expectedReplicas"], row["expectedCondition"])


@pytest.mark.parametrize("direction", [1, -1], ids=["up", "down"])
@pytest.mark.parametrize("row", _rows(STORED))
def test_a_change_is_noted_for_its_period(row: Obj, direction: int) -> None:
    changes, rules = _stamped(row["prevScaleEvents"], "replicaChange"), row["scalingRules"]
    history = History([], changes, []) if direction == 1 else History([], [], changes)
    before = changed_within(changes, 60, NOW)
    note_change(history, {"scaleUp": rules, "scaleDown": rules} if rules else None, 5, 5 + direction * row["replicaChange"], NOW)
    expected = [entry["replicaChange"] for entry in row["newScaleEvents"]]
    assert (before, [change.replicas for change in changes]) == (row["expectedReplicasChange"], expected)


@pytest.mark.parametrize("row", _rows(REQUESTS))
def test_what_pods_request(row: Obj) -> None:
    pod_level = row["enablePodLevelResources"]
    if row["expectedError"] is not None:
        with pytest.raises(MetricsError, match=row["expectedError"]["error"]):
            requests_of(row["pods"], row["container"], row["resource"], pod_level=pod_level)
        return
    assert requests_of(row["pods"], row["container"], row["resource"], pod_level=pod_level) == row["expectedRequests"]


@pytest.mark.parametrize("row", _rows(GROUPS))
def test_which_pods_count(row: Obj) -> None:
    now = parse_timestamp("2026-11-21T01:16:35.545Z")
    metrics = {name: PodMetric(m["Value"], _moment(m["Timestamp"]), seconds_of(m["Window"])) for name, m in row["metrics"].items()}
    found = group_pods(row["pods"], metrics, row["resource"], now, initialization=120, readiness_delay=10)
    assert (found.ready, found.unready, found.missing, found.ignored) == (
        row["expectReadyPodCount"],
        set(row["expectUnreadyPods"]),
        set(row["expectMissingPods"]),
        set(row["expectIgnoredPods"]),
    )
