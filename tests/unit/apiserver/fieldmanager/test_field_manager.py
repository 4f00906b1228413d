"""Managed fields through every stage of the API server."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.apiserver.fieldmanager.names import manager_name
from cluster.apiserver.request import Credentials, Options, Request
from cluster.machinery.apply import FieldSet
from cluster.machinery.kinds.apps import DEPLOYMENTS
from cluster.machinery.kinds.core import CONFIGMAPS, PODS
from cluster.machinery.meta import Obj
from tests.unit.apiserver.fieldmanager.stage import Owned, Stage, owned
from tests.unit.apiserver.rig import pod

DATA: FieldSet = {"f:data": {".": {}, "f:a": {}}}
POD = pod("x")


def data(**fields: str) -> Obj:
    return {"data": fields}


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        pytest.param(lambda s: s.create(data(a="1"), "u"), {("u", "Update", ""): DATA}, id="who creates owns what it sends"),
        pytest.param(
            lambda s: (s.create(data(a="1"), "u"), s.merge(data(b="2"), "v")),
            {("u", "Update", ""): DATA, ("v", "Update", ""): {"f:data": {"f:b": {}}}},
            id="who patches owns what it changes",
        ),
        pytest.param(
            lambda s: (s.create(data(a="1"), "u"), s.update(data(a="2"), "v")),
            {("u", "Update", ""): {"f:data": {}}, ("v", "Update", ""): {"f:data": {"f:a": {}}}},
            id="who changes a field takes it",
        ),
        pytest.param(
            lambda s: (s.create(data(a="1"), "u"), s.merge({"data": {"a": None}}, "v")),
            {},
            id="what is gone is nobody's",
        ),
        pytest.param(
            lambda s: (s.create(data(a="1"), "u"), s.merge({"data": None}, "v")), {}, id="and who owned only that is no manager any more"
        ),
        pytest.param(
            lambda s: (s.apply(data(a="1"), "a"), s.apply(data(b="2"), "b")),
            {("a", "Apply", ""): {"f:data": {"f:a": {}}}, ("b", "Apply", ""): {"f:data": {"f:b": {}}}},
            id="appliers own what they mention",
        ),
        pytest.param(
            lambda s: (s.create(data(a="1"), "u"), s.merge({"metadata": {"managedFields": [{}]}}, "v")),
            {},
            id="one empty entry empties the list",
        ),
        pytest.param(
            lambda s: (s.create(data(a="1"), "u"), s.merge({"metadata": {"managedFields": []}}, "v")), {}, id="so does an empty list"
        ),
        pytest.param(
            lambda s: (s.create(data(a="1"), "u"), s.merge({"metadata": {"managedFields": []}}, "v"), s.merge(data(b="2"), "v")),
            {},
            id="then nobody is tracked",
        ),
        pytest.param(
            lambda s: (
                s.create(data(a="1"), "u"),
                s.merge({"metadata": {"managedFields": []}}, "v"),
                s.apply(data(b="2"), "v"),
            ),
            {("before-first-apply", "Update", ""): DATA, ("v", "Apply", ""): {"f:data": {"f:b": {}}}},
            id="until somebody applies",
        ),
        pytest.param(
            lambda s: (s.create(data(a="1"), "u"), s.merge({"metadata": {"managedFields": [{"manager": "x", "operation": "Say"}]}}, "v")),
            {("u", "Update", ""): DATA},
            id="entries that are none change nothing",
        ),
        pytest.param(
            lambda s: (
                s.create(data(a="1"), "u"),
                s.merge(
                    {
                        "metadata": {
                            "managedFields": [
                                {
                                    "manager": "w",
                                    "operation": "Apply",
                                    "apiVersion": "v1",
                                    "fieldsType": "FieldsV1",
                                    "fieldsV1": {"f:data": {"f:a": {}}},
                                }
                            ]
                        }
                    },
                    "v",
                ),
            ),
            {("w", "Apply", ""): {"f:data": {"f:a": {}}}},
            id="entries may be written anew",
        ),
        pytest.param(
            lambda s: (s.create(data(a="1"), "u"), [s.merge(data(a=str(n)), f"m{n}") for n in range(2)], s.merge(data(b="1"), "u")),
            {("u", "Update", ""): {"f:data": {".": {}, "f:b": {}}}, ("m1", "Update", ""): {"f:data": {"f:a": {}}}},
            id="an updater keeps one entry",
        ),
    ],
)
def test_who_owns_what_of_a_config_map(play: Callable[[Stage], object], expected: Owned) -> None:
    stage = Stage(CONFIGMAPS)
    play(stage)
    assert owned(stage.get()) == expected


def test_the_status_is_owned_through_its_subresource_and_the_spec_is_not() -> None:
    stage = Stage(PODS)
    stage.create(POD, "u")
    stage.merge({"status": {"message": "m"}, "spec": {"priority": 7}}, "k", subresource="status")
    stage.merge({"status": {"message": "n"}, "metadata": {"labels": {"l": "1"}}}, "u")
    found = owned(stage.get())
    assert (found["k", "Update", "status"], found["u", "Update", ""]["f:metadata"], "f:status" in found["u", "Update", ""]) == (
        {"f:status": {"f:message": {}}},
        {"f:labels": {".": {}, "f:app": {}, "f:l": {}}},
        False,
    )


def test_what_admission_and_the_registry_add_is_nobodys() -> None:
    stage = Stage(PODS)
    created = stage.create(POD, "u")
    fields = owned(created)["u", "Update", ""]
    assert ("tolerations" in created["spec"], "f:tolerations" in fields["f:spec"], "f:status" in fields) == (True, False, False)


def test_a_deployment_reads_as_on_a_real_control_plane() -> None:
    stage = Stage(DEPLOYMENTS)
    labels = {"app": "x"}
    container = {"name": "c", "image": "nginx", "ports": [{"containerPort": 80}]}
    spec = {
        "replicas": 1,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }
    port: FieldSet = {".": {}, "f:containerPort": {}, "f:protocol": {}}
    names = ("image", "imagePullPolicy", "name", "resources", "terminationMessagePath", "terminationMessagePolicy")
    fields = {".": {}, **{f"f:{name}": {} for name in names}, "f:ports": {".": {}, 'k:{"containerPort":80,"protocol":"TCP"}': port}}
    of_pods = ("dnsPolicy", "restartPolicy", "schedulerName", "securityContext", "terminationGracePeriodSeconds")
    assert owned(stage.create({"metadata": {"labels": labels}, "spec": spec}, "u"))["u", "Update", ""] == {
        "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
        "f:spec": {
            **{f"f:{name}": {} for name in ("progressDeadlineSeconds", "replicas", "revisionHistoryLimit", "selector")},
            "f:strategy": {"f:rollingUpdate": {".": {}, "f:maxSurge": {}, "f:maxUnavailable": {}}, "f:type": {}},
            "f:template": {
                "f:metadata": {"f:labels": {".": {}, "f:app": {}}},
                "f:spec": {"f:containers": {'k:{"name":"c"}': fields}, **{f"f:{name}": {} for name in of_pods}},
            },
        },
    }


def test_the_scale_is_owned_through_its_subresource() -> None:
    stage = Stage(DEPLOYMENTS)
    stage.create({"spec": {"replicas": 1, "selector": {"matchLabels": {"a": "b"}}, "template": template()}}, "u")
    stage.merge({"spec": {"replicas": 3}}, "hpa", subresource="scale")
    found = owned(stage.get())
    assert (found["hpa", "Update", "scale"], "f:replicas" in found["u", "Update", ""]["f:spec"]) == ({"f:spec": {"f:replicas": {}}}, False)


def template() -> Obj:
    return {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}


def test_moments_change_only_with_what_is_owned() -> None:
    stage = Stage()
    stage.create(data(a="1"), "u")
    stage.rig.run(5)
    stage.merge(data(a="1"), "u")
    same = [entry["time"] for entry in stage.get()["metadata"]["managedFields"]]
    stage.merge(data(a="2"), "u")
    assert (same, [entry["time"] for entry in stage.get()["metadata"]["managedFields"]]) == (
        ["2026-01-01T00:00:00Z"],
        ["2026-01-01T00:00:05Z"],
    )


def test_an_update_that_repeats_everything_writes_nothing() -> None:
    stage = Stage()
    before = stage.create(data(a="1"), "u")
    stage.rig.run(5)
    assert stage.update(data(a="1"), "v") == before


def test_the_oldest_of_many_updaters_share_an_entry() -> None:
    stage = Stage()
    stage.create(data(a="1"), "u")
    for number in range(12):
        stage.rig.run(1)
        stage.merge({"data": {f"k{number:02}": "v"}}, f"m{number:02}")
    entries = stage.get()["metadata"]["managedFields"]
    assert [(entry["manager"], len(entry["fieldsV1"]["f:data"])) for entry in entries] == [
        ("ancient-changes", 5),
        *((f"m{number:02}", 1) for number in range(3, 12)),
    ]


def test_a_dry_run_shows_who_would_own_what_and_keeps_nothing() -> None:
    stage = Stage()
    stage.create(data(a="1"), "u")
    shown = stage.merge(data(b="2"), "v", dry_run=True)
    assert (owned(shown).get(("v", "Update", "")), owned(stage.get())) == ({"f:data": {"f:b": {}}}, {("u", "Update", ""): DATA})


@pytest.mark.parametrize(
    ("options", "user_agent", "source", "name"),
    [
        pytest.param("me", "kubectl/v1.36.2 (linux/amd64)", "kubectl", "me", id="what the request says"),
        pytest.param("", "kubectl/v1.36.2 (linux/amd64)", "kubectl", "kubectl", id="else what the User-Agent begins with"),
        pytest.param("", "a\tb" + "c" * 200, "client", "ab" + "c" * 126, id="of which what can be printed, up to 128 bytes"),
        pytest.param("", "/x", "client", "unknown", id="nameless"),
        pytest.param("", "", "kube-controller-manager/deployment", "kube-controller-manager", id="a controller is its process"),
        pytest.param("", "", "node/n1/kubelet", "kubelet", id="a kubelet is none of its node"),
    ],
)
def test_what_a_manager_is_called(options: str, user_agent: str, source: str, name: str) -> None:
    request = Request("update", CONFIGMAPS, source, Credentials(), options=Options(field_manager=options), user_agent=user_agent)
    assert manager_name(request) == name
