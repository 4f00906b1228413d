"""DaemonSets: where their pods run, how they are replaced, their revisions and their status."""

from __future__ import annotations

import orjson
import pytest

from cluster.controller_manager.daemon.look import Look
from cluster.controller_manager.daemon.placement import Placement, Verdict, daemon_tolerations
from cluster.controller_manager.daemon.pods import daemon_template
from cluster.controller_manager.template_hash import compute_hash
from cluster.machinery.kinds.apps import CONTROLLERREVISIONS, DAEMONSETS
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import SECOND, Obj, SimTime, parse_timestamp
from tests.shared import shared_path
from tests.unit.controller_manager.cluster_rig import NAMESPACE, ControlledRig, deployment

NOW = parse_timestamp("2026-01-01T12:00:00Z")
MORNING = "2026-01-01T00:00:00Z"
OLD, NEW = "old", "new"


def daemon_set(**spec: object) -> Obj:
    made = deployment(**spec) | {"kind": "DaemonSet", "metadata": {"name": "agent", "namespace": NAMESPACE}}  # type: ignore[arg-type]
    del made["spec"]["replicas"]
    return made


def template(**spec: object) -> Obj:
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx:1.25"}], **spec}}


def recorded() -> list[tuple[str, Obj, str]]:
    """Return every recorded revision of a DaemonSet: scenario, data, hash."""
    scenarios = orjson.loads(shared_path("golden", "golden", "public", "scenarios.json").read_bytes())
    return [
        (f"{name} {alias}", one["data"], scenario["hash_values"][alias]["value"])
        for name, scenario in scenarios.items()
        for one in scenario["final"].get("controllerrevisions") or ()
        if (alias := one["metadata"]["labels"].get("controller-revision-hash"))
    ]


@pytest.mark.parametrize(("data", "value"), [case[1:] for case in recorded()], ids=[case[0] for case in recorded()])
def test_recorded_hash(data: Obj, value: str) -> None:
    made = {name: part for name, part in data["spec"]["template"].items() if name != "$patch"}
    assert compute_hash(made) == value


TAINT: Obj = {"key": "k", "value": "v", "effect": "NoSchedule"}
EVICTING: Obj = {"key": "k", "value": "v", "effect": "NoExecute"}
CORDONED: Obj = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
UNREACHABLE: Obj = {"key": "node.kubernetes.io/unreachable", "effect": "NoExecute"}
WITHOUT_NETWORK: Obj = {"key": "node.kubernetes.io/network-unavailable", "effect": "NoSchedule"}
ANY: Obj = {"operator": "Exists"}
ZONES: Obj = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "disk", "operator": "In", "values": ["ssd"]}]}]}
REQUIRED = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": ZONES}}
PLACEMENT: list[tuple[str, Obj, dict[str, str], list[Obj], Verdict]] = [
    ("a node with nothing special suits", {}, {}, [], Verdict(True, True)),
    ("a selector that matches suits", {"nodeSelector": {"disk": "ssd"}}, {"disk": "ssd"}, [], Verdict(True, True)),
    ("a selector that does not match sends pods away", {"nodeSelector": {"disk": "ssd"}}, {}, [], Verdict(False, False)),
    ("a required affinity that matches suits", {"affinity": REQUIRED}, {"disk": "ssd"}, [], Verdict(True, True)),
    ("a required affinity that does not match sends pods away", {"affinity": REQUIRED}, {}, [], Verdict(False, False)),
    ("another node's name sends pods away", {"nodeName": "n2"}, {}, [], Verdict(False, False)),
    ("the node's own name suits", {"nodeName": "n1"}, {}, [], Verdict(True, True)),
    ("a NoSchedule taint keeps new pods away and lets old ones stay", {}, {}, [TAINT], Verdict(False, True)),
    ("a NoExecute taint sends pods away", {}, {}, [EVICTING], Verdict(False, False)),
    ("taints that the template tolerates do not matter", {"tolerations": [ANY]}, {}, [TAINT, EVICTING], Verdict(True, True)),
    ("a cordon does not matter", {}, {}, [CORDONED], Verdict(True, True)),
    ("a node that is not reachable keeps its pods", {}, {}, [UNREACHABLE], Verdict(True, True)),
    ("a node without network keeps pods away", {}, {}, [WITHOUT_NETWORK], Verdict(False, True)),
    ("unless they use the host's network", {"hostNetwork": True}, {}, [WITHOUT_NETWORK], Verdict(True, True)),
]


