"""Audit policies: which rule fits a request, and which files are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.request import User
from cluster.http.audit.log import CannotWrite
from cluster.http.audit.policy import BadPolicy, Policy, Verdict, read_policy
from cluster.http.audit.trail import audit_trail
from cluster.machinery.meta import Obj

ANN = User("ann", ("dev", "system:authenticated"))
PODS = Attributes(ANN, "list", "", "v1", "pods", namespace="shop")
POD_LOG = Attributes(ANN, "get", "", "v1", "pods", "log", "shop", "web")
NODE = Attributes(ANN, "get", "", "v1", "nodes", name="n1")
HEALTH = Attributes(ANN, "get", path="/healthz/etcd")

FITS: dict[str, tuple[Obj, Attributes, bool]] = {
    "a rule without conditions": ({}, PODS, True),
    "the user": ({"users": ["ann"]}, PODS, True),
    "another user": ({"users": ["bob"]}, PODS, False),
    "a group": ({"userGroups": ["ops", "dev"]}, PODS, True),
    "another group": ({"userGroups": ["ops"]}, PODS, False),
    "the verb": ({"verbs": ["list"]}, PODS, True),
    "another verb": ({"verbs": ["get"]}, PODS, False),
    "the namespace": ({"namespaces": ["shop"]}, PODS, True),
    "another namespace": ({"namespaces": ["default"]}, PODS, False),
    "no namespace": ({"namespaces": [""]}, NODE, True),
    "a namespace of a path": ({"namespaces": [""]}, HEALTH, False),
    "a whole group": ({"resources": [{"group": ""}]}, PODS, True),
    "another group of the API": ({"resources": [{"group": "apps"}]}, PODS, False),
    "the resource": ({"resources": [{"group": "", "resources": ["pods"]}]}, PODS, True),
    "a resource without its subresources": ({"resources": [{"group": "", "resources": ["pods"]}]}, POD_LOG, False),
    "a subresource": ({"resources": [{"group": "", "resources": ["pods/log"]}]}, POD_LOG, True),
    "all subresources of a resource": ({"resources": [{"group": "", "resources": ["pods/*"]}]}, POD_LOG, True),
    "a subresource of all resources": ({"resources": [{"group": "", "resources": ["*/log"]}]}, POD_LOG, True),
    "every resource": ({"resources": [{"group": "", "resources": ["*"]}]}, POD_LOG, True),
    "the name": ({"resources": [{"group": "", "resources": ["nodes"], "resourceNames": ["n1"]}]}, NODE, True),
    "another name": ({"resources": [{"group": "", "resources": ["nodes"], "resourceNames": ["n2"]}]}, NODE, False),
    "the path": ({"nonResourceURLs": ["/healthz/etcd"]}, HEALTH, True),
    "the beginning of the path": ({"nonResourceURLs": ["/version", "/healthz*"]}, HEALTH, True),
    "another path": ({"nonResourceURLs": ["/healthz"]}, HEALTH, False),
    "every path": ({"nonResourceURLs": ["*"]}, HEALTH, True),
    "a path of a resource": ({"nonResourceURLs": ["*"]}, PODS, False),
    "a resource of a path": ({"resources": [{"group": ""}]}, HEALTH, False),
}


@pytest.mark.parametrize(("rule", "attributes", "expected"), FITS.values(), ids=FITS.keys())
def test_a_rule_fits_a_request(rule: Obj, attributes: Attributes, expected: bool) -> None:
    assert Policy({"rules": [{"level": "Request", **rule}]}).judge(attributes).level == ("Request" if expected else "None")


def test_the_first_rule_that_fits_decides_and_both_say_what_is_left_out() -> None:
    rules = [
        {"level": "None", "users": ["bob"]},
        {"level": "Metadata", "omitStages": ["ResponseStarted"], "omitManagedFields": True},
        {"level": "Request"},
    ]
    policy = Policy({"omitStages": ["RequestReceived"], "rules": rules})
    assert policy.judge(PODS) == Verdict("Metadata", frozenset({"RequestReceived", "ResponseStarted"}), True)


HEAD = "apiVersion: audit.k8s.io/v1\nkind: Policy\n"
BAD: dict[str, tuple[str, str]] = {
    "no YAML": ("a: [", "{path} is not YAML: "),
    "another kind": ("kind: Pod", "{path} is no audit policy: it has to begin with apiVersion: audit.k8s.io/v1 and kind: Policy"),
    "no rules": (HEAD, "loaded illegal policy with 0 rules from file {path}"),
    "no level": (HEAD + "rules: [{users: [a]}]", "{path}: rules[0].level: Required value"),
    "an unknown level": (
        HEAD + "rules: [{level: All}]",
        '{path}: rules[0].level: Unsupported value: "All": supported values: "None", "Metadata", "Request", "RequestResponse"',
    ),
    "two faults": (
        HEAD + "omitStages: [End]\nrules: [{level: None, nonResourceURLs: [a, '/*/b'], namespaces: [x]}]",
        '{path}: omitStages[0]: Invalid value: "End": allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic; '
        'rules[0].nonResourceURLs: Invalid value: ["a","/*/b"]: rules cannot apply to both regular resources and non-resource URLs; '
        "rules[0].nonResourceURLs[0]: Invalid value: \"a\": non-resource URL rules must begin with a '/' character; "
        "rules[0].nonResourceURLs[1]: Invalid value: \"/*/b\": non-resource URL wildcards '*' must be the final character of the rule",
    ),
    "names without resources": (
        HEAD + "rules: [{level: None, resources: [{group: '', resourceNames: [a]}]}]",
        '{path}: rules[0].resources[0].resourceNames: Invalid value: ["a"]: using resourceNames requires at least one resource',
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_a_policy_that_cannot_be_followed_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(BadPolicy) as refusal:
        read_policy(path)
    assert str(refusal.value).startswith(message.format(path=path))


GOOD = HEAD + "rules: [{level: Metadata}]"


def outcome(log: str, policy: str) -> str:
    """Return why options are refused; ``on`` or ``off`` when they are not."""
    try:
        return "off" if audit_trail(log, policy) is None else "on"
    except (BadPolicy, CannotWrite) as error:
        return str(error)


def test_both_options_or_none(tmp_path: Path) -> None:
    log, policy, nowhere = tmp_path / "audit.log", tmp_path / "policy.yaml", tmp_path / "no" / "audit.log"
    policy.write_text(GOOD)
    found = [outcome(*each) for each in ((str(log), str(policy)), ("", ""), (str(log), ""), ("", str(policy)), (str(nowhere), str(policy)))]
    needs = "the audit log needs a file and a policy: {} is not set"
    assert found == [
        "on",
        "off",
        needs.format("PODIUM_AUDIT_POLICY"),
        needs.format("PODIUM_AUDIT_LOG"),
        f"{nowhere} cannot be written to (No such file or directory)",
    ]
