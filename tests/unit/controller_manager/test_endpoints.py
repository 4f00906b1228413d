"""Endpoints and EndpointSlices: the addresses of a Service's pods, as long as there are such pods."""

from __future__ import annotations

import pytest

from cluster.controller_manager.endpoint.controller import MANAGED_BY, OVER_CAPACITY, desired_endpoints
from cluster.controller_manager.endpoint.subsets import CAPACITY, desired_subsets
from cluster.controller_manager.endpointslice.endpoint import endpoint_of, ports_of
from cluster.controller_manager.endpointslice.reconcile import Group, plan_slices
from cluster.controller_manager.endpointslice.slices import NAME, labels_for, new_slice
from cluster.controller_manager.service_pods import HEADLESS, TRIGGER_TIME, TriggerTimeTracker, services_to_update
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apps import STATEFULSETS
from cluster.machinery.kinds.core import ENDPOINTS, PODS, SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.meta import Key, Obj
from tests.unit.controller_manager.cluster_rig import NAMESPACE, STARTING, ControlledRig

MORNING, NOON = "2026-01-01T06:00:00Z", "2026-01-01T12:00:00Z"
WEB = {"app": "web"}


def service(*ports: Obj, **spec: object) -> Obj:
    """Return the Service ``web``, as the API server keeps it."""
    given = [{"protocol": "TCP", "targetPort": port["port"], **port} for port in ports or ({"port": 80},)]
    meta = {"name": "web", "namespace": NAMESPACE, "uid": "s", "creationTimestamp": MORNING}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": meta,
        "spec": {"type": "ClusterIP", "clusterIP": "10.96.1.1", "selector": WEB, "ipFamilies": ["IPv4"], "ports": given, **spec},
    }


