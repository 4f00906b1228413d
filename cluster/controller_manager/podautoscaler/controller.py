"""Scales what HorizontalPodAutoscalers point to, every fifteen seconds, by what its pods use.

A look that fails is taken again after the same fifteen seconds: an autoscaler knows no back-off.

Upstream: ``pkg/controller/podautoscaler/horizontal.go``.
"""

from __future__ import annotations

import contextlib
from typing import NoReturn

from cluster.client.events import NORMAL, WARNING
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.controller_manager.podautoscaler.behavior import (
    DOWN_STABILIZED,
    DOWNSCALE_STABILIZATION,
    History,
    Limited,
    Stamped,
    limited,
    limited_with_behavior,
    note_change,
    stabilized,
    stabilized_with_behavior,
)
from cluster.controller_manager.podautoscaler.conditions import (
    ABLE_TO_SCALE,
    SCALING_ACTIVE,
    SCALING_LIMITED,
    scaled_status,
    set_condition,
)
from cluster.controller_manager.podautoscaler.metrics import Computed, MetricFailedError, Pods, compute
from cluster.controller_manager.podautoscaler.pod_metrics import MetricsError, PodMetric, resource_metrics
from cluster.controller_manager.podautoscaler.replica_calculator import Tolerances
from cluster.machinery.errors import ApiError, quote
from cluster.machinery.kinds.autoscaling import HORIZONTALPODAUTOSCALERS
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kinds.metrics import PODMETRICS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.labels import Selector, parse_selector
from cluster.machinery.meta import Key, Obj, SimTime, key_of, split_key
from cluster.machinery.quantity import milli_value

RESYNC = 15
"""Seconds between two looks at an autoscaler."""
_TOLERANCE = 0.1


class ScaleFailedError(ValueError):
    """A look ended before its end; the status says why."""


