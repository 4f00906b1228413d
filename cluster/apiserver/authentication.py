"""Authentication: who asks.

The real API server tries certificates, bearer tokens and more in turn. Here: a component of the simulation says who it
is, a verified client certificate names its owner, a token is looked up in a table; nobody at all is anonymous.

Upstream: ``staging/src/k8s.io/apiserver/pkg/authentication/request/{x509,bearertoken,anonymous}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

from cluster.apiserver.request import Credentials, User
from cluster.machinery.errors import unauthorized

ALL_AUTHENTICATED = "system:authenticated"
ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))


class Authenticator:
    """``tokens``: the user that each bearer token stands for."""

    def __init__(self, tokens: Mapping[str, User]) -> None:
        self._tokens = tokens

    def authenticate(self, credentials: Credentials) -> User:
        """Return who asks. Raises ApiError 401 for a token that is not known."""
        if credentials.component is not None:
            return credentials.component
        if credentials.certificate:
            return _authenticated(_owner_of(credentials.certificate))
        if credentials.token:
            user = self._tokens.get(credentials.token)
            if user is None:
                raise unauthorized()
            return _authenticated(user)
        return ANONYMOUS


def impersonated(user: User) -> User:
    """Return whom a request is taken for that impersonates ``user``."""
    return ANONYMOUS if user.name == ANONYMOUS.name else _authenticated(user)


@lru_cache(maxsize=256)
def _owner_of(certificate: bytes) -> User:
    subject = x509.load_der_x509_certificate(certificate).subject
    names = _values(subject, NameOID.COMMON_NAME)
    return User(names[0] if names else "", tuple(_values(subject, NameOID.ORGANIZATION_NAME)))


def _values(subject: x509.Name, oid: ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in subject.get_attributes_for_oid(oid)]


def _authenticated(user: User) -> User:
    if ALL_AUTHENTICATED in user.groups:
        return user
    return User(user.name, (*user.groups, ALL_AUTHENTICATED))
