"""A cluster's own KubeSchedulerConfiguration: kept, refused, and taken over by the scheduler while the cluster runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import override_settings

from cluster.client.client import Client
from cluster.engine.clock import Clock
from cluster.engine.trace import Trace
from cluster.etcd.memory import MemoryStore
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import Obj, SimTime
from cluster.runner.machines import APISERVER
from cluster.runner.node_orders import PREFIX, RESTART_SCHEDULER
from cluster.runner.scheduler_config import config_text, configure_scheduler
from dashboard.checks import check_scheduler_config
from tests.unit.dashboard.real_host import RealHost

_PACKING = """
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
  - schedulerName: default-scheduler
  - schedulerName: by-image
    plugins: {multiPoint: {disabled: [{name: NodeResourcesFit}]}}
"""


def _store() -> MemoryStore:
    clock = Clock(SimTime(0))
    return MemoryStore(Trace(clock), clock)


def test_a_cluster_without_a_text_has_that_of_the_settings(tmp_path: Path) -> None:
    store, path = _store(), tmp_path / "config.yaml"
    path.write_text(_PACKING)
    before = [config_text(store, ""), config_text(store, str(path))]
    configure_scheduler(store, "")
    assert (before, config_text(store, str(path))) == (["", _PACKING], "")


def test_a_text_is_kept_with_an_order_to_start_anew() -> None:
    store = _store()
    configure_scheduler(store, _PACKING)
    orders = [kv.obj["action"] for kv in store.list(PREFIX).items]
    assert (config_text(store, ""), orders) == (_PACKING, [RESTART_SCHEDULER])


def test_a_text_that_no_scheduler_would_start_with_is_refused() -> None:
    store = _store()
    with pytest.raises(ApiError) as refusal:
        configure_scheduler(store, _PACKING.replace("by-image", "default-scheduler"))
    assert (refusal.value.code, refusal.value.message, config_text(store, "")) == (
        400,
        'line 6: profiles[1].schedulerName: Duplicate value: "profiles[0].schedulerName"',
        "",
    )


def _admin(host: RealHost) -> Client:
    return Client(host.api, "kubectl", APISERVER, lambda: None)


def _pod(name: str, scheduler: str) -> Obj:
    container = {"name": "c", "image": "nginx:1.27", "resources": {"requests": {"cpu": "500"}}}
    meta = {"name": name, "namespace": "default"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"schedulerName": scheduler, "containers": [container]}}


def test_a_scheduler_takes_a_new_configuration_over_and_has_seen_everything() -> None:
    host = RealHost()
    admin = _admin(host)
    for name in ("default-scheduler", "by-image"):
        admin.create(PODS, _pod(name, name))
    host.run(2)
    before = [admin.get(PODS, name, "default")["spec"].get("nodeName") for name in ("default-scheduler", "by-image")]
    configure_scheduler(host.store, _PACKING)
    host.run(5)
    after = [admin.get(PODS, name, "default")["spec"].get("nodeName") for name in ("default-scheduler", "by-image")]
    nodes = [node["metadata"]["name"] for node in admin.list(NODES)]
    assert (before, after[0], after[1] in nodes) == ([None, None], None, True)


def test_a_file_that_cannot_be_used_keeps_a_server_from_starting(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(_PACKING.replace("by-image", "default-scheduler"))
    with override_settings(SCHEDULER_CONFIG=str(path)):
        faults = [fault.msg for fault in check_scheduler_config(None)]
    assert faults == ['PODIUM_SCHEDULER_CONFIG: line 6: profiles[1].schedulerName: Duplicate value: "profiles[0].schedulerName"']