@pytest.mark.parametrize(("spec", "labels", "taints", "verdict"), [case[1:] for case in PLACEMENT], ids=[case[0] for case in PLACEMENT])
def test_placement(spec: Obj, labels: dict[str, str], taints: list[Obj], verdict: Verdict) -> None:
    node = {"metadata": {"name": "n1", "labels": labels}, "spec": {"taints": taints}}
    assert Placement(daemon_set(template=template(**spec))).verdict(node) == verdict


def test_a_toleration_with_a_limit_is_replaced_by_one_without() -> None:
    limited: Obj = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    assert daemon_tolerations({"tolerations": [limited]})[:2] == [
        {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"},
        {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute"},
    ]


def test_the_template_of_a_pod_names_its_node_and_its_revision() -> None:
    owner = daemon_set(template=template(affinity=REQUIRED | {"podAffinity": {}}))
    owner["metadata"]["annotations"] = {"deprecated.daemonset.template.generation": "3"}
    made = daemon_template(owner, "abc", "n1")
    terms = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]
    affinity = {"podAffinity": {}, "nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}
    labels = {"app": "web", "pod-template-generation": "3", "controller-revision-hash": "abc"}
    assert (made["metadata"]["labels"], made["spec"]["affinity"]) == (labels, affinity)


def daemon_pod(
    name: str, hashed: str = NEW, *, node: str = "n1", ready: bool = True, phase: str = "Running", deleting: bool = False
) -> Obj:
    meta: Obj = {"name": name, "namespace": NAMESPACE, "creationTimestamp": MORNING, "labels": {"controller-revision-hash": hashed}}
    condition = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": MORNING}
    spec = {"nodeName": node} if node else {"affinity": daemon_template(daemon_set(), "", "gone")["spec"]["affinity"]}
    return {
        "metadata": meta | ({"deletionTimestamp": MORNING} if deleting else {}),
        "spec": spec,
        "status": {"phase": "Running", "conditions": [condition]},
    }


ON, STAYS, OFF = Verdict(True, True), Verdict(False, True), Verdict(False, False)
REPLACE: Obj = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}}
SURGE: Obj = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}}
WAITING = daemon_pod("a", ready=False)
READY_OLD, BROKEN_OLD = daemon_pod("b", OLD), daemon_pod("b", OLD, ready=False)
NODE: list[tuple[str, Verdict, Obj, list[Obj], list[str], list[str]]] = [
    ("an empty node that suits gets a pod", ON, REPLACE, [], ["n1"], []),
    ("an empty node that does not suit gets none", STAYS, REPLACE, [], [], []),
    ("one pod is enough", ON, REPLACE, [daemon_pod("a")], [], []),
    ("a pod may stay where no new one would be made", STAYS, REPLACE, [daemon_pod("a")], [], []),
    ("a pod goes from a node that suits no longer", OFF, REPLACE, [daemon_pod("a"), daemon_pod("b", deleting=True)], [], ["a"]),
    ("while one ends, none is made", ON, REPLACE, [daemon_pod("a", deleting=True)], [], []),
    ("of two the younger goes", ON, REPLACE, [daemon_pod("b"), daemon_pod("a")], [], ["b"]),
    ("a pod of an old revision is not too much", ON, REPLACE, [READY_OLD], [], []),
    ("surging, one is made while one ends", ON, SURGE, [daemon_pod("a", deleting=True)], ["n1"], []),
    ("surging, a new pod that waits stands beside a ready old one", ON, SURGE, [WAITING, READY_OLD], [], []),
    ("surging, the old pod goes once the new one is available", ON, SURGE, [daemon_pod("a"), READY_OLD], [], ["b"]),
    ("surging, an old pod that is not ready goes at once", ON, SURGE, [WAITING, BROKEN_OLD], [], ["b"]),
    ("surging, a second new pod goes", ON, SURGE, [daemon_pod("a"), daemon_pod("c")], [], ["c"]),
    ("a pod that waits for a node that is gone goes", ON, REPLACE, [daemon_pod("a"), daemon_pod("z", node="")], [], ["z"]),
]


def look(strategy: Obj, pods: dict[str, list[Obj]], verdicts: dict[str, Verdict]) -> Look:
    return Look(daemon_set(updateStrategy=strategy), verdicts, pods, NEW, NOW)


def names(pods: list[Obj]) -> list[str]:
    return [pod["metadata"]["name"] for pod in pods]


@pytest.mark.parametrize(("verdict", "strategy", "pods", "create", "delete"), [case[1:] for case in NODE], ids=[case[0] for case in NODE])
def test_what_a_node_needs(verdict: Verdict, strategy: Obj, pods: list[Obj], create: list[str], delete: list[str]) -> None:
    on_nodes = {"n1": [pod for pod in pods if "nodeName" in pod["spec"]], "gone": [pod for pod in pods if "nodeName" not in pod["spec"]]}
    work = look(strategy, {name: found for name, found in on_nodes.items() if found}, {"n1": verdict}).differences()
    assert (work.create, names(work.delete)) == (create, delete)


