"""Bodies in protobuf: what kubectl 1.33 sends, what an independent encoder writes, and bytes that are neither."""

from __future__ import annotations

import base64

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.apiserver import schema
from cluster.apiserver.schema.definitions import definitions
from cluster.http import body, protobuf
from cluster.http.negotiation import PROTOBUF
from cluster.http.protobuf.messages import has, rows_of
from cluster.http.protobuf.wire import MAX_PARTS
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds import KINDS, apiextensions, apps, coordination, core, metrics
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

ZEROS = {"generateName": "", "namespace": "", "selfLink": "", "uid": "", "resourceVersion": "", "generation": 0, "creationTimestamp": None}
"""What Go writes in protobuf whether it was set or not; the schema's decoder drops it again."""

NAMESPACE = "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhwKFAoEdGVhbRIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA=="
CONFIGMAP = "azhzAAoPCgJ2MRIJQ29uZmlnTWFwEiwKEgoCY20SABoAIgAqADIAOABCABIGCgFhEgFiGg4KB2Jpbi5kYXQSAwD/ARoAIgA="
SERVICEACCOUNT = "azhzAAoUCgJ2MRIOU2VydmljZUFjY291bnQSFwoVCgVyb2JvdBIAGgAiACoAMgA4AEIAGgAiAA=="
DEPLOYMENT = (
    "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50Er0BCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEosBCAISDAoKCgNhcHASA3dlYhpxChwKABIAGgAiACoAMgA4"
    "AEIAWgoKA2FwcBIDd2ViElESMwoFbmdpbngSCm5naW54OjEuMjUqADIKCgAQABhQIgAqAEIAagByAIABAIgBAJABAKIBABoAMgBCAEoAUgBYAGAAaACCAQCKAQCaAQDCAQAi"
    "AgoAKAA4ABoMCAAQABgAIAAoADgAGgAiAA=="
)
POD = (
    "azhzAAoJCgJ2MRIDUG9kErQBCiEKAXBCAIoBGSIGCID3xNUGOg8KDXsiZjpzcGVjIjp7fX0SjgEKDQoBdhIIMgYKAXMYpAISRwoBYzoQCgFFGgsaCQoECgJjbRIBa0IbCgoK"
    "Bm1lbW9yeRIAEg0KA2NwdRIGCgQxMDBtWhMKDxINCgEvEggIARoEaHR0cCAFcg8YACABIP///////////wGyARMSBkV4aXN0cyj///////////8BkgIMCgcKBWRlYnVnEgFj"
    "GgAiAA=="
)
LEASE = "azhzAAofChZjb29yZGluYXRpb24uazhzLmlvL3YxEgVMZWFzZRIYCgMKAWwSEQoCbWUQACIJCID3xNUGEO8uGgAiAA=="
SCALE = "azhzAAoXCg5hdXRvc2NhbGluZy92MRIFU2NhbGUSCQoDCgF3EgIIABoAIgA="
BINDING = "azhzAAoNCgJ2MRIHQmluZGluZxIQCgMKAXASCQoETm9kZRoBbhoAIgA="
EVICTION = "azhzAAoVCglwb2xpY3kvdjESCEV2aWN0aW9uEgkKAwoBcBICCB4aACIA"
DELETE_OPTIONS = "azhzAAoYCgdhcHBzL3YxEg1EZWxldGVPcHRpb25zEhgIABIDCgF1IgpGb3JlZ3JvdW5kKgNBbGwaACIA"

UNREAD = {
    "core.v1.NodeStatus.declaredFeatures",
    "core.v1.PodSpec.schedulingGroup",
    "core.v1.PodStatus.allocatedResources",
    "core.v1.PodStatus.extendedResourceClaimStatus",
    "core.v1.PodStatus.nodeAllocatableResourceClaimStatuses",
    "core.v1.PodStatus.resources",
    "core.v1.ResourceHealth.message",
    "core.v1.VolumeMountStatus.volumeStatus",
    "storage.v1.CSIDriverSpec.preventPodSchedulingIfMissing",
    "storage.v1.CSIDriverSpec.serviceAccountTokenInSecrets",
}
"""Fields younger than release 1.33 whose numbers nobody here has seen: alpha, or written by nodes, whose status does not come this way."""


