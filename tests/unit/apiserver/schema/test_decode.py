"""Decoding: what becomes of a body, and what is said about one that does not fit its kind."""

from __future__ import annotations

import pytest

from cluster.apiserver.schema import DecodeError, decode, decode_patched, parse, patch_schema
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import DEPLOYMENTS, REPLICASETS
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import CONFIGMAPS, EVENTS, PODS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj


def _pod(*containers: Obj, **spec: object) -> Obj:
    return {"metadata": {"name": "web"}, "spec": {"containers": list(containers), **spec}}


def _decoded(kind: Kind, obj: Obj) -> Obj:
    return decode(kind, obj)[0]


_CONTAINER = {"name": "c", "resources": {}}

_KEPT = [
    pytest.param(
        PODS, _pod(hostNetwork=False, priority=0), {"containers": [], "priority": 0}, id="a plain false goes, a pointer's zero stays"
    ),
    pytest.param(PODS, _pod(nodeName="", hostname=None), {"containers": []}, id="empty and null strings go"),
    pytest.param(PODS, _pod(tolerations=[], nodeSelector={}), {"containers": []}, id="empty lists and maps go unless required"),
    pytest.param(PODS, _pod({"name": "c"}), {"containers": [_CONTAINER]}, id="a container always has resources"),
    pytest.param(PODS, _pod({}), {"containers": [{**_CONTAINER, "name": ""}]}, id="a required string is written empty"),
    pytest.param(PODS, _pod(None), {"containers": [{**_CONTAINER, "name": ""}]}, id="a null item is an empty one"),
    pytest.param(PODS, _pod(securityContext={}), {"containers": [], "securityContext": {}}, id="an empty struct behind a pointer stays"),
    pytest.param(PODS, _pod(nope=1), {"containers": []}, id="an unknown field goes"),
    pytest.param(
        PODS,
        _pod({"name": "c", "resources": {"limits": {"cpu": "1000m", "memory": 1024, "a.b/c": "0.5"}}}),
        {"containers": [{"name": "c", "resources": {"limits": {"cpu": "1", "memory": "1024", "a.b/c": "500m"}}}]},
        id="quantities come back canonical",
    ),
    pytest.param(
        DEPLOYMENTS,
        {"spec": {"replicas": 0, "strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "25%"}}}},
        {
            "replicas": 0,
            "strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "25%"}},
            "template": {"metadata": {}, "spec": {}},
        },
        id="a Deployment of none, with numbers and percentages",
    ),
    pytest.param(
        LEASES,
        {"spec": {"holderIdentity": "", "renewTime": "2026-01-01T09:00:00+09:00"}},
        {"holderIdentity": "", "renewTime": "2026-01-01T00:00:00.000000Z"},
        id="a released lease; its moment in UTC with six decimals",
    ),
]


@pytest.mark.parametrize(("kind", "body", "spec"), _KEPT)
def test_a_body_becomes_what_go_would_keep_of_it(kind: Kind, body: Obj, spec: Obj) -> None:
    assert _decoded(kind, body)["spec"] == spec


def test_decoding_what_was_decoded_changes_nothing() -> None:
    once = _decoded(PODS, _pod({"name": "c", "ports": [{"containerPort": 80}]}, tolerations=[{"operator": "Exists"}]))
    assert _decoded(PODS, once) == once


def test_the_type_is_written_even_when_it_was_not_sent() -> None:
    assert _decoded(CONFIGMAPS, {"data": {"a": ""}}) == {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {}, "data": {"a": ""}}


def test_nothing_of_the_body_is_shared() -> None:
    body: Obj = {"metadata": {"labels": {"a": "b"}}, "data": {"k": "v"}}
    decoded = _decoded(CONFIGMAPS, body)
    decoded["data"]["k"] = decoded["metadata"]["labels"]["a"] = "changed"
    assert body == {"metadata": {"labels": {"a": "b"}}, "data": {"k": "v"}}


def test_a_new_replica_set_says_it_has_no_replicas() -> None:
    assert _decoded(REPLICASETS, {})["status"] == {"replicas": 0}


_MISFITS = [
    pytest.param(PODS, _pod({"name": 1}), "number", "Container.spec.containers.name of type string", id="in a list"),
    pytest.param(
        PODS,
        _pod({"name": "c", "ports": [{"containerPort": "http"}]}),
        "string",
        "ContainerPort.spec.containers.ports.containerPort of type int32",
        id="deep in lists",
    ),
    pytest.param(PODS, _pod("c"), "string", "PodSpec.spec.containers of type v1.Container", id="a string for a container"),
    pytest.param(
        PODS, _pod({"name": "c", "command": "sh"}), "string", "Container.spec.containers.command of type []string", id="a string for a list"
    ),
    pytest.param(PODS, _pod(hostNetwork="yes"), "string", "PodSpec.spec.hostNetwork of type bool", id="a string for a bool"),
    pytest.param(PODS, _pod(priority=1.5), "number 1.5", "PodSpec.spec.priority of type int32", id="a fraction"),
    pytest.param(PODS, _pod(priority=2**31), "number 2147483648", "PodSpec.spec.priority of type int32", id="a number too large"),
    pytest.param(PODS, _pod(nodeSelector={"a": True}), "bool", "PodSpec.spec.nodeSelector of type string", id="a bool in a map"),
    pytest.param(PODS, {"spec": []}, "array", "Pod.spec of type v1.PodSpec", id="a list for a struct"),
    pytest.param(
        PODS, {"metadata": {"labels": "a"}}, "string", "ObjectMeta.metadata.labels of type map[string]string", id="a string for labels"
    ),
    pytest.param(EVENTS, {"count": "1"}, "string", "Event.count of type int32", id="at the top"),
]


@pytest.mark.parametrize(("kind", "body", "found", "where"), _MISFITS)
def test_a_wrong_type_is_refused_in_the_words_of_go(kind: Kind, body: Obj, found: str, where: str) -> None:
    with pytest.raises(ApiError) as refusal:
        decode(kind, body)
    prefix = f'{kind.kind} in version "{kind.version}" cannot be handled as a {kind.kind}: '
    wanted = f"{prefix}json: cannot unmarshal {found} into Go struct field {where}"
    assert (refusal.value.code, refusal.value.reason, refusal.value.message) == (400, "BadRequest", wanted)


_BAD_VALUES = [
    pytest.param(
        PODS,
        _pod({"name": "c", "resources": {"requests": {"cpu": {}}}}),
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        id="an object for a quantity",
    ),
    pytest.param(
        PODS,
        {"metadata": {"creationTimestamp": "yesterday"}},
        'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
        id="not a moment",
    ),
    pytest.param(CONFIGMAPS, {"binaryData": {"a": "%%%"}}, "illegal base64 data at input byte 0", id="not base64"),
    pytest.param(CONFIGMAPS, {"binaryData": {"a": "dnZ2v"}}, "illegal base64 data at input byte 4", id="base64 that ends too early"),
]


@pytest.mark.parametrize(("kind", "body", "message"), _BAD_VALUES)
def test_a_value_its_own_type_refuses(kind: Kind, body: Obj, message: str) -> None:
    with pytest.raises(DecodeError) as refusal:
        parse(kind, body, "")
    assert str(refusal.value) == message


_TYPO = {"metadata": {"nope": 1}, "spec": {"containers": [{"name": "c"}, {"imag": "x"}], "nodeSelecter": {}}}
_UNKNOWN = ['unknown field "metadata.nope"', 'unknown field "spec.containers[1].imag"', 'unknown field "spec.nodeSelecter"']


@pytest.mark.parametrize(("field_validation", "warnings"), [("", _UNKNOWN), ("Warn", _UNKNOWN), ("Ignore", [])])
def test_unknown_fields_are_dropped_with_a_warning_unless_ignored(field_validation: str, warnings: list[str]) -> None:
    assert decode(PODS, _TYPO, field_validation)[1] == tuple(warnings)


def test_unknown_fields_are_refused_when_strict() -> None:
    with pytest.raises(ApiError) as refusal:
        decode(PODS, _TYPO, "Strict")
    wanted = f'Pod in version "v1" cannot be handled as a Pod: strict decoding error: {", ".join(_UNKNOWN)}'
    assert (refusal.value.code, refusal.value.message) == (400, wanted)


def test_a_patched_object_that_does_not_fit_is_refused_in_the_words_of_patches() -> None:
    scale = DEPLOYMENTS.subresources[0]
    with pytest.raises(ApiError) as refusal:
        decode_patched(scale, {"spec": {"replicas": "two"}})
    detail = "json: cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32"
    wanted = rf' "" is invalid: patch: Invalid value: "{{\"spec\":{{\"replicas\":\"two\"}}}}": {detail}'
    assert (refusal.value.code, refusal.value.message) == (422, wanted)


def test_what_was_decoded_before_is_taken_as_it_is_and_where_it_stands() -> None:
    spec: Obj = {"containers": "whatever stands there"}
    decoded, warnings = decode_patched(PODS, {"spec": spec, "status": {"phase": "Running", "faze": ""}}, settled={"spec": spec})
    assert (list(decoded), decoded["spec"] is spec, decoded["status"], warnings) == (
        ["apiVersion", "kind", "spec", "status", "metadata"],
        True,
        {"phase": "Running"},
        ('unknown field "status.faze"',),
    )


def test_lists_are_merged_by_the_keys_that_the_definitions_name() -> None:
    spec = patch_schema(PODS).field("spec").schema
    merged = {name: (spec.field(name).strategy, spec.field(name).merge_key) for name in ("containers", "tolerations", "volumes")}
    assert merged == {"containers": ("merge", "name"), "tolerations": ("", ""), "volumes": ("merge", "name")}
