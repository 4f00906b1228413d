"""Gathers into a ClusterRole with an aggregation rule what the ClusterRoles allow that it selects: ``admin``, ``edit`` and ``view``.

Upstream looks at every aggregating role whenever any ClusterRole changes; here only those become work that select the
one that has changed.

Upstream: ``pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go``.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane
from cluster.machinery.kinds.rbac import CLUSTERROLES
from cluster.machinery.labels import selector_from_object
from cluster.machinery.meta import Key, Obj, SimTime

MANAGER = "clusterrole-aggregation-controller"


class ClusterRoleAggregationController:
    """The lane ``kube-controller-manager/clusterroleaggregation``. Its keys are names of ClusterRoles."""

    def __init__(self, lane: Lane) -> None:
        self._client = lane.client
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._roles = lane.follow(
            CLUSTERROLES, self._queue, on_add=self._changed, on_update=lambda old, new: self._changed(old, new), on_delete=self._changed
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Apply the rules that one role should have. Raises ApiError."""
        role = self._roles.get(key)
        if role is None or "aggregationRule" not in role:
            return Result()
        rules = aggregated_rules(role, self._roles.list())
        if rules != (role.get("rules") or []):
            body = {"apiVersion": role["apiVersion"], "kind": role["kind"], "metadata": {"name": str(key)}, "rules": rules}
            self._client.apply(CLUSTERROLES, body, field_manager=MANAGER, force=True)
        return Result()

    def _changed(self, *versions: Obj) -> None:
        for role in self._roles.list():
            if "aggregationRule" in role and any(role["metadata"]["name"] == _name(each) or selects(role, each) for each in versions):
                self._queue.add(Key(_name(role)))


def selects(role: Obj, other: Obj) -> bool:
    """Return whether a role with an aggregation rule gathers the rules of another one."""
    selectors = role["aggregationRule"].get("clusterRoleSelectors") or ()
    return any(_matches(selector, other) for selector in selectors)


def aggregated_rules(role: Obj, roles: Iterable[Obj]) -> list[Obj]:
    """Return the rules that a role gathers: selector by selector, by the names of the roles, each rule once."""
    rules: list[Obj] = []
    others = sorted((other for other in roles if _name(other) != _name(role)), key=_name)
    for selector in role["aggregationRule"].get("clusterRoleSelectors") or ():
        for other in others:
            if _matches(selector, other):
                rules += [rule for rule in other.get("rules") or () if rule not in rules]
    return rules


def _matches(selector: Obj, role: Obj) -> bool:
    return selector_from_object(selector).matches(role["metadata"].get("labels"))


def _name(role: Obj) -> str:
    return str(role["metadata"]["name"])