def strategy(unavailable: int | str, surge: int | str = 0) -> Obj:
    return {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": unavailable, "maxSurge": surge}}


OLD_ON = {name: [daemon_pod(name, OLD, node=name)] for name in ("n1", "n2", "n3")}
NEW_WAITS = [daemon_pod("x", node="n1", ready=False)]
BROKEN = [daemon_pod("n2", OLD, node="n2", ready=False)]
ALL = dict.fromkeys(("n1", "n2", "n3"), ON)
ROLLING: list[tuple[str, Obj, dict[str, list[Obj]], dict[str, Verdict], list[str], list[str]]] = [
    ("one old pod goes at a time", strategy(1), OLD_ON, ALL, [], ["n1"]),
    ("a percentage is rounded up", strategy("34%"), OLD_ON, ALL, [], ["n1", "n2"]),
    ("none goes while a new pod is not available", strategy(1), OLD_ON | {"n1": NEW_WAITS}, ALL, [], []),
    ("none goes while a node has no pod", strategy(1), {"n1": OLD_ON["n1"], "n2": OLD_ON["n2"]}, ALL, [], []),
    ("an old pod that is not available goes anyway", strategy(1), OLD_ON | {"n1": NEW_WAITS, "n2": BROKEN}, ALL, [], ["n2"]),
    ("on delete nothing goes", {"type": "OnDelete"}, OLD_ON, ALL, [], []),
    ("surging, one node gets a second pod", strategy(0, 1), OLD_ON, ALL, ["n1"], []),
    ("surging, no further node does while a new pod waits", strategy(0, 1), OLD_ON | {"n1": [*OLD_ON["n1"], *NEW_WAITS]}, ALL, [], []),
    ("surging, an old pod goes when the new one is available", strategy(0, 1), {"n1": [*OLD_ON["n1"], daemon_pod("x")]}, ALL, [], ["n1"]),
    ("surging, a broken old pod counts for nothing", strategy(0, 1), OLD_ON | {"n2": BROKEN}, ALL, ["n2", "n1"], []),
    ("surging, a pod stays on a node that suits no longer until enough others are ready", strategy(0, 1),
     {"n1": [READY_OLD], "n2": [daemon_pod("y", node="n2", ready=False)]}, {"n1": STAYS, "n2": ON}, [], []),
    ("surging, it goes then", strategy(0, 1), {"n1": [READY_OLD], "n2": [daemon_pod("y", node="n2")]}, {"n1": STAYS, "n2": ON}, [], ["b"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("strategy", "pods", "verdicts", "create", "delete"), [case[1:] for case in ROLLING], ids=[case[0] for case in ROLLING]
)
def test_what_a_rolling_update_replaces(
    strategy: Obj, pods: dict[str, list[Obj]], verdicts: dict[str, Verdict], create: list[str], delete: list[str]
) -> None:
    work = look(strategy, pods, verdicts).replacements()
    assert (work.create, names(work.delete)) == (create, delete)


def test_status_counts_nodes_by_their_oldest_pod() -> None:
    pods = {
        "n1": [daemon_pod("a", node="n1")],
        "n2": [daemon_pod("b", OLD, node="n2"), daemon_pod("c", node="n2", ready=False)],
        "n3": [daemon_pod("d", OLD, node="n3", ready=False)],
        "n4": [daemon_pod("e", node="n4")],
    }
    owner = daemon_set() | {"status": {"collisionCount": 1, "numberUnavailable": 4}}
    owner["metadata"] |= {"generation": 7}
    verdicts = dict.fromkeys(("n1", "n2", "n3", "n5"), ON) | {"n4": STAYS}
    assert Look(owner, verdicts, pods, NEW, SimTime(NOW)).status(was_processed=True) == {
        "collisionCount": 1,
        "observedGeneration": 7,
        "desiredNumberScheduled": 4,
        "currentNumberScheduled": 3,
        "numberMisscheduled": 1,
        "numberReady": 2,
        "numberAvailable": 2,
        "numberUnavailable": 2,
        "updatedNumberScheduled": 1,
    }


class Daemons(ControlledRig):
    """A control plane with two nodes and the DaemonSet ``agent``."""

    def __init__(self, **spec: object) -> None:
        super().__init__()
        for name in ("n1", "n2"):
            self.add_node(name)
        self.admin.create(DAEMONSETS, daemon_set(**spec))
        self.run()

    @property
    def daemon_set(self) -> Obj:
        return self.admin.get(DAEMONSETS, "agent", NAMESPACE)

    @property
    def images(self) -> list[tuple[str, str]]:
        """Node and image of each pod."""
        found = []
        for pod in self.pods():
            required = pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
            node = required["nodeSelectorTerms"][0]["matchFields"][0]["values"][0]
            found.append((node, pod["spec"]["containers"][0]["image"]))
        return sorted(found)

    @property
    def revisions(self) -> list[tuple[int, str]]:
        """Number and image of each revision."""
        return sorted(
            (one["revision"], one["data"]["spec"]["template"]["spec"]["containers"][0]["image"])
            for one in self.admin.list(CONTROLLERREVISIONS, NAMESPACE)
        )

    def set_image(self, image: str) -> None:
        owner = self.daemon_set
        owner["spec"]["template"]["spec"]["containers"][0]["image"] = image
        self.admin.update(DAEMONSETS, owner)
        self.run()


def test_every_node_has_a_pod_and_a_later_one_gets_one() -> None:
    rig = Daemons()
    rig.add_node("n3")
    assert rig.images == [("n1", "nginx:1.25"), ("n2", "nginx:1.25"), ("n3", "nginx:1.25")]


def test_a_node_that_matches_later_gets_a_pod_and_loses_it_again() -> None:
    rig = Daemons(template=template(nodeSelector={"disk": "ssd"}))
    seen = [rig.images]
    for disk in ("ssd", None):
        rig.admin.patch(NODES, "n2", "", {"metadata": {"labels": {"disk": disk}}})
        rig.run(1)
        seen.append(rig.images)
    assert seen == [[], [("n2", "nginx:1.25")], []]


def test_a_rolling_update_replaces_one_pod_after_the_other() -> None:
    rig = Daemons()
    rig.settle(3)
    rig.set_image("new")
    seen = [rig.images]
    for _ in range(3):
        rig.settle(2)
        seen.append(rig.images)
    still_old = [image for _, image in seen[0]].count("nginx:1.25")
    assert (still_old, seen[-1]) == (1, [("n1", "new"), ("n2", "new")])


def test_going_back_renumbers_the_old_revision() -> None:
    rig = Daemons()
    rig.settle(3)
    for image in ("new", "nginx:1.25"):
        rig.set_image(image)
        rig.settle(5)
    assert rig.revisions == [(2, "new"), (3, "nginx:1.25")]


def test_old_revisions_are_forgotten_when_no_pod_has_them() -> None:
    rig = Daemons(revisionHistoryLimit=1)
    for image in ("a", "b", "c"):
        rig.settle(4)
        rig.set_image(image)
    rig.settle(4)
    assert rig.revisions == [(3, "b"), (4, "c")]


def test_a_hash_that_is_taken_counts_as_a_collision() -> None:
    rig = Daemons()
    name = next(one["metadata"]["name"] for one in rig.admin.list(CONTROLLERREVISIONS, NAMESPACE))
    rig.admin.delete(DAEMONSETS, "agent", NAMESPACE)
    rig.run(1)
    rig.admin.create(CONTROLLERREVISIONS, {"metadata": {"name": name, "namespace": NAMESPACE}, "data": {}, "revision": 1})
    rig.admin.create(DAEMONSETS, daemon_set())
    rig.run(1)
    assert (rig.daemon_set["status"]["collisionCount"], len(rig.images)) == (1, 2)


def test_failed_pods_are_removed_ever_more_slowly() -> None:
    rig = Daemons(template=template(nodeName="n1"))
    failures = []
    for _ in range(4):
        rig.run(0.1)
        for pod in rig.pods():
            rig.admin.update_status(PODS, pod | {"status": {"phase": "Failed"}})
        before = rig.clock.now
        known = len(rig.messages("FailedDaemonPod"))
        for _ in range(200):
            rig.run(0.1)
            if len(rig.messages("FailedDaemonPod")) > known:
                break
        failures.append(round((rig.clock.now - before) / SECOND))
    assert failures == [0, 1, 2, 4]


def test_orphans_that_match_are_adopted() -> None:
    rig = Daemons()
    rig.admin.delete(DAEMONSETS, "agent", NAMESPACE, propagation_policy="Orphan")
    rig.run(1)
    before = {pod["metadata"]["uid"] for pod in rig.pods()}
    rig.admin.create(DAEMONSETS, daemon_set())
    rig.run(1)
    assert ({pod["metadata"]["uid"] for pod in rig.pods()}, rig.daemon_set["status"]["updatedNumberScheduled"]) == (before, 2)