class HorizontalPodAutoscalerController:
    """The lane ``kube-controller-manager/podautoscaler``."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._recorder = lane.client, lane.recorder
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile, background=True)
        self._histories: dict[Key, History] = {}
        self._selectors: dict[Key, Selector] = {}
        self._autoscalers = lane.follow(
            HORIZONTALPODAUTOSCALERS,
            self._queue,
            on_add=self._enqueue,
            on_update=lambda _, new: self._enqueue(new),
            on_delete=self._on_delete,
        )
        self._pods = lane.lister(PODS)

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Take one look at an autoscaler, and write its status."""
        namespace, name = split_key(key)
        found = self._autoscalers.get(name, namespace)
        if found is None:
            self._histories.pop(key, None)
            return Result()
        autoscaler = copy_of(found)
        look = _Look(autoscaler, self._histories.setdefault(key, History()), now)
        with contextlib.suppress(ScaleFailedError):
            self._scale(key, look)
        self._write(found, look)
        return Result(requeue_after=RESYNC)

    def _write(self, found: Obj, look: _Look) -> None:
        if look.status == found.get("status", {}):
            return
        try:
            self._client.update_status(HORIZONTALPODAUTOSCALERS, {**look.autoscaler, "status": look.status})
        except ApiError as refusal:
            self._recorder.event(look.autoscaler, WARNING, "FailedUpdateStatus", refusal.message)

    def _scale(self, key: Key, look: _Look) -> None:
        kind, scale = self._target(look)
        look.set(ABLE_TO_SCALE, True, "SucceededGetScale", "the HPA controller was able to get the target's current scale")
        current = int(scale["spec"].get("replicas", 0))
        if not look.history.recommendations:
            look.history.recommendations.append(Stamped(current, look.now))
        spec = look.autoscaler["spec"]
        least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
        statuses: list[Obj] | None = None
        desired, why = current, ""
        if current == 0 and least != 0:
            look.set(SCALING_ACTIVE, False, "ScalingDisabled", "scaling is disabled since the replica count of the target is zero")
        elif current > most:
            desired, why = most, "Current number of replicas above Spec.MaxReplicas"
        elif current < least:
            desired, why = least, "Current number of replicas below Spec.MinReplicas"
        else:
            computed, statuses = self._compute(key, look, scale, current)
            desired = max(computed.replicas, 0)
            if desired > current:
                why = f"{computed.name} above target"
            elif desired < current:
                why = "All metrics below target"
            desired = look.normalized(current, desired, least, most)
        rescaled = desired != current
        if rescaled:
            self._rescale(kind, scale, look, desired, why, statuses)
            note_change(look.history, spec.get("behavior"), current, desired, look.now)
        look.status = scaled_status(look.status, current, desired, statuses, look.now if rescaled else None)

    def _target(self, look: _Look) -> tuple[Kind, Obj]:
        """Return the kind and the Scale of what is scaled."""
        reference, namespace = look.autoscaler["spec"]["scaleTargetRef"], look.autoscaler["metadata"]["namespace"]
        group = reference.get("apiVersion", "").rpartition("/")[0]
        kinds = [kind for kind in self._client.kinds.stored if (kind.group, kind.kind) == (group, reference["kind"])]
        message = f"no matches for kind {quote(reference['kind'])} in group {quote(group)}"
        if kinds:
            try:
                return kinds[0], self._client.get(kinds[0], reference["name"], namespace, subresource="scale")
            except ApiError as refusal:
                message = refusal.message
        self._recorder.event(look.autoscaler, WARNING, "FailedGetScale", message)
        why = f"the HPA controller was unable to get the target's current scale: {message}"
        look.set(ABLE_TO_SCALE, False, "FailedGetScale", why)
        raise ScaleFailedError(message)

    def _rescale(self, kind: Kind, scale: Obj, look: _Look, desired: int, why: str, statuses: list[Obj] | None) -> None:
        current = int(scale["spec"].get("replicas", 0))
        try:
            self._client.update(kind, {**scale, "spec": {**scale["spec"], "replicas": desired}}, subresource="scale")
        except ApiError as refusal:
            told = f"New size: {desired}; reason: {why}; error: {refusal.message}"
            self._recorder.event(look.autoscaler, WARNING, "FailedRescale", told)
            message = f"the HPA controller was unable to update the target scale: {refusal.message}"
            look.set(ABLE_TO_SCALE, False, "FailedUpdateScale", message)
            look.status = scaled_status(look.status, current, look.status.get("desiredReplicas", 0), statuses, None)
            raise ScaleFailedError(told) from None
        message = f"the HPA controller was able to update the target scale to {desired}"
        look.set(ABLE_TO_SCALE, True, "SucceededRescale", message)
        self._recorder.event(look.autoscaler, NORMAL, "SuccessfulRescale", f"New size: {desired}; reason: {why}")

    def _compute(self, key: Key, look: _Look, scale: Obj, current: int) -> tuple[Computed, list[Obj]]:
        """Return the metric that wants the most replicas, and the statuses of all."""
        autoscaler = look.autoscaler
        statuses: list[Obj] = []
        failures: list[MetricFailedError] = []
        best: Computed | None = None
        try:
            pods = self._pods_of(key, look, scale, current)
        except ScaleFailedError as error:
            self._give_up(look, current, None, str(error))
        for spec in autoscaler["spec"]["metrics"]:
            try:
                computed = compute(spec, pods, autoscaler["metadata"]["namespace"])
            except MetricFailedError as failure:
                self._recorder.event(autoscaler, WARNING, failure.reason, failure.told)
                failures.append(failure)
                statuses.append({"type": ""})
                continue
            statuses.append(computed.status)
            if best is None or best.replicas == 0 or computed.replicas > best.replicas:
                best = computed
        if best is None or (failures and best.replicas < current):
            first = failures[0]
            look.set(SCALING_ACTIVE, False, first.reason, f"the HPA was unable to compute the replica count: {first.told}")
            count, total = len(failures), len(autoscaler["spec"]["metrics"])
            self._give_up(look, current, statuses, f"invalid metrics ({count} invalid out of {total}), first error is: {first}")
        found = f"the HPA was able to successfully calculate a replica count from {best.name}"
        look.set(SCALING_ACTIVE, True, "ValidMetricFound", found)
        return best, statuses

    def _give_up(self, look: _Look, current: int, statuses: list[Obj] | None, message: str) -> NoReturn:
        look.status = scaled_status(look.status, current, look.status.get("desiredReplicas", 0), statuses, None)
        self._recorder.event(look.autoscaler, WARNING, "FailedComputeMetricsReplicas", message)
        raise ScaleFailedError(message)

    def _pods_of(self, key: Key, look: _Look, scale: Obj, current: int) -> Pods:
        """Return the pods of a Scale, if this autoscaler is the only one that scales them."""
        autoscaler, text = look.autoscaler, (scale.get("status") or {}).get("selector", "")
        namespace = autoscaler["metadata"]["namespace"]
        if not text:
            self._recorder.event(autoscaler, WARNING, "SelectorRequired", "selector is required")
            look.set(SCALING_ACTIVE, False, "InvalidSelector", "the HPA target's scale is missing a selector")
            raise ScaleFailedError("selector is required")
        selector = self._selectors[key] = parse_selector(text)
        pods = [pod for pod in self._pods.list(namespace) if selector.matches(pod["metadata"].get("labels"))]
        rivals = sorted(rival for rival in self._selectors if split_key(rival)[0] == namespace and _any_match(self._selectors[rival], pods))
        if len(rivals) > 1:
            names = " ".join(f"{{{split_key(rival)[1]} {namespace}}}" for rival in rivals)
            why = f"pods by selector {text} are controlled by multiple HPAs: [{names}]"
            self._recorder.event(autoscaler, WARNING, "AmbiguousSelector", why)
            look.set(SCALING_ACTIVE, False, "AmbiguousSelector", why)
            raise ScaleFailedError(why)

        def measured(resource: str, container: str) -> dict[str, PodMetric]:
            try:
                listed = self._client.list(PODMETRICS, namespace, label_selector=text)
            except ApiError as refusal:
                why = f"{refusal.message} (get {PODMETRICS.plural}.{PODMETRICS.group})" if refusal.code == 404 else refusal.message
                raise MetricsError(f"unable to fetch metrics from resource metrics API: {why}") from None
            return resource_metrics(listed, resource, container)

        return Pods(pods, measured, current, tolerances_of(autoscaler["spec"].get("behavior")), look.now)

    def _enqueue(self, autoscaler: Obj) -> None:
        self._queue.add_after(key_of(autoscaler), RESYNC)

    def _on_delete(self, autoscaler: Obj) -> None:
        self._selectors.pop(key_of(autoscaler), None)
        self._enqueue(autoscaler)


