"""The key that ServiceAccount tokens are signed with: JSON Web Signatures, and the key set for those who check them.

kube-apiserver is given it as ``--service-account-signing-key-file`` (kubeadm's ``sa.key``) and may know further public keys. Here
there is this one. Time is no business of a signature: what a token says about it is judged by ``bound.py``, by the cluster's clock.

Upstream: ``pkg/serviceaccount/jwt.go`` (``JWTTokenGenerator``, ``keyIDFromPublicKey``), ``pkg/serviceaccount/openidmetadata.go``.
"""

from __future__ import annotations

import base64
import hashlib

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.types import Options

from cluster.machinery.meta import Obj

ALGORITHM = "RS256"
_SIGNATURE_ONLY = Options(
    verify_signature=True,
    verify_exp=False,
    verify_nbf=False,
    verify_iat=False,
    verify_aud=False,
    verify_iss=False,
    verify_sub=False,
    verify_jti=False,
)


class BadSignature(Exception):  # noqa: N818
    """A token that this key has not signed."""


class SigningKey:
    """An RSA key. ``key_id``: by which the header of a token names it, the digest of the public half."""

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        self._private, self._public = private, private.public_key()
        der = self._public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.key_id = base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()

    @staticmethod
    def from_pem(pem: bytes) -> SigningKey:
        """Read a private key. Raises ValueError when it is no RSA key."""
        private = serialization.load_pem_private_key(pem, None)
        if not isinstance(private, rsa.RSAPrivateKey):
            raise ValueError("service account tokens are signed with an RSA key")
        return SigningKey(private)

    def sign(self, claims: Obj) -> str:
        """Return a token that says ``claims``."""
        return jwt.encode(claims, self._private, algorithm=ALGORITHM, headers={"typ": None, "kid": self.key_id})

    def verify(self, token: str) -> Obj:
        """Return what a token says, whatever its times and audiences are. Raises BadSignature."""
        try:
            claims: Obj = jwt.decode(token, self._public, algorithms=[ALGORITHM], options=_SIGNATURE_ONLY)
        except jwt.InvalidTokenError as error:
            raise BadSignature("go-jose/go-jose: error in cryptographic primitive") from error
        return claims

    def key_set(self) -> Obj:
        """Return the JSON Web Key Set that ``/openid/v1/jwks`` answers."""
        numbers = RSAAlgorithm.to_jwk(self._public, as_dict=True)
        key = {"use": "sig", "kty": "RSA", "kid": self.key_id, "alg": ALGORITHM, "n": numbers["n"], "e": numbers["e"]}
        return {"keys": [key]}


def claimed_issuer(token: str) -> str:
    """Return who a token says has issued it, unchecked; empty when it is no JSON Web Token."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return ""
    issuer = claims.get("iss")
    return issuer if isinstance(issuer, str) else ""
