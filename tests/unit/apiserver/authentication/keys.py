"""A key for the ServiceAccount tokens of the tests; nothing depends on which."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import rsa

from cluster.apiserver.authentication.keys import SigningKey

SIGNING_KEY = SigningKey(rsa.generate_private_key(65537, 2048))