def envelope(api_version: str, kind: str, raw: bytes) -> bytes:
    """Wrap an object's message; every part must be shorter than 128 bytes."""

    def part(number: int, content: bytes) -> bytes:
        return bytes((number << 3 | 2, len(content))) + content

    return protobuf.MAGIC + part(1, part(1, api_version.encode()) + part(2, kind.encode())) + part(2, raw)


@pytest.mark.parametrize(
    ("encoded", "typed", "expected"),
    [
        pytest.param(
            NAMESPACE,
            core.NAMESPACES,
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team", **ZEROS}, "spec": {}, "status": {"phase": ""}},
            id="kubectl create namespace",
        ),
        pytest.param(
            CONFIGMAP,
            core.CONFIGMAPS,
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "cm", **ZEROS},
                "data": {"a": "b"},
                "binaryData": {"bin.dat": "AP8B"},
            },
            id="kubectl create configmap, with text and bytes",
        ),
        pytest.param(
            SERVICEACCOUNT,
            core.SERVICEACCOUNTS,
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot", **ZEROS}},
            id="kubectl create serviceaccount",
        ),
        pytest.param(
            POD,
            core.PODS,
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": "p",
                    "creationTimestamp": None,
                    "managedFields": [{"time": "2026-09-21T14:13:20Z", "fieldsV1": {"f:spec": {}}}],
                },
                "spec": {
                    "volumes": [{"name": "v", "secret": {"secretName": "s", "defaultMode": 292}}],
                    "containers": [
                        {
                            "name": "c",
                            "env": [{"name": "E", "valueFrom": {"configMapKeyRef": {"name": "cm", "key": "k"}}}],
                            "resources": {"limits": {"memory": "0"}, "requests": {"cpu": "100m"}},
                            "readinessProbe": {"httpGet": {"path": "/", "port": "http"}, "periodSeconds": 5},
                        }
                    ],
                    "securityContext": {"runAsNonRoot": False, "supplementalGroups": [1, -1]},
                    "tolerations": [{"operator": "Exists", "tolerationSeconds": -1}],
                    "ephemeralContainers": [{"name": "debug", "targetContainerName": "c"}],
                },
            },
            id="a pod: structs that JSON has inline, quantities, moments, raw JSON, numbers below zero",
        ),
        pytest.param(
            LEASE,
            coordination.LEASES,
            {
                "apiVersion": "coordination.k8s.io/v1",
                "kind": "Lease",
                "metadata": {"name": "l"},
                "spec": {"holderIdentity": "me", "leaseDurationSeconds": 0, "renewTime": "2026-09-21T14:13:20.000005Z"},
            },
            id="a lease: a zero that was set stays, microseconds",
        ),
        pytest.param(
            SCALE,
            apps.DEPLOYMENTS,
            {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": {"name": "w"}, "spec": {"replicas": 0}},
            id="a scale",
        ),
        pytest.param(
            BINDING,
            core.PODS,
            {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": "p"}, "target": {"kind": "Node", "name": "n"}},
            id="a binding",
        ),
        pytest.param(
            EVICTION,
            core.PODS,
            {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "p"}, "deleteOptions": {"gracePeriodSeconds": 30}},
            id="an eviction",
        ),
        pytest.param(
            base64.b64encode(envelope("", "", bytes.fromhex("0a030a0170"))),
            core.PODS,
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}},
            id="an envelope that does not name its kind holds what the path serves",
        ),
        pytest.param(
            base64.b64encode(envelope("v1", "Pod", bytes.fromhex("0a030a0170 0a051a036e7331 9a060163"))),
            core.PODS,
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "ns1"}},
            id="a struct in two parts is merged, an unknown field is left out",
        ),
        pytest.param(
            base64.b64encode(envelope("v1", "Pod", bytes.fromhex("1208 7206 2204 01ffff03"))),
            core.PODS,
            {"apiVersion": "v1", "kind": "Pod", "spec": {"securityContext": {"supplementalGroups": [1, 65535]}}},
            id="packed numbers",
        ),
        pytest.param(
            base64.b64encode(envelope("v1", "Pod", bytes.fromhex("23 2801 2b 2c 24 0a030a0170"))),
            core.PODS,
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}},
            id="groups are skipped",
        ),
    ],
)
def test_an_envelope_holds_what_json_would_have_brought(encoded: str | bytes, typed: Kind, expected: Obj) -> None:
    assert body.decode(base64.b64decode(encoded), PROTOBUF, typed) == expected


