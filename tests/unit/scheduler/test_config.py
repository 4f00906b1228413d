"""KubeSchedulerConfiguration: what a file says, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from cluster.engine.clock import Clock
from cluster.engine.rng import Rng
from cluster.engine.trace import Trace
from cluster.machinery.meta import Obj
from cluster.scheduler.config.fault import ConfigError, explained
from cluster.scheduler.config.model import SchedulerConfig, plugin_set
from cluster.scheduler.config.reading import read_config
from cluster.scheduler.decision import Decision
from cluster.scheduler.framework import Framework
from cluster.scheduler.plugins import DEFAULT_PLUGINS
from tests.unit.scheduler.build import START, View, node, node_infos, pod, pod_info

_HEAD = {"apiVersion": "kubescheduler.config.k8s.io/v1", "kind": "KubeSchedulerConfiguration"}


def _text(*profiles: Obj, **fields: Any) -> str:
    return yaml.safe_dump({**_HEAD, **({"profiles": list(profiles)} if profiles else {}), **fields})


def _plugins(**points: Obj) -> Obj:
    return {"plugins": points}


def _args(name: str, **args: Any) -> Obj:
    return {"pluginConfig": [{"name": name, "args": args}]}


def _named(*names: str, weight: int = 0) -> list[Obj]:
    return [{"name": name, **({"weight": weight} if weight else {})} for name in names]


def _order(profile: Obj, point: str) -> list[tuple[str, int]]:
    """The plugins at a point, with their weights."""
    made = plugin_set(read_config(_text(profile)).profiles[0], View())
    return [(plugin.name, made.weights[plugin.name]) for plugin in made.points[point]]


_SCORES = [
    ("TaintToleration", 3),
    ("NodeAffinity", 2),
    ("NodeResourcesFit", 1),
    ("PodTopologySpread", 2),
    ("InterPodAffinity", 2),
    ("DynamicResources", 2),
    ("NodeResourcesBalancedAllocation", 1),
    ("ImageLocality", 1),
]


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        pytest.param({}, _SCORES, id="the defaults"),
        pytest.param(_plugins(score={"disabled": _named("ImageLocality")}), _SCORES[:-1], id="one is off at one point"),
        pytest.param(_plugins(multiPoint={"disabled": _named("ImageLocality")}), _SCORES[:-1], id="one is off everywhere"),
        pytest.param(
            _plugins(score={"disabled": _named("*"), "enabled": _named("ImageLocality")}),
            [("ImageLocality", 1)],
            id="all are off but one, whose weight is 1",
        ),
        pytest.param(
            _plugins(score={"enabled": _named("ImageLocality", weight=9)}),
            [("ImageLocality", 9), *_SCORES[:-1]],
            id="one has another weight at one point, and goes first",
        ),
        pytest.param(
            _plugins(multiPoint={"enabled": _named("ImageLocality", weight=9)}),
            [*_SCORES[:-1], ("ImageLocality", 9)],
            id="one has another weight everywhere, and stays where it is",
        ),
        pytest.param(
            _plugins(multiPoint={"disabled": _named("*"), "enabled": _named("PrioritySort", "DefaultBinder", "NodeResourcesFit")}),
            [("NodeResourcesFit", 1)],
            id="only what is named runs",
        ),
    ],
)
def test_which_plugins_score_with_which_weights(profile: Obj, expected: list[tuple[str, int]]) -> None:
    assert _order(profile, "score") == expected


def test_without_a_text_everything_is_the_default() -> None:
    made = plugin_set(read_config("").profiles[0], View())
    assert (read_config(""), list(made.plugins)) == (SchedulerConfig(), list(dict.fromkeys(made.plugins)))
    assert set(made.plugins) == {name for name, _ in DEFAULT_PLUGINS}


def test_fields_of_the_whole_are_read() -> None:
    config = read_config(_text({"schedulerName": "a"}, {"schedulerName": "b", "percentageOfNodesToScore": 7}, percentageOfNodesToScore=50))
    assert [(profile.name, profile.percentage) for profile in config.profiles] == [("a", 50), ("b", 7)]
    backoff = read_config(_text(podInitialBackoffSeconds=2, podMaxBackoffSeconds=60))
    assert (backoff.initial_backoff, backoff.max_backoff) == (2.0, 60.0)


def _decide(profile: Obj, spec: Obj, *nodes: Obj, pods: list[Obj] | None = None) -> Decision:
    made = plugin_set(read_config(_text(profile)).profiles[0], View())
    runner = Framework(made, Trace(Clock(START)), Rng(1))
    return runner.schedule(pod_info(pod("web", **spec)), node_infos(list(nodes), pods))


_FULL = pod("old", node="n1", requests={"cpu": "2", "memory": "2Gi"})
_FIT = {"name": "NodeResourcesFit"}
_RATIO = {"shape": [{"utilization": 0, "score": 0}, {"utilization": 100, "score": 10}]}
_ONLY_FIT = {"score": {"disabled": _named("*"), "enabled": _named("NodeResourcesFit")}}


@pytest.mark.parametrize(
    ("profile", "spec", "expected"),
    [
        pytest.param({}, {"requests": {"cpu": "1"}}, "n2", id="by default pods go where there is room"),
        pytest.param(
            {"plugins": _ONLY_FIT, **_args("NodeResourcesFit", scoringStrategy={"type": "MostAllocated"})},
            {"requests": {"cpu": "1"}},
            "n1",
            id="MostAllocated packs them",
        ),
        pytest.param(
            {
                "plugins": _ONLY_FIT,
                **_args("NodeResourcesFit", scoringStrategy={"type": "RequestedToCapacityRatio", "requestedToCapacityRatio": _RATIO}),
            },
            {"requests": {"cpu": "1"}},
            "n1",
            id="a rising line packs them, too",
        ),
        pytest.param(
            _args(
                "NodeAffinity",
                addedAffinity={
                    "requiredDuringSchedulingIgnoredDuringExecution": {
                        "nodeSelectorTerms": [{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["n1"]}]}]
                    }
                },
            ),
            {"requests": {"cpu": "1"}},
            "n1",
            id="an affinity that is added to every pod",
        ),
        pytest.param(
            {"plugins": {**_ONLY_FIT, "filter": {"disabled": _named("NodeResourcesFit")}}},
            {"requests": {"cpu": "64"}},
            "n2",
            id="nobody counts what is left",
        ),
    ],
)
def test_a_configuration_changes_where_pods_go(profile: Obj, spec: Obj, expected: str) -> None:
    assert _decide(profile, spec, node("n1"), node("n2"), pods=[_FULL]).node == expected


_NOT_IN_RANGE = "not in valid range"
_P0 = "profiles[0].pluginConfig[0].args"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(_text({"plugin": {}}), 'strict decoding error: unknown field "profiles[0].plugin"', id="a field that does not exist"),
        pytest.param(
            _text(_args("InterPodAffinity", weight=1)),
            f'strict decoding error: unknown field "{_P0}.weight"',
            id="an argument that does not exist",
        ),
        pytest.param(
            _text(parallelism="many"),
            "json: cannot unmarshal string into Go struct field KubeSchedulerConfiguration.parallelism of type int32",
            id="a field of a wrong type",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\n",
            'no kind "Pod" is registered for version "v1" in scheme "k8s.io/kubernetes/pkg/scheduler/apis/config/scheme/scheme.go:30"',
            id="something else",
        ),
        pytest.param(_text(parallelism=0), "parallelism: Invalid value: 0: should be an integer value greater than zero", id="no workers"),
        pytest.param(
            _text(percentageOfNodesToScore=101), "percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]", id="over 100 %"
        ),
        pytest.param(
            _text(podInitialBackoffSeconds=5, podMaxBackoffSeconds=2),
            "podMaxBackoffSeconds: Invalid value: 2: must be greater than or equal to PodInitialBackoffSeconds",
            id="a longest back-off that is shorter than the first",
        ),
        pytest.param(
            _text({"schedulerName": "a"}, {"schedulerName": "a"}, {}),
            'profiles[1].schedulerName: Duplicate value: "profiles[0].schedulerName"\nprofiles[2].schedulerName: Required value',
            id="profiles without names of their own",
        ),
        pytest.param(
            _text({"schedulerName": "a"}, {"schedulerName": "b", **_plugins(queueSort={"enabled": _named("PrioritySort")})}),
            'profiles[1].plugins.queueSort: Invalid value: {"enabled":[{"name":"PrioritySort"}]}: must be the same for all profiles',
            id="two orders of one queue",
        ),
        pytest.param(
            _text(_plugins(score={"enabled": _named("EBSLimits")})),
            'profiles[0].plugins.score.enabled[0]: Invalid value: "EBSLimits": was invalid in version "v1" '
            '(KubeSchedulerConfiguration is version "kubescheduler.config.k8s.io/v1")',
            id="a plugin that is gone",
        ),
        pytest.param(
            _text(_args("DefaultPreemption", minCandidateNodesPercentage=-1)),
            f"{_P0}.minCandidateNodesPercentage: Invalid value: -1: {_NOT_IN_RANGE} [0, 100]",
            id="a negative share of candidates",
        ),
        pytest.param(
            _text(_args("InterPodAffinity", hardPodAffinityWeight=101)),
            f"{_P0}.hardPodAffinityWeight: Invalid value: 101: {_NOT_IN_RANGE} [0, 100]",
            id="too much weight",
        ),
        pytest.param(
            _text(_args("NodeResourcesBalancedAllocation", resources=[{"name": "cpu", "weight": 2}])),
            f"{_P0}.resources[0].weight: Invalid value: 2: must be 1",
            id="balance with weights",
        ),
        pytest.param(
            _text(_args("NodeResourcesFit", scoringStrategy={"type": "Fullest", "resources": [{"name": "cpu", "weight": 101}]})),
            f'{_P0}.scoringStrategy.type: Unsupported value: "Fullest": supported values: "LeastAllocated", "MostAllocated", '
            '"RequestedToCapacityRatio"\n'
            f"{_P0}.scoringStrategy.resources[0].weight: Invalid value: 101: resource weight of cpu not in valid range (0, 100]",
            id="a strategy that does not exist, and too much weight",
        ),
        pytest.param(
            _text(_args("NodeResourcesFit", scoringStrategy={"type": "RequestedToCapacityRatio"})),
            f"{_P0}.scoringStrategy.requestedToCapacityRatio: Required value: must be specified when type is RequestedToCapacityRatio",
            id="a ratio without a line",
        ),
        pytest.param(
            _text(
                _args(
                    "NodeResourcesFit",
                    scoringStrategy={
                        "type": "RequestedToCapacityRatio",
                        "requestedToCapacityRatio": {"shape": [{"utilization": 50, "score": 1}, {"utilization": 50, "score": 11}]},
                    },
                )
            ),
            f"{_P0}.scoringStrategy.requestedToCapacityRatio.shape[1].utilization: Invalid value: 50: values must be sorted in increasing "
            f"order\n{_P0}.scoringStrategy.requestedToCapacityRatio.shape[1].score: Invalid value: 11: {_NOT_IN_RANGE} [0, 10]",
            id="a line that does not rise",
        ),
        pytest.param(
            _text(_args("PodTopologySpread", defaultConstraints=[{"maxSkew": 0, "topologyKey": "zone", "whenUnsatisfiable": "Never"}])),
            f'{_P0}.defaultingType: Invalid value: "System": when .defaultConstraints are not empty\n'
            f"{_P0}.defaultConstraints[0].maxSkew: Invalid value: 0: not in valid range (0, inf)\n"
            f'{_P0}.defaultConstraints[0].whenUnsatisfiable: Unsupported value: "Never": '
            'supported values: "DoNotSchedule", "ScheduleAnyway"',
            id="constraints beside the system's",
        ),
        pytest.param(
            _text(_args("VolumeBinding", bindTimeoutSeconds=-1)),
            f"{_P0}.bindTimeoutSeconds: Invalid value: -1: invalid BindTimeoutSeconds, should not be a negative value",
            id="no patience at all",
        ),
    ],
)
def test_what_is_wrong_with_a_configuration(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        read_config(text)
    assert str(refusal.value) == expected


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        pytest.param(_plugins(filter={"enabled": _named("Mine")}), 'FilterPlugin "Mine" does not exist', id="no such plugin"),
        pytest.param(_plugins(multiPoint={"enabled": _named("Mine")}), 'PreEnqueuePlugin "Mine" does not exist', id="none anywhere"),
        pytest.param(
            _plugins(score={"enabled": _named("NodeName")}), 'plugin "NodeName" does not extend ScorePlugin plugin', id="it has no scores"
        ),
        pytest.param(
            _plugins(bind={"disabled": _named("*")}),
            'at least one bind plugin is needed for profile with scheduler name "default-scheduler"',
            id="nobody binds",
        ),
        pytest.param(
            _plugins(queueSort={"disabled": _named("PrioritySort")}),
            'at least one queue sort plugin is needed for profile with scheduler name "default-scheduler"',
            id="nobody sorts",
        ),
        pytest.param(
            _plugins(score={"enabled": _named("ImageLocality", "ImageLocality")}),
            'plugin "ImageLocality" already registered as "ScorePlugin"',
            id="twice the same",
        ),
    ],
)
def test_plugins_that_cannot_run(profile: Obj, expected: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        _order(profile, "score")
    assert str(refusal.value) == expected


_TOP = "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"{_TOP}profils: []\nparalellism: 3\n",
            'lines 3, 4: strict decoding error: unknown field "profils", unknown field "paralellism" '
            "(possible here: profiles, parallelism)",
            id="misspelt fields",
        ),
        pytest.param(
            f"{_TOP}profiles:\n- pluginConfig:\n  - name: NodeAffinity\n    args: {{mine: {{}}}}\n",
            'line 6: strict decoding error: unknown field "profiles[0].pluginConfig[0].args.mine" (possible here: addedAffinity)',
            id="an argument unlike any",
        ),
        pytest.param(
            f"{_TOP}profiles:\n- plugins:\n    score:\n      enabled:\n      - name: NodeResourceFit\n",
            'line 7: ScorePlugin "NodeResourceFit" does not exist (possible here: NodeResourcesFit)',
            id="a misspelt plugin",
        ),
        pytest.param(
            f"{_TOP}profiles:\n- schedulerName: a\n- schedulerName: a\n  percentageOfNodesToScore: 101\n",
            "line 6: profiles[1].percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]\n"
            'line 5: profiles[1].schedulerName: Duplicate value: "profiles[0].schedulerName"',
            id="two faults",
        ),
        pytest.param(
            f"{_TOP}profiles:\n- percentageOfNodesToScore: many\n",
            "line 4: json: cannot unmarshal string into Go struct field "
            "KubeSchedulerConfiguration.profiles[0].percentageOfNodesToScore of type int32",
            id="a value of another type",
        ),
        pytest.param(
            "apiVersion: v1\nkind: Pod\n",
            'lines 1, 2: no kind "Pod" is registered for version "v1" in scheme '
            '"k8s.io/kubernetes/pkg/scheduler/apis/config/scheme/scheme.go:30" '
            "(possible here: KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1)",
            id="another kind",
        ),
        pytest.param(
            f"{_TOP}extenders:\n- {{}}\n", "line 3: extenders: Forbidden: programs outside the cluster are not simulated", id="extenders"
        ),
        pytest.param("- 1\n", "one document with a KubeSchedulerConfiguration is expected", id="no object"),
        pytest.param("[" * 100_000, "line 1: nested deeper than 64 levels", id="a text that must not be read"),
    ],
)
def test_who_wrote_a_configuration_hears_where_it_is_wrong(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        read_config(text)
    assert explained(refusal.value, text) == expected
