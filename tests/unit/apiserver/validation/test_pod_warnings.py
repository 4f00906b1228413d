"""What is odd about a pod that is accepted: every warning, in upstream's order."""

from __future__ import annotations

import pytest

from cluster.apiserver.validation.pod_warnings import pod_spec_warnings
from cluster.apiserver.validation.workload_warnings import template_warnings
from cluster.machinery.meta import Obj

_HIDES = 'hides previous definition of "A", which may be dropped when using apply'
_NULL = "a null labelSelector results in matching no pod"
_IGNORED = "DuringSchedulingIgnoredDuringExecution"
_ARCH = 'deprecated since v1.14; use "kubernetes.io/arch" instead'
_ARCH_KEY = f"matchExpressions[0].key: beta.kubernetes.io/arch is {_ARCH}"
_OLD_ARCH: Obj = {"matchExpressions": [{"key": "beta.kubernetes.io/arch", "operator": "Exists"}]}


def _env(*values: Obj) -> Obj:
    return {"containers": [{"name": "c", "env": [{"name": "A", **value} for value in values]}]}


def _ports(*ports: Obj) -> Obj:
    return {"containers": [{"name": "c", "ports": [{"containerPort": 80, "protocol": "TCP", **port} for port in ports]}]}


_SPECS = [
    pytest.param({}, [], id="nothing"),
    pytest.param(
        {
            "nodeSelector": {"beta.kubernetes.io/arch": "arm", "b": "c"},
            "affinity": {
                "nodeAffinity": {
                    f"required{_IGNORED}": {"nodeSelectorTerms": [_OLD_ARCH]},
                    f"preferred{_IGNORED}": [{"weight": 1, "preference": _OLD_ARCH}],
                }
            },
            "topologySpreadConstraints": [{"topologyKey": "beta.kubernetes.io/arch"}],
        },
        [
            f"spec.nodeSelector[beta.kubernetes.io/arch]: {_ARCH}",
            f"spec.affinity.nodeAffinity.required{_IGNORED}.nodeSelectorTerms[0].{_ARCH_KEY}",
            f"spec.affinity.nodeAffinity.preferred{_IGNORED}[0].preference.{_ARCH_KEY}",
            f"spec.topologySpreadConstraints[0].topologyKey: beta.kubernetes.io/arch is {_ARCH}",
            f"spec.topologySpreadConstraints[0].labelSelector: {_NULL}",
        ],
        id="old labels of nodes",
    ),
    pytest.param(
        {"volumes": [{"name": "v", "gitRepo": {}}, {"name": "w", "storageos": {}}]},
        [
            "spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
            "spec.volumes[1].storageOS: deprecated in v1.22, non-functional in v1.25+",
        ],
        id="old kinds of volumes",
    ),
    pytest.param(
        {"hostAliases": [{"ip": "1.1.1.1"}, {"ip": "1.1.1.1"}], "imagePullSecrets": [{"name": "a"}, {"name": "a"}, {}]},
        [
            'spec.hostAliases[1].ip: duplicate ip "1.1.1.1"',
            'spec.imagePullSecrets[1].name: duplicate name "a"',
            'spec.imagePullSecrets[2].name: invalid empty name ""',
        ],
        id="what is said twice",
    ),
    pytest.param(
        {
            "containers": [{"name": "c", "resources": {side: {"memory": "100m"} for side in ("requests", "limits")}}],
            "overhead": {"memory": "1m"},
        },
        [
            'spec.overhead[memory]: fractional byte value "1m" is invalid, must be an integer',
            'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
            'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
        ],
        id="parts of bytes",
    ),
    pytest.param(_env({"value": "x"}, {"value": "$(A)/y"}), [], id="a variable that builds on itself"),
    pytest.param(_env({"value": "x"}, {"value": "$(A)"}), [f"spec.containers[0].env[1]: {_HIDES}"], id="a variable that is itself"),
    pytest.param(_env({"value": "x"}, {"valueFrom": {}}), [f"spec.containers[0].env[1]: {_HIDES}"], id="a variable from elsewhere"),
    pytest.param(
        _ports({"hostPort": 8080}, {}),
        ["spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]"],
        id="a port on the host and not",
    ),
    pytest.param(
        _ports({"hostPort": 8080, "hostIP": "1.1.1.1"}, {"hostPort": 8080}),
        ["spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.containers[0].ports[0]"],
        id="a port on one address of the host and on all",
    ),
    pytest.param(
        _ports({"hostIP": "1.1.1.1"}),
        ["spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:1.1.1.1}"],
        id="an address without a port",
    ),
    pytest.param(
        {
            "terminationGracePeriodSeconds": -1,
            "affinity": {
                "podAffinity": {f"required{_IGNORED}": [{"topologyKey": "z"}]},
                "podAntiAffinity": {f"preferred{_IGNORED}": [{"weight": 1, "podAffinityTerm": {"topologyKey": "z"}}]},
            },
        },
        [
            "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1",
            f"spec.affinity.podAffinity.required{_IGNORED}[0].labelSelector: {_NULL}",
            f"spec.affinity.podAntiAffinity.preferred{_IGNORED}[0].podAffinityTerm.labelSelector: {_NULL}",
        ],
        id="terms that match nothing",
    ),
]


@pytest.mark.parametrize(("spec", "wanted"), _SPECS)
def test_a_pod_is_warned_of(spec: Obj, wanted: list[str]) -> None:
    assert pod_spec_warnings(spec, "spec") == wanted


def test_a_template_is_warned_of_with_its_annotations() -> None:
    old = {"scheduler.alpha.kubernetes.io/critical-pod": ""}
    assert template_warnings({"metadata": {"annotations": old}, "spec": {}}) == [
        "spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: "
        'non-functional in v1.16+; use the "priorityClassName" field instead'
    ]
