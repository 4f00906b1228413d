"""What others need to check a ServiceAccount's token by themselves: OpenID Connect discovery, and the public keys.

The issuer is the name of the API server inside the cluster; the keys are found at the address that was asked.

Upstream: ``pkg/routes/openidmetadata.go``, ``pkg/serviceaccount/openidmetadata.go``.
"""

from __future__ import annotations

from cluster.apiserver.authentication.claims import ISSUER
from cluster.apiserver.authentication.keys import ALGORITHM
from cluster.machinery.meta import Obj

CONFIGURATION, KEYS = "/.well-known/openid-configuration", "/openid/v1/jwks"
KEYS_TYPE = "application/jwk-set+json"
PATHS = (CONFIGURATION, KEYS)


def answer(path: str, address: str, keys: Obj) -> tuple[str, Obj]:
    """Return content type and document of one of the paths. ``address``: of the cluster's API, without a slash at its end; ``keys``:
    its JSON Web Key Set."""
    if path == KEYS:
        return KEYS_TYPE, keys
    return "application/json", {
        "issuer": ISSUER,
        "jwks_uri": f"{address}{KEYS}",
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }
