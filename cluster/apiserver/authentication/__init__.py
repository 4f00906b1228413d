"""Authentication: who asks.

The real API server tries certificates, bearer tokens and more in turn. So does this one: a component of the simulation says who it
is, a verified client certificate names its owner, a token is looked up in the token file, was signed for a
ServiceAccount or lets a machine join; nobody at all is anonymous.

Upstream: ``pkg/kubeapiserver/authenticator/config.go``,
``staging/src/k8s.io/apiserver/pkg/authentication/request/{x509,bearertoken,anonymous}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cluster.apiserver.authentication.bootstrap_tokens import BootstrapTokens
from cluster.apiserver.authentication.bound import InvalidToken
from cluster.apiserver.authentication.certificates import owner_of
from cluster.apiserver.authentication.service_accounts import API_AUDIENCES, Recognised, ServiceAccountTokens
from cluster.apiserver.request import Credentials, User
from cluster.machinery.errors import unauthorized

ALL_AUTHENTICATED = "system:authenticated"
ANONYMOUS = User("system:anonymous", ("system:unauthenticated",))
INVALID_BEARER_TOKEN = "invalid bearer token"


class Authenticator:
    """``tokens``: the user that each bearer token of the token file stands for."""

    def __init__(self, tokens: Mapping[str, User], service_accounts: ServiceAccountTokens, bootstrap_tokens: BootstrapTokens) -> None:
        self._tokens, self.service_accounts, self._bootstrap_tokens = tokens, service_accounts, bootstrap_tokens

    def authenticate(self, credentials: Credentials) -> User:
        """Return who asks. Raises ApiError 401 for a token that is not known or not good (any more)."""
        if credentials.component is not None:
            return credentials.component
        owner = owner_of(credentials.certificate) if credentials.certificate else None
        if owner is not None:
            return _authenticated(owner)
        if credentials.token:
            try:
                return self.recognise(credentials.token).user
            except InvalidToken:
                raise unauthorized() from None
        return ANONYMOUS

    def recognise(self, token: str, audiences: Sequence[str] = API_AUDIENCES) -> Recognised:
        """Return whose token it is. ``audiences``: it must be meant for one of them. Raises InvalidToken."""
        user, shared = self._tokens.get(token), tuple(each for each in API_AUDIENCES if each in audiences)
        if user is None and shared:
            user = self._bootstrap_tokens.recognise(token)
        if user is not None and shared:
            return Recognised(_authenticated(user), shared)
        try:
            recognised = self.service_accounts.recognise(token, audiences)
        except InvalidToken as error:
            # The server's own loopback token has been tried before, and says so.
            raise InvalidToken(f"[{INVALID_BEARER_TOKEN}, {error}]") from error
        if recognised is None:
            raise InvalidToken(INVALID_BEARER_TOKEN)
        return replace(recognised, user=_authenticated(recognised.user))


def _authenticated(user: User) -> User:
    return user if ALL_AUTHENTICATED in user.groups else replace(user, groups=(*user.groups, ALL_AUTHENTICATED))
