"""Writes a token into every Secret of type ``kubernetes.io/service-account-token``, and deletes those whose account is gone.

Since 1.24 nobody makes such Secrets but people who ask for a token that does not expire.

Upstream: ``pkg/controller/serviceaccount/tokens_controller.go``.
"""

from __future__ import annotations

import base64

from cluster.apiserver.authentication.claims import legacy_claims
from cluster.apiserver.authentication.keys import SigningKey
from cluster.client.workqueue import Result, WorkQueue
from cluster.controller_manager.base import Lane, copy_of
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import SECRETS, SERVICEACCOUNTS
from cluster.machinery.meta import Key, Obj, SimTime, key_of, split_key

TYPE = "kubernetes.io/service-account-token"
NAME, UID = "kubernetes.io/service-account.name", "kubernetes.io/service-account.uid"


def belongs_to(secret: Obj, account: Obj) -> bool:
    """Whether a token Secret is one of an account."""
    annotations = secret["metadata"].get("annotations") or {}
    uid = annotations.get(UID)
    return annotations.get(NAME) == account["metadata"]["name"] and uid in (None, "", account["metadata"]["uid"])


class TokensController:
    """The lane ``kube-controller-manager/serviceaccounttoken``. Its keys are those of Secrets. ``root_ca``: in PEM, empty: none."""

    def __init__(self, lane: Lane, key: SigningKey, root_ca: str) -> None:
        self._client, self._key, self._root_ca = lane.client, key, root_ca
        self._queue = WorkQueue(lane.name, lane.engine, self.reconcile)
        self._secrets = lane.follow(
            SECRETS, self._queue, on_add=self._on_secret, on_update=lambda _, new: self._on_secret(new), on_delete=lambda _: None
        )
        self._accounts = lane.follow(
            SERVICEACCOUNTS,
            self._queue,
            on_add=self._on_account,
            on_update=lambda _, new: self._on_account(new),
            on_delete=self._on_account,
        )

    def start(self) -> None:
        """Nothing is done by the clock alone."""

    def stop(self) -> None:
        """Nothing to cancel."""

    def reconcile(self, key: Key, now: SimTime) -> Result:
        """Complete one Secret, or delete it. Raises ApiError."""
        namespace, name = split_key(key)
        secret = self._secrets.get(name, namespace)
        if secret is None or secret.get("type") != TYPE:
            return Result()
        account = self._account_of(secret) or self._newest_account_of(secret)
        if account is None:
            self._delete(secret)
        else:
            completed = self._completed(secret, account)
            if completed != secret:
                self._client.update(SECRETS, completed)
        return Result()

    def _account_of(self, secret: Obj) -> Obj | None:
        name = (secret["metadata"].get("annotations") or {}).get(NAME, "")
        account = self._accounts.get(name, secret["metadata"]["namespace"])
        return account if account is not None and belongs_to(secret, account) else None

    def _newest_account_of(self, secret: Obj) -> Obj | None:
        """Ask the API server: the cache may not have heard of a new account yet."""
        name = (secret["metadata"].get("annotations") or {}).get(NAME, "")
        try:
            account = self._client.get(SERVICEACCOUNTS, name, secret["metadata"]["namespace"])
        except ApiError as refusal:
            if refusal.code != 404:
                raise
            return None
        return account if belongs_to(secret, account) else None

    def _delete(self, secret: Obj) -> None:
        meta = secret["metadata"]
        try:
            self._client.delete(SECRETS, meta["name"], meta["namespace"], uid=meta["uid"])
        except ApiError as refusal:
            if refusal.code != 404:
                raise

    def _completed(self, secret: Obj, account: Obj) -> Obj:
        completed = copy_of(secret)
        data, meta = completed.setdefault("data", {}), completed["metadata"]
        if self._root_ca:
            data["ca.crt"] = _encoded(self._root_ca)
        if not data.get("namespace"):
            data["namespace"] = _encoded(meta["namespace"])
        if not data.get("token"):
            data["token"] = _encoded(self._key.sign(legacy_claims(account, secret)))
        meta["annotations"] = {**meta["annotations"], UID: account["metadata"]["uid"]}
        return completed

    def _on_secret(self, secret: Obj) -> None:
        if secret.get("type") == TYPE:
            account = self._account_of(secret)
            if account is None or self._completed(secret, account) != secret:
                self._queue.add(key_of(secret))

    def _on_account(self, account: Obj) -> None:
        for secret in self._secrets.list(account["metadata"]["namespace"]):
            if (secret["metadata"].get("annotations") or {}).get(NAME) == account["metadata"]["name"]:
                self._on_secret(secret)


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
