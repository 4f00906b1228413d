"""APIServices: who serves a group version, whether it answers, and what is served because of it."""

from __future__ import annotations

import pytest

from cluster.apiserver.handler import Handler
from cluster.apiserver.printers import table
from cluster.apiserver_controllers.api_services import ApiServiceController, availability, built_in_api_services
from cluster.client.informer import Informers
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds import BUILT_IN, metrics
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.apiregistration import APISERVICES
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.kinds.metrics import NODEMETRICS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.rig import START, Rig

REFERENCE = {"namespace": "kube-system", "name": "metrics-server", "port": 443}
NAME = "v1beta1.metrics.k8s.io"


def remote() -> Obj:
    spec = {"group": "metrics.k8s.io", "version": "v1beta1", "service": REFERENCE, "groupPriorityMinimum": 100, "versionPriority": 100}
    return {"metadata": {"name": NAME}, "spec": spec}


def service(port: int = 443) -> Obj:
    ports = [{"name": "https", "port": port, "targetPort": "https", "protocol": "TCP"}]
    return {"metadata": {"name": "metrics-server", "namespace": "kube-system"}, "spec": {"ports": ports}}


def endpoint_slice(*ready: bool, port: str = "https") -> Obj:
    meta = {"name": "metrics-server-1", "namespace": "kube-system", "labels": {"kubernetes.io/service-name": "metrics-server"}}
    endpoints = [{"addresses": [f"10.0.0.{index + 1}"], "conditions": {"ready": each}} for index, each in enumerate(ready)]
    return {"metadata": meta, "addressType": "IPv4", "endpoints": endpoints, "ports": [{"name": port, "port": 4443, "protocol": "TCP"}]}


WHERE = 'service/metrics-server in "kube-system"'


@pytest.mark.parametrize(
    ("found", "slices", "state"),
    [
        pytest.param(None, [], ("False", "ServiceNotFound", f"{WHERE} is not present"), id="there is no such Service"),
        pytest.param(
            service(80), [endpoint_slice(True)], ("False", "ServicePortError", f"{WHERE} is not listening on port 443"), id="another port"
        ),
        pytest.param(
            service(),
            [endpoint_slice(False)],
            ("False", "MissingEndpoints", f'endpoints for {WHERE} have no addresses with port name "https"'),
            id="nobody behind it is ready",
        ),
        pytest.param(
            service(),
            [endpoint_slice(True, port="http")],
            ("False", "MissingEndpoints", f'endpoints for {WHERE} have no addresses with port name "https"'),
            id="who is ready listens elsewhere",
        ),
        pytest.param(service(), [endpoint_slice(False, True)], ("True", "Passed", "all checks passed"), id="one that is ready is enough"),
    ],
)
def test_availability(found: Obj | None, slices: list[Obj], state: tuple[str, str, str]) -> None:
    assert availability(REFERENCE, found, slices) == dict(zip(("status", "reason", "message"), state, strict=True))


def test_every_group_version_that_is_served_has_one() -> None:
    served = {f"{kind.version}.{kind.group}" for kind in BUILT_IN.all if kind.group != "apiregistration.k8s.io"}
    assert [each["metadata"]["name"] for each in built_in_api_services()] == sorted(served, key=lambda name: name.split(".", 1)[::-1])


def controlled() -> Rig:
    rig = Rig()
    client = rig.client("kube-apiserver")
    informers = Informers(client, rig.engine)
    ApiServiceController(client, rig.engine, informers)
    informers.start()
    rig.run()
    return rig


def state_of(rig: Rig) -> list[str]:
    found = rig.admin.get(APISERVICES, NAME)
    cells: list[str] = table(APISERVICES, [found], START, list_meta={})["rows"][0]["cells"]
    return cells[1:3]


def served(rig: Rig, handler: Handler | None = None) -> bool:
    return set(metrics.KINDS) <= set((handler or rig.handler).kinds.all)


def asked(rig: Rig) -> int:
    try:
        rig.admin.list(NODEMETRICS)
    except ApiError as refusal:
        return refusal.code
    return 200


def test_metrics_are_served_while_their_api_service_exists_and_answered_while_it_is_available() -> None:
    rig = controlled()
    seen = [(served(rig), asked(rig))]
    rig.admin.create(APISERVICES, remote())
    rig.run()
    seen.append((served(rig), asked(rig)))
    states = [state_of(rig)]
    rig.admin.create(SERVICES, service())
    rig.admin.create(ENDPOINTSLICES, endpoint_slice(True))
    rig.run(1)
    seen.append((served(rig), asked(rig)))
    states.append(state_of(rig))
    rig.admin.delete(SERVICES, "metrics-server", "kube-system")
    rig.run(30)
    seen.append((served(rig), asked(rig)))
    rig.admin.delete(APISERVICES, NAME)
    rig.run()
    seen.append((served(rig), asked(rig)))
    assert (seen, states) == (
        [(False, 404), (True, 503), (True, 200), (True, 503), (False, 404)],
        [["kube-system/metrics-server", "False (ServiceNotFound)"], ["kube-system/metrics-server", "True"]],
    )


def test_another_process_serves_what_the_stored_api_services_say() -> None:
    rig = controlled()
    rig.admin.create(APISERVICES, remote())
    other = Handler(rig.store, rig.trace, rig.clock, rig.rng)
    assert served(rig, other)


def test_the_versions_of_a_definition_have_one_as_long_as_it_is_served() -> None:
    rig = controlled()
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": {"type": "object"}}}
    spec = {"group": "example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    made = rig.admin.create(CUSTOMRESOURCEDEFINITIONS, {"metadata": {"name": "widgets.example.com"}, "spec": spec})
    rig.run()
    before = rig.admin.list(APISERVICES)
    conditions = [{"type": kind, "status": "True"} for kind in ("NamesAccepted", "Established")]
    rig.admin.update_status(
        CUSTOMRESOURCEDEFINITIONS, {**made, "status": {"conditions": conditions, "acceptedNames": names, "storedVersions": ["v1"]}}
    )
    rig.run()
    during = [(each["metadata"]["name"], each["spec"]["groupPriorityMinimum"]) for each in rig.admin.list(APISERVICES)]
    rig.admin.delete(CUSTOMRESOURCEDEFINITIONS, "widgets.example.com")
    rig.run()
    left = rig.admin.get(CUSTOMRESOURCEDEFINITIONS, "widgets.example.com")
    after = rig.admin.list(APISERVICES)
    assert (before, during, after, bool(left["metadata"].get("deletionTimestamp"))) == ([], [("v1.example.com", 1000)], [], True)
