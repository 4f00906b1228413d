"""APIServices: who serves each group version, and whether it answers.

At its start the API server writes one for each group version that it serves itself, and one for those of each definition as long as it
is served. Whether the server behind any other one answers is told by its Service: it must exist and have an endpoint at the port that is
asked. The real one asks ``/apis/<group>/<version>`` there besides.

Upstream: ``staging/src/k8s.io/kube-aggregator/pkg/controllers/{autoregister,status/remote}/``,
``pkg/controlplane/controller/crdregistration``, ``cmd/kube-apiserver/app/server.go`` (the priorities).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cluster.apiserver.aggregator import AVAILABLE, api_service_name
from cluster.apiserver.apiextensions.conditions import ESTABLISHED, is_true
from cluster.client.client import Client
from cluster.client.informer import Informers
from cluster.client.workqueue import Result, WorkQueue
from cluster.engine.engine import Engine
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds import BUILT_IN
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.apiregistration import APISERVICES, GROUP
from cluster.machinery.kinds.core import SERVICES
from cluster.machinery.kinds.discovery import ENDPOINTSLICES
from cluster.machinery.meta import Key, Obj, SimTime, key_of, timestamp

LANE = "kube-apiserver"
CHECK_SECONDS, RETRY_SECONDS = 30, 1
"""Between two looks at a server that answers, and at one that does not."""
MANAGED = "kube-aggregator.kubernetes.io/automanaged"
_PRIORITIES: Mapping[tuple[str, str], tuple[int, int]] = {
    ("", "v1"): (18_000, 1),
    ("apps", "v1"): (17_800, 15),
    ("events.k8s.io", "v1"): (17_750, 15),
    ("authentication.k8s.io", "v1"): (17_700, 15),
    ("authorization.k8s.io", "v1"): (17_600, 15),
    ("autoscaling", "v1"): (17_500, 15),
    ("autoscaling", "v2"): (17_500, 30),
    ("batch", "v1"): (17_400, 15),
    ("certificates.k8s.io", "v1"): (17_300, 15),
    ("networking.k8s.io", "v1"): (17_200, 15),
    ("policy", "v1"): (17_100, 15),
    ("rbac.authorization.k8s.io", "v1"): (17_000, 15),
    ("storage.k8s.io", "v1"): (16_800, 15),
    ("apiextensions.k8s.io", "v1"): (16_700, 15),
    ("admissionregistration.k8s.io", "v1"): (16_700, 15),
    ("scheduling.k8s.io", "v1"): (16_600, 15),
    ("coordination.k8s.io", "v1"): (16_500, 15),
    ("node.k8s.io", "v1"): (16_300, 15),
    ("discovery.k8s.io", "v1"): (16_200, 15),
    ("flowcontrol.apiserver.k8s.io", "v1"): (16_100, 21),
}
_CUSTOM_PRIORITIES = (1_000, 100)


def built_in_api_services() -> list[Obj]:
    """Return the APIServices of what the API server itself serves, by group and version."""
    versions = sorted({(kind.group, kind.version) for kind in BUILT_IN.all if kind.group != GROUP})
    return [_local(group, version, _PRIORITIES[group, version], "onstart") for group, version in versions]


def _local(group: str, version: str, priorities: tuple[int, int], managed: str) -> Obj:
    spec: Obj = {"version": version, "groupPriorityMinimum": priorities[0], "versionPriority": priorities[1]}
    if group:
        spec["group"] = group
    meta = {"name": api_service_name(group, version), "labels": {MANAGED: managed}}
    return {"apiVersion": APISERVICES.api_version, "kind": APISERVICES.kind, "metadata": meta, "spec": spec}


class ApiServiceController:
    """Its keys are names of APIServices. Those of definitions come and go with them; the others are looked at regularly."""

    def __init__(self, client: Client, engine: Engine, informers: Informers) -> None:
        self._client = client
        self._queue = WorkQueue(LANE, engine, self.register)
        self._checks = WorkQueue(LANE, engine, self.check, background=True)
        definitions, api_services = informers.informer(CUSTOMRESOURCEDEFINITIONS), informers.informer(APISERVICES)
        self._definitions, self._api_services = definitions.lister, api_services.lister
        definitions.subscribe(
            LANE,
            self._queue,
            on_add=self._enqueue_versions,
            on_update=lambda _, new: self._enqueue_versions(new),
            on_delete=self._enqueue_versions,
        )
        api_services.subscribe(LANE, self._checks, on_add=self._enqueue_remote, on_update=self._spec_changed, on_delete=lambda _: None)

    def register(self, key: Key, now: SimTime) -> Result:
        """Write or take away the APIService of a definition's version. Raises ApiError."""
        name, cached = str(key), self._api_services.get(key)
        wanted = next((each for each in self._of_definitions() if each["metadata"]["name"] == name), None)
        if wanted is not None and cached is None:
            self._client.create(APISERVICES, wanted)
        elif wanted is None and cached is not None and (cached["metadata"].get("labels") or {}).get(MANAGED) == "true":
            self._client.delete(APISERVICES, name)
        return Result()

    def check(self, key: Key, now: SimTime) -> Result:
        """Find out whether the server behind an APIService answers, and write it when that has changed. Raises ApiError."""
        api_service = self._api_services.get(key)
        reference = api_service["spec"].get("service") if api_service is not None else None
        if api_service is None or not reference:
            return Result()
        state = availability(reference, *self._behind(reference))
        conditions = (api_service.get("status") or {}).get("conditions") or []
        before: Obj = next((each for each in conditions if each["type"] == AVAILABLE), {})
        if {field: before.get(field) for field in state} != state:
            moment = before["lastTransitionTime"] if before.get("status") == state["status"] else timestamp(now)
            condition = {"type": AVAILABLE, **state, "lastTransitionTime": moment}
            others = [each for each in conditions if each["type"] != AVAILABLE]
            self._client.update_status(APISERVICES, {**api_service, "status": {"conditions": [*others, condition]}})
        return Result(CHECK_SECONDS if state["status"] == "True" else RETRY_SECONDS)

    def _behind(self, reference: Obj) -> tuple[Obj | None, list[Obj]]:
        namespace, name = reference["namespace"], reference["name"]
        try:
            service = self._client.get(SERVICES, name, namespace)
        except ApiError as error:
            if error.code != 404:
                raise
            return None, []
        return service, self._client.list(ENDPOINTSLICES, namespace, label_selector=f"kubernetes.io/service-name={name}")

    def _of_definitions(self) -> Iterator[Obj]:
        for definition in self._definitions.list():
            if is_true(definition, ESTABLISHED) and not definition["metadata"].get("deletionTimestamp"):
                for version in definition["spec"]["versions"]:
                    if version.get("served"):
                        yield _local(definition["spec"]["group"], version["name"], _CUSTOM_PRIORITIES, "true")

    def _enqueue_versions(self, definition: Obj) -> None:
        wanted = {each["metadata"]["name"] for each in self._of_definitions()}
        for version in definition["spec"]["versions"]:
            name = api_service_name(definition["spec"]["group"], version["name"])
            if (name in wanted) != (self._api_services.get(Key(name)) is not None):
                self._queue.add(Key(name))

    def _enqueue_remote(self, api_service: Obj) -> None:
        if api_service["spec"].get("service"):
            self._checks.add(key_of(api_service))

    def _spec_changed(self, old: Obj, new: Obj) -> None:
        if old["spec"] != new["spec"]:
            self._enqueue_remote(new)


def availability(reference: Obj, service: Obj | None, slices: Iterable[Obj]) -> Obj:
    """Return status, reason and message of the condition ``Available``. ``reference``: the APIService's ``spec.service``."""
    where = f'service/{reference["name"]} in "{reference["namespace"]}"'
    if service is None:
        return _state("False", "ServiceNotFound", f"{where} is not present")
    number = reference["port"]
    port = next((each for each in service["spec"].get("ports") or () if each["port"] == number), None)
    if port is None:
        return _state("False", "ServicePortError", f"{where} is not listening on port {number}")
    if service["spec"].get("type") == "ExternalName" or any(_has_address(each, port.get("name", "")) for each in slices):
        return _state("True", "Passed", "all checks passed")
    return _state("False", "MissingEndpoints", f'endpoints for {where} have no addresses with port name "{port.get("name", "")}"')


def _state(status: str, reason: str, message: str) -> Obj:
    return {"status": status, "reason": reason, "message": message}


def _has_address(endpoint_slice: Obj, port: str) -> bool:
    if not any((each.get("name") or "") == port for each in endpoint_slice.get("ports") or ()):
        return False
    return any((each.get("conditions") or {}).get("ready", True) for each in endpoint_slice.get("endpoints") or ())
