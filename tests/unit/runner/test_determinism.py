"""One seed and the same requests at the same simulated times give the same log, byte for byte."""

from __future__ import annotations

from dataclasses import astuple, dataclass

import orjson
import pytest

from cluster.apiserver.request import Credentials, PatchType, Request, User
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.meta import Obj, SimTime, after
from cluster.models import Revision
from cluster.runner.assembly import Assembly
from cluster.runner.bootstrap import create_cluster

pytestmark = pytest.mark.django_db

BEGIN = SimTime(1_767_225_600_000_000)
ADMIN = Credentials(component=User("admin", ("system:masters", "system:authenticated")))


def deployment(image: str, replicas: int) -> Obj:
    labels = {"app": "web"}
    pod: Obj = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "web", "image": image}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": pod}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "default"}, "spec": spec}


CREATE = Request("create", DEPLOYMENTS, "kubectl", ADMIN, "default", body=deployment("nginx:1.27", 3))
ROLL_OUT = Request(
    "patch",
    DEPLOYMENTS,
    "kubectl",
    ADMIN,
    "default",
    "web",
    body={"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "nginx:1.28"}]}}}},
    patch_type=PatchType.STRATEGIC,
)
READ = Request("list", PODS, "kubectl", ADMIN, "default")
DELETE = Request("delete", DEPLOYMENTS, "kubectl", ADMIN, "default", "web")
REQUESTS = ((20.0, CREATE), (21.5, READ), (50.0, ROLL_OUT), (90.0, DELETE), (150.0, READ))


@dataclass(frozen=True)
class Log:
    """Everything that was written, without the cluster's own number."""

    hops: list[tuple[object, ...]]
    revisions: list[tuple[object, ...]]

    @property
    def data(self) -> bytes:
        return orjson.dumps([self.hops, self.revisions], default=bytes.decode)


def run(seed: int, *, name: str, restart_at: float | None = None) -> tuple[Log, Assembly]:
    """Play the requests; at ``restart_at`` the process is replaced by another one."""
    row = create_cluster(name, seed=seed, now=BEGIN)
    assembly = Assembly(row.pk)
    with assembly.store.transaction():
        engine = assembly.start_loops()
    for seconds, request in (*REQUESTS, (180.0, None)):
        if restart_at is not None and restart_at < seconds:
            with assembly.store.transaction():
                engine.run_until(after(BEGIN, restart_at))
            assembly, restart_at = Assembly(row.pk), None
            with assembly.store.transaction():
                engine = assembly.start_loops()
        with assembly.store.transaction():
            engine.run_until(after(BEGIN, seconds))
        if request is not None:
            assembly.api.serve(request)
    hops = assembly.rows.hops(0, assembly.store.hop_seq)
    revisions = Revision.objects.filter(cluster=row).order_by("revision").values_list("revision", "key", "value", "hop")
    return Log([astuple(hop) for hop in hops], list(revisions)), assembly


def test_the_same_seed_and_the_same_requests_give_the_same_log() -> None:
    first, _ = run(7, name="first")
    second, _ = run(7, name="second")
    assert len(first.hops) > 500, "something happened"
    assert first.data == second.data


def test_another_seed_gives_other_names() -> None:
    first, _ = run(7, name="first")
    second, _ = run(8, name="second")
    assert first.data != second.data


RESTARTS = {
    "before anything was asked for": 5.0,
    "while containers start": 20.9,
    "when all is quiet": 40.0,
    "in the middle of the rollout": 50.7,
    "in the middle of the grace period": 91.0,
}


@pytest.mark.parametrize("moment", RESTARTS.values(), ids=RESTARTS.keys())
def test_a_process_that_takes_over_at_any_moment_brings_it_to_the_same_end(moment: float) -> None:
    _, assembly = run(7, name="demo", restart_at=moment)
    left = [
        kv.key for kv in assembly.store.list("/registry/").items if "/default/web" in kv.key and not kv.key.startswith("/registry/events/")
    ]
    nodes = {
        kv.obj["metadata"]["name"]: kv.obj["status"]["conditions"][-1]["status"] for kv in assembly.store.list("/registry/minions/").items
    }
    assert (left, nodes) == ([], dict.fromkeys(["control-plane-1", "worker-1", "worker-2", "worker-3"], "True"))
