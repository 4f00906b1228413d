"""kubeadm as somebody runs it: on the control plane's machine for a token, on a new machine to join.

It is a client from outside and works in any process. What it leaves on a new machine goes to whoever runs the loops, as an order.
Upstream: ``cmd/kubeadm/app/cmd/{token,join}.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from cluster.apiserver.authentication import ANONYMOUS
from cluster.apiserver.handler import KUBEADM
from cluster.apiserver.request import Api, User
from cluster.client.client import Client
from cluster.controller_manager.certificates.authority import CertificateAuthority
from cluster.engine.clock import Clock
from cluster.kubeadm.constants import API_PORT
from cluster.kubeadm.join import JoinConfiguration, JoinError, MissingSignature, join
from cluster.kubeadm.tokens import ca_cert_hash, join_command, token_from, token_secret, usable_token
from cluster.machinery.bootstrap_token import CLUSTER_INFO, CLUSTER_INFO_NAMESPACE, KUBECONFIG, NAMESPACE, BootstrapToken
from cluster.machinery.kinds.core import CONFIGMAPS, SECRETS
from cluster.machinery.meta import Obj
from cluster.machinery.storage import Store
from cluster.runner.machines import control_plane_address, machines_of
from cluster.runner.node_orders import check_order
from cluster.runner.order_details import JOIN
from cluster.runner.refused_order import RefusedOrder, Why

ADMIN = User("kubernetes-admin", ("kubeadm:cluster-admins", "system:authenticated"))


class Kubeadm:
    """kubeadm for one cluster. ``api``: its door; ``authority``: the files that ``kubeadm init`` has made, None: it has made none."""

    def __init__(self, api: Api, store: Store, clock: Clock, authority: CertificateAuthority | None) -> None:
        self._api, self._store, self._clock, self._authority = api, store, clock, authority

    @property
    def secret(self) -> int:
        """A number that only who has the authority's key knows; 0: there is none."""
        return self._authority.key.private_numbers().private_value if self._authority is not None else 0

    @property
    def is_used(self) -> bool:
        """Whether machines join with a token: kubeadm has made the cluster, and there is somebody to sign their certificates."""
        info = self._store.get(CONFIGMAPS.storage_key(CLUSTER_INFO_NAMESPACE, CLUSTER_INFO))
        if info is None or self._authority is None:
            return False
        document = yaml.safe_load((info.obj.get("data") or {}).get(KUBECONFIG) or "") or {}
        return any(each["cluster"].get("certificate-authority-data") for each in document.get("clusters") or ())

    def usable_token(self) -> BootstrapToken | None:
        """Return the newest token that a machine can join with now; None: all have expired."""
        secrets = [kv.obj for kv in self._store.list(SECRETS.storage_key(NAMESPACE, "")).items]
        return usable_token(secrets, self._clock.now)

    def create_token(self, entropy: bytes) -> BootstrapToken:
        """``kubeadm token create``: return a new token, good for a day. ``entropy``: what it is made of. Raises ApiError."""
        token = token_from(entropy)
        self._client(ADMIN).create(SECRETS, token_secret(token, self._clock.now))
        return token

    @property
    def ca_cert_hash(self) -> str:
        """What a machine that joins pins the cluster's authority by; empty when there is none."""
        return ca_cert_hash(self._authority.certificate) if self._authority is not None else ""

    @property
    def endpoint(self) -> str:
        """Where new machines find the API server."""
        return f"{control_plane_address(machines_of(self._store))}:{API_PORT}"

    def join_command(self, token: str, ca_hash: str) -> str:
        """Return the line to type on a new machine."""
        return join_command(self.endpoint, token, ca_hash)

    def order(self, node: str, detail: Obj, token: str, ca_hash: str) -> Obj:
        """Return the detail of the order that lets a machine join, with what ``kubeadm join`` leaves on it; without a token, where none is
        needed, it is trusted as it comes. ``detail``: what it is like. Raises ApiError: when it cannot join, and as ``join`` does."""
        check_order(self._store, node, JOIN, detail)
        if not token and not self.is_used:
            return detail
        return detail | {"files": self.join(node, token, [ca_hash] if ca_hash else [])}

    def join(self, node: str, token: str, ca_hashes: Sequence[str]) -> dict[str, str]:
        """``kubeadm join`` up to the start of the kubelet: return the files that it leaves. Raises ApiError in kubeadm's words: 400, or 503
        when the cluster has not signed for the token."""
        try:
            return join(self._client(ANONYMOUS), JoinConfiguration(node, token, tuple(ca_hashes)))
        except MissingSignature as error:
            raise RefusedOrder(Why.KUBEADM, str(error), code=503, reason="ServiceUnavailable") from error
        except JoinError as error:
            raise RefusedOrder(Why.KUBEADM, str(error)) from error
        finally:
            with self._store.transaction():
                pass  # its commit carries the hops of what was read, also when nothing follows

    def join_with(self, node: str, token: BootstrapToken) -> dict[str, str]:
        """Return what a machine has that joins while its cluster is made: nothing when it is trusted as it comes. Raises ApiError."""
        return self.join(node, str(token), [self.ca_cert_hash]) if self.is_used else {}

    def _client(self, user: User) -> Client:
        return Client(self._api, KUBEADM, user, _nothing)


def _nothing() -> None:
    """A client from outside ends no step."""