def pod(name: str = "a", *, ip: str = "10.244.1.2", ready: bool = True, phase: str = "Running", **fields: Obj) -> Obj:
    """Return a pod on the node ``n1``; ``fields``: more of its metadata or spec."""
    condition = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": NOON}
    container = {"name": "c", "image": "i", "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}]}
    return {
        "metadata": {"name": name, "namespace": NAMESPACE, "uid": name, "labels": WEB, **fields.get("metadata", {})},
        "spec": {"nodeName": "n1", "containers": [container], **fields.get("spec", {})},
        "status": {"phase": phase, "podIP": ip, "podIPs": [{"ip": ip}] if ip else [], "conditions": [condition]},
    }


def ref(name: str = "a") -> Obj:
    """Return what an endpoint says of a pod."""
    return {"kind": "Pod", "namespace": NAMESPACE, "name": name, "uid": name}


def address(name: str = "a", ip: str = "10.244.1.2") -> Obj:
    """Return the address of a pod."""
    return {"ip": ip, "nodeName": "n1", "targetRef": ref(name)}


DELETED: Obj = {"metadata": {"deletionTimestamp": NOON}}
PORT_80 = [{"port": 80, "protocol": "TCP"}]
SUBSETS: dict[str, tuple[Obj, list[Obj], list[Obj]]] = {
    "a ready pod": (service(), [pod()], [{"addresses": [address()], "ports": PORT_80}]),
    "a pod that is not ready": (service(), [pod(ready=False)], [{"notReadyAddresses": [address()], "ports": PORT_80}]),
    "a pod that is not ready, of a Service that shows all": (
        service(publishNotReadyAddresses=True),
        [pod(ready=False)],
        [{"addresses": [address()], "ports": PORT_80}],
    ),
    "pods sorted by their addresses": (
        service(),
        [pod("b", ip="10.244.1.3"), pod()],
        [{"addresses": [address(), address("b", "10.244.1.3")], "ports": PORT_80}],
    ),
    "a port by its name": (
        service({"port": 80, "targetPort": "http"}),
        [pod()],
        [{"addresses": [address()], "ports": [{"port": 8080, "protocol": "TCP"}]}],
    ),
    "a port that no container has": (service({"port": 80, "targetPort": "grpc"}), [pod()], []),
    "a pod without an address": (service(), [pod(ip="")], []),
    "a pod that is being deleted": (service(), [pod(**DELETED)], []),
    "a pod that has ended": (service(), [pod(phase="Succeeded")], []),
    "a headless Service without ports": (service(clusterIP="None", ports=[]), [pod()], [{"addresses": [address()]}]),
    "a pod with a name below the Service's": (
        service(),
        [pod(spec={"hostname": "h", "subdomain": "web"})],
        [{"addresses": [{**address(), "hostname": "h"}], "ports": PORT_80}],
    ),
    "two ports": (
        service({"name": "a", "port": 80}, {"name": "b", "port": 81}),
        [pod()],
        [{"addresses": [address()], "ports": [{"name": "b", "port": 81, "protocol": "TCP"}, {"name": "a", "port": 80, "protocol": "TCP"}]}],
    ),
}


@pytest.mark.parametrize(("of", "pods", "subsets"), SUBSETS.values(), ids=SUBSETS.keys())
def test_endpoints_have_the_addresses_of_the_pods(of: Obj, pods: list[Obj], subsets: list[Obj]) -> None:
    assert desired_subsets(of, pods) == subsets


def test_endpoints_hold_a_thousand_addresses_and_say_so_when_there_are_more() -> None:
    pods = [pod(f"p{number}", ip=f"10.244.{number // 250}.{number % 250 + 1}") for number in range(CAPACITY + 5)]
    wanted = desired_endpoints(service(), [*pods, pod("late", ip="10.245.0.1", ready=False)], None, MORNING)
    (subset,) = wanted["subsets"]
    assert (len(subset["addresses"]), "notReadyAddresses" in subset) == (CAPACITY, False)
    assert wanted["metadata"]["annotations"] == {TRIGGER_TIME: MORNING, OVER_CAPACITY: "truncated"}


LABELS: dict[str, tuple[Obj, Obj]] = {
    "a Service with an address": (service(), {MANAGED_BY: "endpoint-controller"}),
    "a headless Service": (service(clusterIP="None"), {MANAGED_BY: "endpoint-controller", HEADLESS: ""}),
    "a Service with labels": (
        {**service(), "metadata": {**service()["metadata"], "labels": {"a": "b"}}},
        {MANAGED_BY: "endpoint-controller", "a": "b"},
    ),
}


@pytest.mark.parametrize(("of", "labels"), LABELS.values(), ids=LABELS.keys())
def test_endpoints_carry_the_labels_of_the_service(of: Obj, labels: Obj) -> None:
    assert desired_endpoints(of, [], None, "")["metadata"] == {"name": "web", "namespace": NAMESPACE, "labels": labels}


NODE = {"metadata": {"name": "n1", "labels": {"topology.kubernetes.io/zone": "z1"}}}
ENDPOINT: Obj = {"addresses": ["10.244.1.2"], "targetRef": ref(), "nodeName": "n1", "zone": "z1"}
STATES: dict[str, tuple[Obj, Obj, Obj | None]] = {
    "ready": (service(), pod(), {"conditions": {"ready": True, "serving": True, "terminating": False}}),
    "not ready": (service(), pod(ready=False), {"conditions": {"ready": False, "serving": False, "terminating": False}}),
    "not ready and shown": (
        service(publishNotReadyAddresses=True),
        pod(ready=False),
        {"conditions": {"ready": True, "serving": False, "terminating": False}},
    ),
    "ending and still serving": (service(), pod(**DELETED), {"conditions": {"ready": False, "serving": True, "terminating": True}}),
    "with a name": (
        service(),
        pod(spec={"hostname": "h", "subdomain": "web"}),
        {"hostname": "h", "conditions": {"ready": True, "serving": True, "terminating": False}},
    ),
    "meant for its zone": (
        service(trafficDistribution="PreferSameZone"),
        pod(),
        {"conditions": {"ready": True, "serving": True, "terminating": False}, "hints": {"forZones": [{"name": "z1"}]}},
    ),
    "meant for its node": (
        service(trafficDistribution="PreferSameNode"),
        pod(),
        {
            "conditions": {"ready": True, "serving": True, "terminating": False},
            "hints": {"forZones": [{"name": "z1"}], "forNodes": [{"name": "n1"}]},
        },
    ),
    "of the other family": (service(), pod(ip="2001:db8::1"), None),
}


@pytest.mark.parametrize(("of", "subject", "more"), STATES.values(), ids=STATES.keys())
def test_an_endpoint_says_how_its_pod_is(of: Obj, subject: Obj, more: Obj | None) -> None:
    assert endpoint_of(subject, NODE, of, "IPv4") == (None if more is None else {**ENDPOINT, **more})


def test_a_slice_has_the_ports_that_a_pod_offers() -> None:
    of = service({"name": "web", "port": 80, "targetPort": "http", "appProtocol": "h2c"}, {"name": "x", "port": 81, "targetPort": "none"})
    assert ports_of(pod(), of) == [{"name": "web", "port": 8080, "protocol": "TCP", "appProtocol": "h2c"}]


PORTS = [{"name": "", "port": 80, "protocol": "TCP"}]


def endpoint(number: int, **fields: object) -> Obj:
    """Return the endpoint of pod ``number``."""
    return {"addresses": [f"10.0.0.{number}"], "targetRef": {"uid": str(number)}, **fields}


def slice_of(name: str, *numbers: int, ports: list[Obj] | None = None, labels: dict[str, str] | None = None) -> Obj:
    """Return a stored slice with the endpoints of some pods."""
    made = new_slice(service(), "IPv4", PORTS if ports is None else ports)
    meta = {**made["metadata"], "name": name, "labels": labels or labels_for(service())}
    return {**made, "metadata": meta, "endpoints": [endpoint(number) for number in numbers]}


def written(plan_part: list[Obj]) -> dict[str, list[int]]:
    """Return by name (empty for a new slice) the numbers of the pods in slices."""
    return {each["metadata"].get("name", ""): [int(one["targetRef"]["uid"]) for one in each["endpoints"]] for each in plan_part}


HUNDRED = range(1, 101)
PLANS: dict[str, tuple[list[Obj], list[int], tuple[dict[str, list[int]], dict[str, list[int]], list[str]]]] = {
    "a first slice": ([], [1, 2], ({"": [1, 2]}, {}, [])),
    "nothing has changed": ([slice_of("a", 1, 2)], [1, 2], ({}, {}, [])),
    "one comes": ([slice_of("a", 1)], [1, 2], ({}, {"a": [1, 2]}, [])),
    "one goes": ([slice_of("a", 1, 2)], [2], ({}, {"a": [2]}, [])),
    "one comes as another goes": ([slice_of("a", 1, 2)], [2, 3], ({}, {"a": [2, 3]}, [])),
    "all are others": ([slice_of("a", 1)], [2], ({}, {"a": [2]}, [])),
    "the first after none": ([slice_of("a", ports=[])], [1], ({}, {"a": [1]}, [])),
    "a full slice and another": ([slice_of("a", *HUNDRED)], [*HUNDRED, 101], ({"": [101]}, {}, [])),
    "the fullest slice with room takes it": ([slice_of("a", 1), slice_of("b", 2, 3)], [1, 2, 3, 4], ({}, {"b": [2, 3, 4]}, [])),
    "a slice that changes anyway takes it": ([slice_of("a", 1, 9), slice_of("b", 2, 3)], [1, 2, 3, 4], ({}, {"a": [1, 4]}, [])),
    "one of two slices is empty": ([slice_of("a", 1), slice_of("b", 2)], [1], ({}, {}, ["b"])),
    "the labels have changed": ([slice_of("a", 1, labels={"x": "y"})], [1], ({}, {"a": [1]}, [])),
}


@pytest.mark.parametrize(("existing", "wanted", "outcome"), PLANS.values(), ids=PLANS.keys())
def test_slices_change_as_little_as_possible(
    existing: list[Obj], wanted: list[int], outcome: tuple[dict[str, list[int]], dict[str, list[int]], list[str]]
) -> None:
    plan = plan_slices(service(), "IPv4", existing, [Group(PORTS, [endpoint(number) for number in wanted])])
    assert (written(plan.create), written(plan.update), [each["metadata"]["name"] for each in plan.delete]) == outcome


EMPTY: dict[str, tuple[list[Obj], tuple[dict[str, list[int]], dict[str, list[int]], list[str]]]] = {
    "a Service without pods has an empty slice": ([], ({"": []}, {}, [])),
    "which stays": ([slice_of("a", ports=[])], ({}, {}, [])),
    "and into which the last slice turns": ([slice_of("a", 1)], ({}, {"a": []}, [])),
}


@pytest.mark.parametrize(("existing", "outcome"), EMPTY.values(), ids=EMPTY.keys())
def test_without_endpoints_there_is_one_empty_slice(
    existing: list[Obj], outcome: tuple[dict[str, list[int]], dict[str, list[int]], list[str]]
) -> None:
    plan = plan_slices(service(), "IPv4", existing, [])
    assert (written(plan.create), written(plan.update), [each["metadata"]["name"] for each in plan.delete]) == outcome


OTHER = {**service(), "metadata": {**service()["metadata"], "name": "other"}, "spec": {**service()["spec"], "selector": {"app": "x"}}}
CHANGES: dict[str, tuple[Obj, set[str]]] = {
    "nothing that endpoints show": (pod(metadata={"annotations": {"a": "b"}}), set()),
    "it is no longer ready": (pod(ready=False), {"web"}),
    "its address": (pod(ip="10.244.1.9"), {"web"}),
    "it is being deleted": (pod(**DELETED), {"web"}),
    "a label that no Service looks at": (pod(metadata={"labels": {**WEB, "more": "x"}}), set()),
    "a label that another Service looks at": (pod(metadata={"labels": {"app": "x"}}), {"web", "other"}),
}


@pytest.mark.parametrize(("changed", "names"), CHANGES.values(), ids=CHANGES.keys())
def test_a_pod_concerns_the_services_that_select_it(changed: Obj, names: set[str]) -> None:
    assert services_to_update(pod(), changed, [service(), OTHER]) == {Key(f"{NAMESPACE}/{name}") for name in names}


def test_every_change_of_a_pod_that_is_being_deleted_concerns_its_services() -> None:
    ended = pod(phase="Succeeded", **DELETED)
    assert services_to_update(pod(**DELETED), ended, [service(), OTHER]) == {Key(f"{NAMESPACE}/web")}


def test_the_trigger_time_is_that_of_the_first_change_since_the_last_look() -> None:
    tracker, later = TriggerTimeTracker(), pod()
    later["status"]["conditions"][0]["lastTransitionTime"] = "2026-01-01T13:00:00Z"
    looks = [tracker.last_change(service(), pods) for pods in ([], [pod()], [pod()], [later])]
    assert looks == [MORNING, NOON, "", "2026-01-01T13:00:00Z"]


def rig() -> ControlledRig:
    """Return a cluster with the Service ``web``, a node in the zone z1 and a pod of the Service on it."""
    made = ControlledRig()
    made.add_node("n1")
    made.admin.create(SERVICES, {"metadata": {"name": "web", "namespace": NAMESPACE}, "spec": {"selector": WEB, "ports": [{"port": 80}]}})
    meta = {"name": "a", "namespace": NAMESPACE, "labels": WEB}
    made.admin.create(PODS, {"metadata": meta, "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "i"}]}})
    made.run()
    report(made)
    return made


def report(made: ControlledRig, *, name: str = "a", ip: str = "10.244.1.2") -> None:
    """Report that a pod is ready."""
    status = {"phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}]}
    current = made.admin.get(PODS, name, NAMESPACE)
    current["status"] |= {**status, "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": NOON}]}
    made.admin.update_status(PODS, current)
    made.run(STARTING)


def slices(made: ControlledRig) -> list[Obj]:
    """Return the slices of the Service."""
    return made.admin.list(ENDPOINTSLICES, NAMESPACE, label_selector="kubernetes.io/service-name=web")


def test_a_pod_that_becomes_ready_is_written_into_both() -> None:
    made = rig()
    (found,) = slices(made)
    ips = [each["ip"] for each in made.admin.get(ENDPOINTS, "web", NAMESPACE)["subsets"][0]["addresses"]]
    shown = ips, found["endpoints"][0]["addresses"], found["ports"], found["metadata"]["generation"]
    assert shown == (["10.244.1.2"], ["10.244.1.2"], PORTS, 2)


def test_a_slice_belongs_to_its_service() -> None:
    made = rig()
    (found,) = slices(made)
    uid = made.admin.get(SERVICES, "web", NAMESPACE)["metadata"]["uid"]
    reference = {"apiVersion": "v1", "kind": "Service", "name": "web", "uid": uid, "controller": True, "blockOwnerDeletion": True}
    assert found["metadata"]["ownerReferences"] == [reference]
    assert found["metadata"]["labels"] == {"kubernetes.io/service-name": "web", "endpointslice.kubernetes.io/managed-by": NAME}


def test_a_slice_that_somebody_changed_is_put_right() -> None:
    made = rig()
    (found,) = slices(made)
    made.admin.update(ENDPOINTSLICES, {**found, "endpoints": []})
    made.run(STARTING)
    assert [each["endpoints"] for each in slices(made)] == [found["endpoints"]]


def test_a_deleted_service_leaves_nothing() -> None:
    made = rig()
    made.admin.delete(SERVICES, "web", NAMESPACE)
    made.run(1)
    with pytest.raises(ApiError) as refusal:
        made.admin.get(ENDPOINTS, "web", NAMESPACE)
    assert (refusal.value.code, slices(made)) == (404, [])


def test_a_deleted_slice_is_made_again() -> None:
    made = rig()
    (found,) = slices(made)
    made.admin.delete(ENDPOINTSLICES, found["metadata"]["name"], NAMESPACE)
    made.run(STARTING)
    assert [each["endpoints"] for each in slices(made)] == [found["endpoints"]]


def test_a_pod_that_has_ended_and_the_next_one_that_goes_are_two_changes_of_a_slice() -> None:
    made = rig()
    template = {"metadata": {"labels": WEB}, "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "i"}]}}
    spec = {"serviceName": "web", "replicas": 2, "selector": {"matchLabels": WEB}, "template": template}
    made.admin.delete(PODS, "a", NAMESPACE, grace_period_seconds=0)
    made.admin.create(STATEFULSETS, {"metadata": {"name": "db", "namespace": NAMESPACE}, "spec": spec})
    made.run()
    for name, ip in (("db-0", "10.244.1.3"), ("db-1", "10.244.1.4")):
        report(made, name=name, ip=ip)
    made.admin.patch(STATEFULSETS, "db", NAMESPACE, {"spec": {"replicas": 0}})
    made.run(STARTING)
    (before,) = slices(made)
    ended = made.admin.get(PODS, "db-1", NAMESPACE)
    made.admin.update_status(PODS, ended | {"status": ended["status"] | {"phase": "Succeeded"}})
    made.admin.delete(PODS, "db-1", NAMESPACE, grace_period_seconds=0)
    made.run(STARTING)
    (after,) = slices(made)
    left = [(each["targetRef"]["name"], each["conditions"]["terminating"]) for each in after["endpoints"]]
    assert (left, after["metadata"]["generation"] - before["metadata"]["generation"]) == ([("db-0", True)], 2)
