"""The life of a definition, step by step, as the API server's own controller takes it."""

from __future__ import annotations

from cluster.apiserver_controllers.definitions import DefinitionController
from cluster.client.informer import Informers
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.apiextensions.builders import NAME, definition, widget
from tests.unit.apiserver.rig import Rig


class _Rig(Rig):
    """A control plane with nothing but this controller."""

    def __init__(self) -> None:
        super().__init__()
        client = self.client("kube-apiserver")
        informers = Informers(client, self.engine)
        DefinitionController(client, self.engine, informers)
        informers.start()

    def define(self, wanted: Obj) -> None:
        self.admin.create(CUSTOMRESOURCEDEFINITIONS, wanted)
        self.run(1)

    def conditions(self, name: str = NAME) -> list[tuple[str, str, str]]:
        status = self.admin.get(CUSTOMRESOURCEDEFINITIONS, name)["status"]
        return [(each["type"], each["status"], each["reason"]) for each in status["conditions"] or ()]

    def widgets(self) -> Kind | None:
        return self.admin.kinds.by_resource("example.com", "v1", "widgets")

    def is_defined(self) -> bool:
        try:
            self.admin.get(CUSTOMRESOURCEDEFINITIONS, NAME)
        except ApiError as refusal:
            return refusal.code != 404
        return True


def test_names_are_accepted_and_the_definition_is_established() -> None:
    rig = _Rig()
    rig.define(definition())
    assert rig.conditions() == [("NamesAccepted", "True", "NoConflicts"), ("Established", "True", "InitialNamesAccepted")]
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"}
    assert rig.admin.get(CUSTOMRESOURCEDEFINITIONS, NAME)["status"]["acceptedNames"] == names
    assert rig.widgets() is not None


def test_a_name_that_is_taken_is_refused_until_it_is_free() -> None:
    rig = _Rig()
    rig.define(definition())
    second = definition(names={"plural": "gadgets", "kind": "Widget"})
    rig.define({**second, "metadata": {"name": "gadgets.example.com"}})
    taken = [("NamesAccepted", "False", "ListKindConflict"), ("Established", "False", "NotAccepted")]
    assert rig.conditions("gadgets.example.com") == taken
    rig.admin.delete(CUSTOMRESOURCEDEFINITIONS, NAME)
    rig.run(10)
    accepted = [("NamesAccepted", "True", "NoConflicts"), ("Established", "True", "InitialNamesAccepted")]
    assert rig.conditions("gadgets.example.com") == accepted


def test_a_definition_goes_after_its_objects() -> None:
    rig = _Rig()
    rig.define(definition())
    kind = rig.widgets()
    assert kind is not None
    rig.admin.create(kind, widget("a"))
    held = rig.admin.create(kind, {**widget("b"), "metadata": {"name": "b", "namespace": "default", "finalizers": ["example.com/hold"]}})
    rig.admin.delete(CUSTOMRESOURCEDEFINITIONS, NAME)
    rig.run(20)
    assert rig.conditions()[-1] == ("Terminating", "True", "InstanceDeletionInProgress")
    assert [obj["metadata"]["name"] for obj in rig.admin.list(kind)] == ["b"]
    held = rig.admin.get(kind, "b", "default")
    held["metadata"]["finalizers"] = []
    rig.admin.update(kind, held)
    rig.run(20)
    assert (rig.is_defined(), rig.widgets()) == (False, None)
    assert rig.store.list("/registry/example.com/").items == []


def test_a_definition_that_was_never_established_goes_at_once() -> None:
    rig = _Rig()
    rig.admin.create(CUSTOMRESOURCEDEFINITIONS, definition())
    rig.admin.delete(CUSTOMRESOURCEDEFINITIONS, NAME)
    rig.run(1)
    assert not rig.is_defined()


def test_a_definition_in_a_group_of_the_community_says_how_it_was_approved() -> None:
    rig = _Rig()
    meta = {"name": "widgets.x.k8s.io", "annotations": {"api-approved.kubernetes.io": "unapproved, a test"}}
    rig.define({**definition(group="x.k8s.io"), "metadata": meta})
    found = rig.admin.get(CUSTOMRESOURCEDEFINITIONS, "widgets.x.k8s.io")
    approval = ("KubernetesAPIApprovalPolicyConformant", "False", "UnapprovedAnnotation")
    assert approval in rig.conditions("widgets.x.k8s.io")
    found["metadata"]["annotations"] = {"api-approved.kubernetes.io": "https://example.com/review"}
    rig.admin.update(CUSTOMRESOURCEDEFINITIONS, found)
    rig.run(1)
    assert ("KubernetesAPIApprovalPolicyConformant", "True", "ApprovedAnnotation") in rig.conditions("widgets.x.k8s.io")
