"""Who a ServiceAccount token stands for: the account's name and groups, and what is known of the bearer.

Upstream: ``staging/src/k8s.io/apiserver/pkg/authentication/serviceaccount/util.go`` (``ServiceAccountInfo``).
"""

from __future__ import annotations

from dataclasses import dataclass

from cluster.apiserver.authentication.claims import user_name
from cluster.apiserver.request import User

GROUP = "system:serviceaccounts"
_EXTRA = "authentication.kubernetes.io"
CREDENTIAL_ID = f"{_EXTRA}/credential-id"
POD_NAME, POD_UID = f"{_EXTRA}/pod-name", f"{_EXTRA}/pod-uid"
NODE_NAME, NODE_UID = f"{_EXTRA}/node-name", f"{_EXTRA}/node-uid"


@dataclass(frozen=True, slots=True)
class ServiceAccountInfo:
    """What a checked token says about its bearer; empty: it does not say."""

    namespace: str
    name: str
    uid: str
    pod_name: str = ""
    pod_uid: str = ""
    credential_id: str = ""
    node_name: str = ""
    node_uid: str = ""

    def user(self) -> User:
        """Return the user."""
        extra: dict[str, str] = {}
        if self.pod_name and self.pod_uid:
            extra |= {POD_NAME: self.pod_name, POD_UID: self.pod_uid}
        if self.credential_id:
            extra[CREDENTIAL_ID] = self.credential_id
        if self.node_name:
            extra[NODE_NAME] = self.node_name
            if self.node_uid:
                extra[NODE_UID] = self.node_uid
        groups = (GROUP, f"{GROUP}:{self.namespace}")
        pairs = tuple((key, (value,)) for key, value in sorted(extra.items()))
        return User(user_name(self.namespace, self.name), groups, self.uid, pairs)
