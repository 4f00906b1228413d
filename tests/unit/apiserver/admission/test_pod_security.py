"""PodSecurity: every check in upstream's words, what the labels of a namespace ask for, and who hears of it."""

from __future__ import annotations

import pytest

from cluster.apiserver.admission.pod_security.evaluation import detail, violations
from cluster.apiserver.admission.pod_security.policy import BASELINE, PRIVILEGED, RESTRICTED, LevelVersion, policy_of
from cluster.apiserver.request import Credentials, PatchType, Request
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import NAMESPACES, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import TOKEN, Rig, pod

HARD: Obj = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""A security context that the level restricted accepts."""


def _spec(*contexts: Obj, **spec: object) -> Obj:
    return {"containers": [{"name": "abc"[index], "securityContext": each} for index, each in enumerate(contexts)], **spec}


def _probed(**fields: object) -> Obj:
    return {"containers": [{"name": "a", **fields}]}


_ESCALATION = 'allowPrivilegeEscalation != false (container "a" must set securityContext.allowPrivilegeEscalation=false)'
_CAPABILITIES = 'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"])'
_NON_ROOT = 'runAsNonRoot != true (pod or container "a" must set securityContext.runAsNonRoot=true)'
_SECCOMP = 'seccompProfile (pod or container "a" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")'

_BASELINE = [
    pytest.param({}, _spec({}), "", id="an ordinary pod"),
    pytest.param(
        {}, _spec({}, hostNetwork=True, hostIPC=True), "host namespaces (hostNetwork=true, hostIPC=true)", id="the host's network"
    ),
    pytest.param(
        {},
        _spec({"privileged": True}, {"privileged": True}),
        'privileged (containers "a", "b" must not set securityContext.privileged=true)',
        id="containers that may everything",
    ),
    pytest.param(
        {},
        _spec({"capabilities": {"add": ["SYS_ADMIN", "CHOWN", "NET_RAW"]}}),
        'non-default capabilities (container "a" must not include "NET_RAW", "SYS_ADMIN" in securityContext.capabilities.add)',
        id="capabilities",
    ),
    pytest.param(
        {}, _spec({}, volumes=[{"name": "v", "hostPath": {"path": "/"}}]), 'hostPath volumes (volume "v")', id="a directory of the host"
    ),
    pytest.param(
        {}, _probed(ports=[{"containerPort": 80, "hostPort": 8080}]), 'hostPort (container "a" uses hostPort 8080)', id="a port of the host"
    ),
    pytest.param(
        {},
        _probed(livenessProbe={"httpGet": {"host": "10.0.0.1"}}),
        'probe or lifecycle host (container "a" uses probe or lifecycle host "10.0.0.1")',
        id="a probe of somebody else",
    ),
    pytest.param(
        {"annotations": {"container.apparmor.security.beta.kubernetes.io/a": "unconfined"}},
        _spec({"appArmorProfile": {"type": "Unconfined"}}),
        'forbidden AppArmor profiles (container "a" and annotation must not set AppArmor profile type to "Unconfined", '
        '"container.apparmor.security.beta.kubernetes.io/a="unconfined"")',
        id="no AppArmor profile",
    ),
    pytest.param(
        {},
        _spec({"seLinuxOptions": {"type": "spc_t", "user": "u"}}, securityContext={"seLinuxOptions": {"role": "r"}}),
        'seLinuxOptions (pod and container "a" set forbidden securityContext.seLinuxOptions: type "spc_t"; '
        "user may not be set; role may not be set)",
        id="SELinux options",
    ),
    pytest.param(
        {},
        _spec({"procMount": "Unmasked"}),
        'procMount (container "a" must not set securityContext.procMount to "Unmasked")',
        id="an unmasked /proc",
    ),
    pytest.param({}, _spec({"procMount": "Unmasked"}, hostUsers=False), "", id="an unmasked /proc in a user namespace"),
    pytest.param(
        {},
        _spec({}, securityContext={"seccompProfile": {"type": "Unconfined"}}),
        'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
        id="no seccomp profile",
    ),
    pytest.param(
        {},
        _spec({}, securityContext={"sysctls": [{"name": "net.ipv4.tcp_rmem"}, {"name": "kernel.msgmax"}]}),
        "forbidden sysctls (kernel.msgmax)",
        id="a kernel parameter",
    ),
    pytest.param(
        {},
        _spec({"windowsOptions": {"hostProcess": True}}),
        'hostProcess (container "a" must not set securityContext.windowsOptions.hostProcess=true)',
        id="a process of the host",
    ),
]


@pytest.mark.parametrize(("meta", "spec", "text"), _BASELINE)
def test_baseline(meta: Obj, spec: Obj, text: str) -> None:
    assert detail(violations(LevelVersion(BASELINE), meta, spec)) == text


_RESTRICTED = [
    pytest.param(_spec(HARD), "", id="a hardened pod"),
    pytest.param(_spec({}), f"{_ESCALATION}, {_CAPABILITIES}, {_NON_ROOT}, {_SECCOMP}", id="an ordinary pod"),
    pytest.param(_spec({}, os={"name": "windows"}), _NON_ROOT, id="one on Windows"),
    pytest.param(
        _spec({**HARD, "capabilities": {"drop": ["ALL"], "add": ["CHOWN", "NET_BIND_SERVICE"]}}),
        'unrestricted capabilities (container "a" must not include "CHOWN" in securityContext.capabilities.add)',
        id="a capability that baseline allows",
    ),
    pytest.param(
        _spec({**HARD, "runAsNonRoot": False, "runAsUser": 0}),
        'runAsNonRoot != true (container "a" must not set securityContext.runAsNonRoot=false), '
        'runAsUser=0 (container "a" must not set runAsUser=0)',
        id="root",
    ),
    pytest.param(_spec({**HARD, "runAsNonRoot": False, "runAsUser": 0}, hostUsers=False), "", id="root in a user namespace"),
    pytest.param(
        _spec(HARD, volumes=[{"name": "v", "hostPath": {}}, {"name": "w", "nfs": {}}, {"name": "x", "emptyDir": {}}]),
        'restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")',
        id="volumes that reach elsewhere",
    ),
    pytest.param(
        _spec({**HARD, "seccompProfile": {"type": "Unconfined"}}),
        'seccompProfile (container "a" must not set securityContext.seccompProfile.type to "Unconfined")',
        id="no seccomp profile",
    ),
]


@pytest.mark.parametrize(("spec", "text"), _RESTRICTED)
def test_restricted(spec: Obj, text: str) -> None:
    assert detail(violations(LevelVersion(RESTRICTED), {}, spec)) == text


_VERSIONS = [
    pytest.param(LevelVersion(PRIVILEGED), {"privileged": True}, "", id="privileged allows everything"),
    pytest.param(LevelVersion(RESTRICTED, 7), {}, _NON_ROOT, id="long ago there was less to ask"),
    pytest.param(LevelVersion(RESTRICTED, 19), HARD, "", id="and capabilities came later"),
    pytest.param(
        LevelVersion(BASELINE, 18),
        {"seccompProfile": {"type": "Unconfined"}},
        "",
        id="the field for seccomp is younger than the annotation",
    ),
]


@pytest.mark.parametrize(("policy", "context", "text"), _VERSIONS)
def test_a_level_is_what_it_was_in_its_version(policy: LevelVersion, context: Obj, text: str) -> None:
    assert detail(violations(policy, {}, _spec(context))) == text


_PREFIX = "pod-security.kubernetes.io/"
_POLICIES = [
    pytest.param({}, ("privileged:latest", "privileged:latest"), [], id="no labels"),
    pytest.param({"enforce": "baseline"}, ("baseline:latest", "baseline:latest"), [], id="what is enforced is warned of"),
    pytest.param(
        {"enforce": "baseline", "enforce-version": "v1.20", "warn": "restricted"}, ("baseline:v1.20", "restricted:latest"), [], id="each"
    ),
    pytest.param(
        {"enforce": "strict", "warn-version": "1.2"},
        ("restricted:latest", "privileged:latest"),
        [
            f'metadata.labels[{_PREFIX}enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted',
            f'metadata.labels[{_PREFIX}warn-version]: Invalid value: "1.2": must be "latest" or "v1.x"',
        ],
        id="labels that cannot be read",
    ),
]


@pytest.mark.parametrize(("labels", "modes", "faults"), _POLICIES)
def test_the_labels_of_a_namespace(labels: Obj, modes: tuple[str, str], faults: list[str]) -> None:
    policy, found = policy_of({f"{_PREFIX}{name}": value for name, value in labels.items()})
    assert ((str(policy.enforce), str(policy.warn)), [str(fault) for fault in found]) == (modes, faults)


def _rig(**labels: str) -> Rig:
    rig = Rig("default")
    _label(rig, **labels)
    return rig


def _label(rig: Rig, **labels: str) -> tuple[str, ...]:
    """Label the namespace and return the warnings."""
    body = {"metadata": {"labels": {f"{_PREFIX}{name}": value for name, value in labels.items()}}}
    request = Request("patch", NAMESPACES, "kubectl", Credentials(token=TOKEN), "", "default", "", body, PatchType.MERGE)
    return rig.handler.serve(request).warnings


def _create(rig: Rig, kind: Kind, obj: Obj) -> tuple[str, ...]:
    return rig.handler.serve(Request("create", kind, "kubectl", Credentials(token=TOKEN), "default", body=obj)).warnings


def _deployment() -> Obj:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}], "hostPID": True}}
    return {"metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": template}}


def test_a_pod_that_is_forbidden_is_refused() -> None:
    with pytest.raises(ApiError) as raised:
        _create(_rig(enforce="baseline"), PODS, pod("web", hostPID=True))
    message = 'pods "web" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)'
    assert (raised.value.code, raised.value.message) == (403, message)


_WARNED = [
    pytest.param("warn", PODS, pod("web", hostPID=True), id="a pod"),
    pytest.param("enforce", DEPLOYMENTS, _deployment(), id="what makes pods is never refused"),
]


@pytest.mark.parametrize(("mode", "kind", "obj"), _WARNED)
def test_what_is_allowed_and_should_not_be_is_warned_of(mode: str, kind: Kind, obj: Obj) -> None:
    warnings = _create(_rig(**{mode: "baseline"}), kind, obj)
    assert warnings == ('would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)',)


def test_a_namespace_that_becomes_stricter_names_the_pods_it_would_refuse() -> None:
    rig = _rig()
    for name in ("b", "a"):
        _create(rig, PODS, pod(name, hostPID=True))
    _create(rig, PODS, pod("c", volumes=[{"name": "v", "hostPath": {"path": "/"}}]))
    assert _label(rig, enforce="baseline") == (
        'existing pods in namespace "default" violate the new PodSecurity enforce level "baseline:latest"',
        "a (and 1 other pod): host namespaces",
        "c: hostPath volumes",
    )


def test_labels_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(ApiError) as raised:
        _rig(enforce="strict")
    wanted = f'Namespace "default" is invalid: metadata.labels[{_PREFIX}enforce]: Invalid value: "strict": must be one of '
    assert (raised.value.code, raised.value.message) == (422, f"{wanted}privileged, baseline, restricted")