class _Look:
    """One look: the autoscaler, a copy; what was done before; the status to be written."""

    def __init__(self, autoscaler: Obj, history: History, now: SimTime) -> None:
        self.autoscaler, self.history, self.now = autoscaler, history, now
        self.status: Obj = copy_of(autoscaler.get("status") or {})

    def set(self, type: str, value: bool, reason: str, message: str) -> None:
        """Set a condition."""
        set_condition(self.status, type, value, reason, message, self.now)

    def normalized(self, current: int, desired: int, least: int, most: int) -> int:
        """Return what is left of the wish for ``desired`` replicas after stabilisation and limits, and say why."""
        behavior = self.autoscaler["spec"].get("behavior")
        if behavior is None:
            steady = Limited(stabilized(self.history, desired, self.now), *DOWN_STABILIZED)
            end = limited(current, steady.replicas, least, most)
        else:
            up = behavior["scaleUp"]["stabilizationWindowSeconds"]
            down = behavior["scaleDown"].get("stabilizationWindowSeconds", DOWNSCALE_STABILIZATION)
            steady = stabilized_with_behavior(self.history, up, down, current, desired, self.now)
            end = limited_with_behavior(self.history, behavior, current, steady.replicas, least, most, self.now)
        if steady.replicas != desired:
            self.set(ABLE_TO_SCALE, True, steady.reason, steady.message)
        else:
            self.set(ABLE_TO_SCALE, True, "ReadyForNewScale", "recommended size matches current size")
        self.set(SCALING_LIMITED, end.replicas != steady.replicas, end.reason, end.message)
        return end.replicas


def tolerances_of(behavior: Obj | None) -> Tolerances:
    """Return the tolerances that ``spec.behavior`` asks for, a tenth where it asks for none."""
    named = ((behavior or {}).get(direction) or {} for direction in ("scaleDown", "scaleUp"))
    down, up = (milli_value(rules["tolerance"]) / 1000 if rules.get("tolerance") is not None else _TOLERANCE for rules in named)
    return Tolerances(down, up)


def _any_match(selector: Selector, pods: list[Obj]) -> bool:
    return any(selector.matches(pod["metadata"].get("labels")) for pod in pods)
