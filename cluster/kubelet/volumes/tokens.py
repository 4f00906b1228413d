"""Tokens for the pods of a node, asked for when a program reads one.

The real kubelet asks for every pod's token before its containers start and writes it into memory (tmpfs), and asks for a new one
when 80 % of its time is over. Here a token is asked for when its file is read, and again when 80 % of its time is over by then: a
pod whose programs never speak to the API server costs no request. Upstream: ``pkg/kubelet/token/token_manager.go``.
"""

from __future__ import annotations

from cluster.client.client import Client
from cluster.engine.clock import Clock
from cluster.kubelet.volumes.content import ROOT_CA
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS, SERVICEACCOUNTS
from cluster.machinery.meta import SECOND, Obj, SimTime, after, parse_timestamp

DEFAULT_SECONDS = 3600
RENEW_AFTER = 0.8
"""The part of a token's time after which it is renewed."""


class Tokens:
    """The tokens of one node, by pod and what they are for."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._tokens: dict[tuple[str, str, int], tuple[SimTime, bytes]] = {}

    def get(self, pod: Obj, source: Obj) -> bytes:
        """Return a token for a ``serviceAccountToken`` source of a pod; nothing when the API server refuses one."""
        meta, audience = pod["metadata"], source.get("audience") or ""
        seconds = int(source.get("expirationSeconds") or DEFAULT_SECONDS)
        key = (meta["uid"], audience, seconds)
        known = self._tokens.get(key)
        if known is not None and self._clock.now < known[0]:
            return known[1]
        bound = {"kind": "Pod", "apiVersion": "v1", "name": meta["name"], "uid": meta["uid"]}
        spec = {"audiences": [audience] if audience else [], "expirationSeconds": seconds, "boundObjectRef": bound}
        request = {"metadata": {"namespace": meta["namespace"]}, "spec": spec}
        account = pod["spec"].get("serviceAccountName") or "default"
        try:
            status = self._client.create(SERVICEACCOUNTS, request, subresource="token", name=account)["status"]
        except ApiError:
            return b""
        now, until = self._clock.now, parse_timestamp(status["expirationTimestamp"])
        token = str(status["token"]).encode()
        self._tokens[key] = (after(now, min((until - now) / SECOND, seconds) * RENEW_AFTER), token)
        return token

    def root_ca(self, namespace: str) -> bytes:
        """Return the certificate by which the pods of a namespace know the API server; nothing when there is none."""
        try:
            config_map = self._client.get(CONFIGMAPS, ROOT_CA, namespace)
        except ApiError:
            return b""
        return str((config_map.get("data") or {}).get("ca.crt", "")).encode()

    def release(self, uid: str) -> None:
        """Forget the tokens of a pod."""
        for key in [key for key in self._tokens if key[0] == uid]:
            del self._tokens[key]
