"""The audit log: which events a request leaves, and what stands in them."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import yaml

from cluster.http.audit.trail import audit_trail
from cluster.machinery.meta import Obj
from tests.unit.http.door import Door

CONFIG_MAPS = "/clusters/demo/api/v1/namespaces/default/configmaps"
CREATED: Obj = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}}
NOW = "2026-01-01T00:00:00.000000Z"


def door(tmp_path: Path, *rules: Obj, **policy: object) -> Door:
    """Return a door whose audit log follows a policy."""
    document = {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "rules": list(rules), **policy}
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(document))
    return Door(audit=audit_trail(str(tmp_path / "audit.log"), str(tmp_path / "policy.yaml")))


def events(tmp_path: Path) -> list[Obj]:
    return [orjson.loads(line) for line in (tmp_path / "audit.log").read_bytes().splitlines()]


def test_a_creation_is_written_with_who_and_why(tmp_path: Path) -> None:
    door(tmp_path, {"level": "Metadata"}).ask(
        "POST", f"{CONFIG_MAPS}?dryRun=All", orjson.dumps(CREATED), {"audit-id": "id1", "user-agent": "kubectl/v1.33"}
    )
    common = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "Metadata",
        "auditID": "id1",
        "requestURI": "/api/v1/namespaces/default/configmaps?dryRun=All",
        "verb": "create",
        "user": {"username": "kubernetes-admin", "groups": ["kubeadm:cluster-admins", "system:authenticated"]},
        "userAgent": "kubectl/v1.33",
        "objectRef": {"resource": "configmaps", "namespace": "default", "name": "c", "apiVersion": "v1"},
        "requestReceivedTimestamp": NOW,
        "stageTimestamp": NOW,
    }
    found = events(tmp_path)
    reason = found[1]["annotations"].pop("authorization.k8s.io/reason", "")
    assert (found, "cluster-admin" in reason) == (
        [
            {**common, "stage": "RequestReceived"},
            {
                **common,
                "stage": "ResponseComplete",
                "responseStatus": {"metadata": {}, "code": 201},
                "annotations": {"authorization.k8s.io/decision": "allow"},
            },
        ],
        True,
    )


LEVELS: dict[str, tuple[Obj, set[str]]] = {
    "metadata": ({"level": "Metadata"}, set()),
    "what was sent": ({"level": "Request"}, {"requestObject"}),
    "what was sent and answered": ({"level": "RequestResponse"}, {"requestObject", "responseObject"}),
}


@pytest.mark.parametrize(("rule", "fields"), LEVELS.values(), ids=LEVELS.keys())
def test_a_level_says_how_much_is_written(tmp_path: Path, rule: Obj, fields: set[str]) -> None:
    door(tmp_path, rule, omitStages=["RequestReceived"]).ask("POST", CONFIG_MAPS, orjson.dumps(CREATED))
    (event,) = events(tmp_path)
    assert {field for field in ("requestObject", "responseObject") if field in event} == fields


def test_managed_fields_can_be_left_out(tmp_path: Path) -> None:
    door(tmp_path, {"level": "RequestResponse"}, omitStages=["RequestReceived"], omitManagedFields=True).ask(
        "POST", CONFIG_MAPS, orjson.dumps(CREATED)
    )
    (event,) = events(tmp_path)
    assert (event["requestObject"], "managedFields" in event["responseObject"]["metadata"], event["responseObject"]["data"]) == (
        CREATED,
        False,
        {"a": "b"},
    )


def test_a_list_is_answered_with_its_items(tmp_path: Path) -> None:
    door(tmp_path, {"level": "RequestResponse"}, omitStages=["RequestReceived"]).ask("GET", "/clusters/demo/api/v1/namespaces")
    (event,) = events(tmp_path)
    answered = event["responseObject"]
    assert (event["verb"], answered["kind"], len(answered["items"])) == ("list", "NamespaceList", 3)


def test_a_refusal_is_written_with_its_status(tmp_path: Path) -> None:
    door(tmp_path, {"level": "RequestResponse"}, omitStages=["RequestReceived"]).ask("GET", f"{CONFIG_MAPS}/none")
    (event,) = events(tmp_path)
    status = {"metadata": {}, "status": "Failure", "message": 'configmaps "none" not found', "reason": "NotFound", "code": 404}
    details = {"name": "none", "kind": "configmaps"}
    assert (event["responseStatus"], event["responseObject"]["message"]) == ({**status, "details": details}, 'configmaps "none" not found')


def test_who_may_not_is_written_with_the_decision(tmp_path: Path) -> None:
    door(tmp_path, {"level": "Metadata"}, omitStages=["RequestReceived"]).ask("GET", CONFIG_MAPS, headers={"impersonate-user": "nobody"})
    (event,) = events(tmp_path)
    found = (event["user"]["username"], event["impersonatedUser"], event["annotations"]["authorization.k8s.io/decision"])
    impersonated = {"username": "nobody", "groups": ["system:authenticated"]}
    assert (found, event["responseStatus"]["code"]) == (("kubernetes-admin", impersonated, "forbid"), 403)


def test_who_is_not_known_is_written_as_nobody(tmp_path: Path) -> None:
    door(tmp_path, {"level": "Metadata"}).ask("GET", CONFIG_MAPS, headers={"authorization": "Bearer x"})
    (event,) = events(tmp_path)
    status = {"metadata": {}, "status": "Failure", "message": "Authentication failed, attempted: bearer", "code": 401}
    assert (event["stage"], event["user"], event["responseStatus"]) == ("ResponseStarted", {}, status)


def test_a_path_that_is_no_resource_is_written(tmp_path: Path) -> None:
    door(tmp_path, {"level": "Metadata", "nonResourceURLs": ["/version"]}).ask("GET", "/clusters/demo/version")
    assert [(each["stage"], each["verb"], each["requestURI"], "objectRef" in each) for each in events(tmp_path)] == [
        ("RequestReceived", "get", "/version", False),
        ("ResponseComplete", "get", "/version", False),
    ]


def test_a_watch_is_written_when_it_opens_and_when_it_ends(tmp_path: Path) -> None:
    door(tmp_path, {"level": "Metadata"}).ask("GET", f"{CONFIG_MAPS}?watch=1&timeoutSeconds=1")
    assert [each["stage"] for each in events(tmp_path)] == ["RequestReceived", "ResponseStarted", "ResponseComplete"]


def test_what_no_rule_fits_is_not_written(tmp_path: Path) -> None:
    door(tmp_path, {"level": "Metadata", "verbs": ["delete"]}).ask("GET", CONFIG_MAPS)
    assert events(tmp_path) == []


def test_the_log_is_private(tmp_path: Path) -> None:
    door(tmp_path, {"level": "None"})
    assert oct((tmp_path / "audit.log").stat().st_mode & 0o777) == "0o600"