def test_a_deployment_is_stored_as_if_it_had_come_as_json() -> None:
    labels = {"app": "web"}
    container = {"name": "nginx", "image": "nginx:1.25", "ports": [{"containerPort": 80}], "resources": {}}
    sent_as_json: Obj = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "creationTimestamp": None, "labels": labels},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"creationTimestamp": None, "labels": labels}, "spec": {"containers": [container]}},
            "strategy": {},
        },
        "status": {},
    }
    sent = body.decode(base64.b64decode(DEPLOYMENT), PROTOBUF, apps.DEPLOYMENTS)
    assert schema.decode(apps.DEPLOYMENTS, sent, "Strict") == schema.decode(apps.DEPLOYMENTS, sent_as_json, "Strict")


def test_delete_options_come_in_envelopes_too() -> None:
    options = {"gracePeriodSeconds": 0, "preconditions": {"uid": "u"}, "propagationPolicy": "Foreground", "dryRun": ["All"]}
    expected = {"apiVersion": "apps/v1", "kind": "DeleteOptions", **options}
    assert body.decode_options(base64.b64decode(DELETE_OPTIONS), PROTOBUF) == expected


CANNOT = 'Pod in version "v1" cannot be handled as a Pod: '
UNRECOGNIZED = "the object provided is unrecognized (must be of type Pod): "


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(protobuf.MAGIC + b"\x0a", f"{UNRECOGNIZED}unexpected EOF (6b3873000a)", id="an envelope that ends early"),
        pytest.param(protobuf.MAGIC + b"\xff" * 11, f"{UNRECOGNIZED}proto: integer overflow (6b387300{'ff' * 11})", id="a number too long"),
        pytest.param(envelope("v1", "Pod", b"\x0a\x05"), f"{CANNOT}unexpected EOF", id="an object that ends early"),
        pytest.param(
            envelope("v1", "Pod", b"\x08\x01"), f"{CANNOT}proto: wrong wireType = 0 for field Metadata", id="a struct as a number"
        ),
        pytest.param(
            envelope("v1", "Pod", bytes.fromhex("0a02 3a00")),
            f"{CANNOT}proto: wrong wireType = 2 for field Generation",
            id="a number as bytes",
        ),
        pytest.param(envelope("v1", "Pod", b"\x00"), f"{CANNOT}proto: Pod: illegal tag 0 (wire type 0)", id="field number 0"),
        pytest.param(envelope("v1", "Pod", b"\x0f"), f"{CANNOT}proto: illegal wireType 7", id="a wire type that is none"),
        pytest.param(envelope("v1", "Pod", b"\x0c"), f"{CANNOT}proto: Pod: wiretype end group for non-group", id="the end of no group"),
        pytest.param(
            envelope("v1", "Pod", b"\x0a" + b"\xff" * 9 + b"\x01"),
            f"{CANNOT}proto: negative length found during unmarshaling",
            id="a length below zero",
        ),
        pytest.param(
            envelope("v1", "Pod", bytes.fromhex("0a0a 4208 08ffffffffffff7f")),
            f"{CANNOT}Time.MarshalJSON: year outside of range [0,9999]",
            id="a moment beyond all years",
        ),
        pytest.param(
            envelope("v1", "Pod", bytes.fromhex("0a09 8a0106 3a04 0a02 7b7b")),
            f"{CANNOT}json: the raw bytes of a field are no JSON",
            id="raw JSON that is none",
        ),
        pytest.param(
            protobuf.MAGIC + b"\x12\0" * (MAX_PARTS + 1),
            f"{UNRECOGNIZED}more than {MAX_PARTS} fields (6b387300{'1200' * 13} ...)",
            id="more fields than anybody has",
        ),
    ],
)
def test_what_does_not_decode_is_a_bad_request(content: bytes, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        body.decode(content, PROTOBUF, core.PODS)
    assert (refused.value.code, refused.value.reason, refused.value.message) == (400, "BadRequest", message)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"kind":"Pod"}', id="JSON"),
        pytest.param(bytes.fromhex("0a030a0170"), id="a bare message"),
        pytest.param(envelope("example.com/v1", "Widget", b""), id="a kind of somebody else"),
        pytest.param(envelope("a/b/c", "Pod", b""), id="a version that is none"),
    ],
)
def test_what_is_no_object_of_kubernetes_is_an_unsupported_media_type(content: bytes) -> None:
    with pytest.raises(ApiError) as refused:
        body.decode(content, PROTOBUF, core.PODS)
    offered = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
    message = f"the body of the request was in an unknown format - accepted media types include: {offered}"
    assert (refused.value.code, refused.value.reason, refused.value.message) == (415, "UnsupportedMediaType", message)


