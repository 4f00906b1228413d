"""What the headers of a request say about who asks, and in whose name."""

from __future__ import annotations

import pytest

from cluster.apiserver.request import Credentials, User
from cluster.http.credentials import credentials_of

Headers = list[tuple[bytes, bytes]]

CASES: dict[str, tuple[Headers, Credentials]] = {
    "nothing": ([(b"accept", b"*/*")], Credentials(certificate=b"der")),
    "a token": ([(b"authorization", b"Bearer abc ")], Credentials(token="abc", certificate=b"der")),
    "another scheme": ([(b"authorization", b"Basic abc")], Credentials(certificate=b"der")),
    "somebody's name": ([(b"impersonate-user", b"ann")], Credentials(certificate=b"der", impersonate=User("ann"))),
    "all that can be said of somebody": (
        [
            (b"impersonate-user", b"ann"),
            (b"impersonate-group", b"dev"),
            (b"impersonate-group", b"ops"),
            (b"impersonate-uid", b"u"),
            (b"impersonate-extra-acme.io%2fb", b"1"),
            (b"impersonate-extra-acme.io%2fa", b"2"),
            (b"impersonate-extra-acme.io%2fa", b"3"),
        ],
        Credentials(certificate=b"der", impersonate=User("ann", ("dev", "ops"), "u", (("acme.io/a", ("2", "3")), ("acme.io/b", ("1",))))),
    ),
    "a group without a name": ([(b"impersonate-group", b"dev")], Credentials(certificate=b"der", impersonate=User("", ("dev",)))),
}


@pytest.mark.parametrize(("headers", "credentials"), CASES.values(), ids=CASES.keys())
def test_headers_become_credentials(headers: Headers, credentials: Credentials) -> None:
    assert credentials_of(headers, b"der") == credentials
