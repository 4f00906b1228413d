"""Signs the ConfigMap ``cluster-info`` of kube-public with every bootstrap token that is meant for it.

Anybody may read the ConfigMap, and who has a token sees from the signature that it is of the cluster that the token is of.

Upstream: ``pkg/controller/bootstrap/bootstrapsigner.go``, ``.../util.go`` (``validateSecretForSigning``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.machinery.bootstrap_token import (
    CLUSTER_INFO,
    CLUSTER_INFO_NAMESPACE,
    KUBECONFIG,
    NAMESPACE,
    SECRET_TYPE,
    SIGNATURE_PREFIX,
    SIGNING,
    BootstrapToken,
    detached_signature,
    has_expired,
    is_for,
    token_of,
)
from cluster.machinery.kinds.core import CONFIGMAPS, SECRETS
from cluster.machinery.meta import Key, Obj, SimTime

KEY = Key(f"{CLUSTER_INFO_NAMESPACE}/{CLUSTER_INFO}")


def signed(data: Mapping[str, str], secrets: Iterable[Obj], now: SimTime) -> dict[str, str]:
    """Return the data of ``cluster-info`` with one signature for each token that is good for it now, and no other."""
    kept = {key: value for key, value in data.items() if not key.startswith(SIGNATURE_PREFIX)}
    if KUBECONFIG not in kept:
        return dict(data)
    tokens = {str(token): token for secret in secrets if (token := _signing_token(secret, now)) is not None}
    return kept | {f"{SIGNATURE_PREFIX}{token.id}": detached_signature(kept[KUBECONFIG], token) for token in tokens.values()}


class BootstrapSigner:
    """The lane ``kube-controller-manager/bootstrapsigner``. It has one key."""

    def __init__(self, lane: Lane) -> None:
        self._client, self._engine = lane.client, lane.engine
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._config_maps = lane.follow(
            CONFIGMAPS,
            self._queue,
            on_add=self._on_config_map,
            on_update=lambda _, new: self._on_config_map(new),
            on_delete=_ignored,
        )
        self._secrets = lane.follow(
            SECRETS, self._queue, on_add=self._on_secret, on_update=lambda _, new: self._on_secret(new), on_delete=self._on_secret
        )

    def start(self) -> None:
        """Nothing is done by the clock alone: when a token expires its Secret is deleted."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Write the signatures that are missing or wrong, and take away those of tokens that are gone. Raises ApiError."""
        config_map = self._config_maps.get(CLUSTER_INFO, CLUSTER_INFO_NAMESPACE)
        if config_map is not None:
            wanted = self._wanted(config_map, now)
            if wanted != config_map.get("data"):
                self._client.update(CONFIGMAPS, copy_of(config_map) | {"data": wanted})
        return Result()

    def _wanted(self, config_map: Obj, now: SimTime) -> dict[str, str]:
        return signed(config_map.get("data") or {}, self._secrets.list(NAMESPACE), now)

    def _on_config_map(self, config_map: Obj) -> None:
        # Upstream queues every change and then finds nothing to do; here only what is to be done becomes work.
        meta = config_map["metadata"]
        if f"{meta['namespace']}/{meta['name']}" == KEY and self._wanted(config_map, self._engine.clock.now) != config_map.get("data"):
            self._queue.add(KEY)

    def _on_secret(self, secret: Obj) -> None:
        if secret.get("type") == SECRET_TYPE and secret["metadata"]["namespace"] == NAMESPACE:
            self._queue.add(KEY)


def _signing_token(secret: Obj, now: SimTime) -> BootstrapToken | None:
    token = token_of(secret)
    return token if token is not None and not has_expired(secret, now) and is_for(secret, SIGNING) else None


def _ignored(obj: Obj) -> None:
    """What is gone is not signed."""