def _code(content: bytes) -> int:
    try:
        orjson.dumps(body.decode(content, PROTOBUF, core.PODS))
    except ApiError as error:
        return error.code
    return 200


@given(st.binary(max_size=200))
def test_any_bytes_in_an_envelope_decode_or_are_refused(content: bytes) -> None:
    assert _code(protobuf.MAGIC + content) in (200, 400, 415)


@given(st.sampled_from((POD, DEPLOYMENT, CONFIGMAP, LEASE)), st.data())
def test_a_broken_object_decodes_or_is_refused(encoded: str, data: st.DataObject) -> None:
    content = bytearray(base64.b64decode(encoded))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert _code(bytes(content[: data.draw(st.integers(4, len(content)))])) in (200, 400, 415)


def _reachable(message: str, found: set[str]) -> set[str]:
    if has(message) and message not in found:
        found.add(message)
        for _, kind, _ in rows_of(message).values():
            _reachable(kind, found)
    return found


def _json_names(message: str) -> set[str]:
    rows = rows_of(message).values()
    own = {name for name, _, label in rows if label != "inline"}
    return own.union(*(_json_names(kind) for _, kind, label in rows if label == "inline"))


def test_every_published_field_of_the_served_kinds_has_a_number() -> None:
    full = {".".join(name.rsplit(".", 3)[-3:]): definition for name, definition in definitions().items()}
    # schemas are JSON in protobuf, and clients send them as JSON; nobody sends metrics
    kinds = [kind for kind in KINDS if kind.group not in (apiextensions.GROUP, metrics.GROUP)]
    roots = {f"{(kind.group.partition('.')[0] or 'core')}.{kind.version}.{kind.kind}" for kind in kinds}
    roots |= {"core.v1.Binding", "policy.v1.Eviction", "autoscaling.v1.Scale", "meta.v1.DeleteOptions"}
    reached: set[str] = set()
    for root in roots:
        _reachable(root, reached)
    missing, unknown = set(), set()
    for message in reached:
        definition = full.get(message, {})
        properties = set(definition.get("properties", ()))
        if not properties:
            continue
        if "x-kubernetes-group-version-kind" in definition:
            properties -= {"apiVersion", "kind"}
        missing |= {f"{message}.{name}" for name in properties - _json_names(message)}
        unknown |= {f"{message}.{name}" for name in _json_names(message) - properties}
    assert (roots - reached, missing, unknown) == (set(), UNREAD, set())
