"""Whether somebody may approve or sign for a signer: asked of a virtual resource ``signers``, by its name or for its whole domain.

Upstream: ``pkg/registry/certificates/certificates/util.go``, ``plugin/pkg/admission/certificates/util.go`` (``IsAuthorizedForSignerName``).
"""

from __future__ import annotations

from cluster.apiserver.authorization.attributes import Attributes
from cluster.apiserver.authorization.decision import Authorizer
from cluster.apiserver.request import User
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS


def may_act_for_signer(authorizer: Authorizer, user: User, verb: str, signer: str) -> bool:
    """Whether ``user`` has ``verb`` (``approve``, ``sign``) for ``example.com/signer``, or for ``example.com/*``."""
    wildcard = f"{signer.partition('/')[0]}/*"
    return any(
        authorizer.authorize(
            Attributes(user, verb, group=CERTIFICATESIGNINGREQUESTS.group, version="*", resource="signers", name=name)
        ).is_allowed
        for name in (signer, wildcard)
    )
