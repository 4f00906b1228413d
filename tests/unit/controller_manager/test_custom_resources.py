"""The collector, quotas and the emptying of namespaces look at the kinds that definitions add, too."""

from __future__ import annotations

import pytest

from cluster.apiserver_controllers.definitions import DefinitionController
from cluster.client.informer import Informers
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.apiextensions import CUSTOMRESOURCEDEFINITIONS
from cluster.machinery.kinds.core import CONFIGMAPS, NAMESPACES, RESOURCEQUOTAS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from tests.unit.apiserver.apiextensions.builders import definition, widget
from tests.unit.controller_manager.cluster_rig import ControlledRig


class _Rig(ControlledRig):
    """Widgets are defined after the controllers have begun."""

    def __init__(self) -> None:
        super().__init__()
        client = self.client("kube-apiserver")
        informers = Informers(client, self.engine)
        DefinitionController(client, self.engine, informers)
        informers.start()
        self.admin.create(CUSTOMRESOURCEDEFINITIONS, definition())
        self.run(1)
        kind = self.admin.kinds.by_resource("example.com", "v1", "widgets")
        assert kind is not None
        self.widgets = kind

    def owned(self, name: str, owner: Obj) -> Obj:
        """Metadata of what belongs to an object."""
        meta = owner["metadata"]
        reference = {"apiVersion": owner["apiVersion"], "kind": owner["kind"], "name": meta["name"], "uid": meta["uid"]}
        return {"name": name, "namespace": "default", "ownerReferences": [reference]}

    def names(self, kind: Kind, namespace: str = "default") -> list[str]:
        return [obj["metadata"]["name"] for obj in self.admin.list(kind, namespace)]


def test_what_belongs_to_a_custom_resource_goes_with_it() -> None:
    rig = _Rig()
    owner = rig.admin.create(rig.widgets, widget("owner"))
    rig.admin.create(CONFIGMAPS, {"metadata": rig.owned("dependent", owner)})
    rig.admin.create(rig.widgets, widget("nested") | {"metadata": rig.owned("nested", owner)})
    rig.run(5)
    before = "dependent" in rig.names(CONFIGMAPS), rig.names(rig.widgets)
    rig.admin.delete(rig.widgets, "owner", "default")
    rig.run(30)
    assert (before, "dependent" in rig.names(CONFIGMAPS), rig.names(rig.widgets)) == ((True, ["nested", "owner"]), False, [])


def test_a_dangling_owner_is_taken_from_a_custom_resource_that_has_another() -> None:
    rig = _Rig()
    first, second = rig.admin.create(rig.widgets, widget("first")), rig.admin.create(rig.widgets, widget("second"))
    references = [rig.owned("", owner)["ownerReferences"][0] for owner in (first, second)]
    shared = {"name": "shared", "namespace": "default", "ownerReferences": references}
    rig.admin.create(rig.widgets, widget("shared") | {"metadata": shared})
    rig.run(5)
    rig.admin.delete(rig.widgets, "first", "default")
    rig.run(30)
    left = rig.admin.get(rig.widgets, "shared", "default")["metadata"]["ownerReferences"]
    assert [reference["name"] for reference in left] == ["second"]


def test_a_namespace_is_emptied_of_custom_resources() -> None:
    rig = _Rig()
    rig.admin.create(NAMESPACES, {"metadata": {"name": "team"}})
    rig.admin.create(rig.widgets, {**widget("a"), "metadata": {"name": "a", "namespace": "team"}})
    rig.admin.delete(NAMESPACES, "team")
    rig.run(60)
    assert ("team" in rig.names(NAMESPACES, ""), rig.names(rig.widgets, "team")) == (False, [])


def test_a_changed_definition_is_followed_anew() -> None:
    rig = _Rig()
    found = rig.admin.get(CUSTOMRESOURCEDEFINITIONS, "widgets.example.com")
    found["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["more"] = {"type": "string"}
    owner = rig.admin.create(rig.widgets, widget("owner"))
    rig.admin.create(CONFIGMAPS, {"metadata": rig.owned("dependent", owner)})
    rig.run(5)
    rig.admin.update(CUSTOMRESOURCEDEFINITIONS, found)
    rig.run(5)
    anew = rig.admin.kinds.by_resource("example.com", "v1", "widgets")
    assert anew is not None
    rig.admin.delete(anew, "owner", "default")
    rig.run(30)
    assert "dependent" not in rig.names(CONFIGMAPS)


def test_a_quota_counts_custom_resources_and_sees_them_go() -> None:
    rig = _Rig()
    hard = {"count/widgets.example.com": "1"}
    rig.admin.create(RESOURCEQUOTAS, {"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": hard}})
    rig.run(1)
    rig.admin.create(rig.widgets, widget("first"))
    with pytest.raises(ApiError) as caught:
        rig.admin.create(rig.widgets, widget("second"))
    rig.admin.delete(rig.widgets, "first", "default")
    rig.run(1)
    rig.admin.create(rig.widgets, widget("second"))
    figures = ", ".join(f"{word}: count/widgets.example.com=1" for word in ("requested", "used", "limited"))
    assert (caught.value.message, rig.names(rig.widgets)) == (
        f'widgets.example.com "second" is forbidden: exceeded quota: q, {figures}',
        ["second"],
    )


def test_a_definition_that_goes_takes_its_count_away_from_quotas_that_are_made_later() -> None:
    rig = _Rig()
    rig.admin.delete(CUSTOMRESOURCEDEFINITIONS, definition()["metadata"]["name"])
    rig.run(30)
    hard = {"count/widgets.example.com": "1", "count/configmaps": "9"}
    rig.admin.create(RESOURCEQUOTAS, {"metadata": {"name": "q", "namespace": "default"}, "spec": {"hard": hard}})
    rig.run(1)
    assert list(rig.admin.get(RESOURCEQUOTAS, "q", "default")["status"]["used"]) == ["count/configmaps"]
