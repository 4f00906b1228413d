"""ResourceQuota: what would exceed a quota of its namespace is refused; what does not is counted at once.

The last plugin, so that only what everybody else lets pass is counted. The real one collects requests for a while and writes
their sum; here each writes its own, in the transaction of the object itself. No resource is limited without a quota.

Upstream: ``staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/{admission,controller}.go``.
"""

from __future__ import annotations

from collections.abc import Collection

from cluster.apiserver.admission import CREATE, DELETE, UPDATE, Attributes, BasePlugin
from cluster.apiserver.reader import Reader
from cluster.apiserver.traced_store import TracedStore
from cluster.engine.clock import Clock
from cluster.machinery.kinds.core import RESOURCEQUOTAS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj
from cluster.machinery.quota.amounts import Amounts, added, amounts, exceeding, increase, masked, printed, texts, without_zeros
from cluster.machinery.quota.evaluators import Evaluator, evaluator_of, is_within_scopes


class ResourceQuota(BasePlugin):
    """Holds new and growing objects against the quotas of their namespace. ``store``: where the usage is written."""

    name = "ResourceQuota"

    def __init__(self, reader: Reader, store: TracedStore, clock: Clock) -> None:
        self._reader, self._store, self._clock = reader, store, clock

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Requests that can use more of anything."""
        evaluator = evaluator_of(kind)
        return operation != DELETE and evaluator is not None and evaluator.handles(operation, subresource)

    def validate(self, attributes: Attributes) -> None:
        """Refuse with 403, or write the usage into the quotas' status; a dry run writes nothing."""
        evaluator = evaluator_of(attributes.kind)
        quotas = self._reader.list(RESOURCEQUOTAS, attributes.namespace)
        if not quotas or evaluator is None:
            return
        charges = [(quota, used) for quota in quotas if (used := self._usage_after(quota, evaluator, attributes)) is not None]
        if attributes.options.dry_run or self._is_taken(attributes):
            return
        for quota, used in charges:
            key = RESOURCEQUOTAS.storage_key(attributes.namespace, quota["metadata"]["name"])
            changed = {**quota, "status": {**quota["status"], "used": texts(used)}}
            self._store.put(key, changed, if_mod_revision=int(quota["metadata"]["resourceVersion"]))

    def _is_taken(self, attributes: Attributes) -> bool:
        """Whether a creation will be refused after all: an object of this name is there."""
        return attributes.operation == CREATE and self._reader.get(attributes.kind, attributes.namespace, attributes.name) is not None

    def _usage_after(self, quota: Obj, evaluator: Evaluator, attributes: Attributes) -> Amounts | None:
        """Return what a quota's usage becomes, None when nothing of it changes. Raises ApiError 403."""
        name, status, obj = quota["metadata"]["name"], quota.get("status", {}), attributes.given
        hard, used = amounts(status.get("hard")), amounts(status.get("used"))
        limited = evaluator.matching(hard)
        if not limited or not is_within_scopes(quota, evaluator, obj):
            return None
        if missing := evaluator.missing(limited, obj):
            raise attributes.forbidden(f"failed quota: {name}: {missing}")
        if not used.keys() >= set(limited):
            raise attributes.forbidden(f"status unknown for quota: {name}, resources: {','.join(sorted(limited))}")
        requested = masked(self._delta(quota, evaluator, attributes), hard)
        if not requested:
            return None
        after = added(used, requested)
        exceeded = exceeding(masked(after, requested), hard)
        if exceeded:
            raise attributes.forbidden(f"exceeded quota: {name}, {_figures(exceeded, requested, used, hard)}")
        return after

    def _delta(self, quota: Obj, evaluator: Evaluator, attributes: Attributes) -> Amounts:
        """Return what the object uses more than before. Raises ApiError 403 for a negative usage."""
        now, obj, old = self._clock.now, attributes.given, attributes.old
        usage = evaluator.usage(obj, now)
        negative = sorted(resource for resource, amount in usage.items() if amount.sign < 0)
        if negative:
            raise attributes.forbidden(f"quota usage is negative for resource(s): {','.join(negative)}")
        if attributes.operation == UPDATE and old is not None and is_within_scopes(quota, evaluator, old):
            usage = increase(usage, evaluator.usage(old, now))
        return without_zeros(usage)


def _figures(exceeded: Collection[str], requested: Amounts, used: Amounts, hard: Amounts) -> str:
    parts = (("requested", requested), ("used", used), ("limited", hard))
    return ", ".join(f"{word}: {printed(masked(values, exceeded))}" for word, values in parts)
