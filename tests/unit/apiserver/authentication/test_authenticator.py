"""Who asks: components, certificates, tokens of the file and of ServiceAccounts, and nobody."""

from __future__ import annotations

import base64
import datetime
import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cluster.apiserver.authentication import ANONYMOUS, Authenticator
from cluster.apiserver.authentication.bootstrap_tokens import BootstrapTokens
from cluster.apiserver.authentication.bound import InvalidToken
from cluster.apiserver.authentication.certificates import UID
from cluster.apiserver.authentication.claims import ISSUER, bound_claims
from cluster.apiserver.authentication.identity import CREDENTIAL_ID
from cluster.apiserver.authentication.service_accounts import API_AUDIENCES, Recognised, ServiceAccountTokens
from cluster.apiserver.request import Credentials, User
from cluster.engine.clock import Clock
from cluster.kubeadm.tokens import token_secret
from cluster.machinery.bootstrap_token import BootstrapToken
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import Obj, timestamp
from tests.unit.apiserver.authentication.keys import SIGNING_KEY
from tests.unit.apiserver.authentication.objects import NOW, FakeReader, obj

SCHEDULER = User("system:kube-scheduler", ("system:authenticated",))
ROBOT = obj("robot", "u1")
TOKEN = SIGNING_KEY.sign(bound_claims(ROBOT, API_AUDIENCES, 600, NOW, "id1"))
ROBOT_USER = User(
    "system:serviceaccount:default:robot",
    ("system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"),
    "u1",
    ((CREDENTIAL_ID, ("JTI=id1",)),),
)


def authenticator(*, key: bool = True, objects: tuple[Obj, ...] = (ROBOT,)) -> Authenticator:
    reader, clock = FakeReader(*objects), Clock(NOW)
    tokens = ServiceAccountTokens(SIGNING_KEY if key else None, reader, clock)
    return Authenticator({"t": User("ann", ("dev",))}, tokens, BootstrapTokens(reader, clock))


def certificate(*attributes: tuple[x509.ObjectIdentifier, str]) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in attributes])
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, day, day + datetime.timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def credential_of(der: bytes) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ((CREDENTIAL_ID, (f"X509SHA256={hashlib.sha256(der).hexdigest()}",)),)


BOB = certificate((NameOID.ORGANIZATION_NAME, "ops"), (NameOID.ORGANIZATION_NAME, "qa"), (NameOID.COMMON_NAME, "bob"))
WITH_UID = certificate((NameOID.COMMON_NAME, "bob"), (UID, "42"))
NAMELESS = certificate((NameOID.ORGANIZATION_NAME, "ops"))

WHO: dict[str, tuple[Credentials, User]] = {
    "a component is who it says": (Credentials(component=SCHEDULER), SCHEDULER),
    "a token is looked up": (Credentials(token="t"), User("ann", ("dev", "system:authenticated"))),
    "a ServiceAccount's token stands for the account": (Credentials(token=TOKEN), ROBOT_USER),
    "a certificate names its owner and groups": (
        Credentials(certificate=BOB),
        User("bob", ("ops", "qa", "system:authenticated"), "", credential_of(BOB)),
    ),
    "a certificate may carry the owner's uid": (
        Credentials(certificate=WITH_UID),
        User("bob", ("system:authenticated",), "42", credential_of(WITH_UID)),
    ),
    "a certificate goes before a token": (
        Credentials(certificate=BOB, token="t"),
        User("bob", ("ops", "qa", "system:authenticated"), "", credential_of(BOB)),
    ),
    "a certificate without a name is none": (Credentials(certificate=NAMELESS), ANONYMOUS),
    "nobody is anonymous": (Credentials(), ANONYMOUS),
}


@pytest.mark.parametrize(("credentials", "user"), WHO.values(), ids=WHO.keys())
def test_authentication_finds_out_who_asks(credentials: Credentials, user: User) -> None:
    assert authenticator().authenticate(credentials) == user


@pytest.mark.parametrize("token", ["x", TOKEN[:-6] + "AAAAAA"], ids=["a token that is not known", "a token that was changed"])
def test_a_token_that_is_not_good_is_refused(token: str) -> None:
    with pytest.raises(ApiError) as refusal:
        authenticator().authenticate(Credentials(token=token))
    assert (refusal.value.code, refusal.value.reason, refusal.value.message) == (401, "Unauthorized", "Unauthorized")


JOINS = BootstrapToken("abcdef", "0123456789abcdef")
TOKENS: dict[str, tuple[Obj, str, User | None]] = {
    "a bootstrap token stands for a machine that joins": (
        {},
        "abcdef.0123456789abcdef",
        User(
            "system:bootstrap:abcdef",
            ("system:bootstrappers", "system:bootstrappers:kubeadm:default-node-token", "system:authenticated"),
        ),
    ),
    "without groups of its own": (
        {"auth-extra-groups": ""},
        "abcdef.0123456789abcdef",
        User("system:bootstrap:abcdef", ("system:bootstrappers", "system:authenticated")),
    ),
    "with another secret": ({}, "abcdef.0123456789abcdeg", None),
    "with another id": ({}, "abcdeg.0123456789abcdef", None),
    "whose Secret says another id": ({"token-id": "abcdeg"}, "abcdef.0123456789abcdef", None),
    "that has expired": ({"expiration": timestamp(NOW)}, "abcdef.0123456789abcdef", None),
    "whose end cannot be read": ({"expiration": "soon"}, "abcdef.0123456789abcdef", None),
    "that is for signing only": ({"usage-bootstrap-authentication": "false"}, "abcdef.0123456789abcdef", None),
    "with a group that is none of bootstrappers": ({"auth-extra-groups": "system:masters"}, "abcdef.0123456789abcdef", None),
}


@pytest.mark.parametrize(("data", "token", "user"), TOKENS.values(), ids=TOKENS.keys())
def test_a_machine_comes_with_a_bootstrap_token(data: Obj, token: str, user: User | None) -> None:
    secret = token_secret(JOINS, NOW)
    secret["data"] |= {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    try:
        found = authenticator(objects=(secret,)).authenticate(Credentials(token=token))
    except ApiError:
        found = None
    assert found == user


@pytest.mark.parametrize(
    "gone", [{"metadata": {"deletionTimestamp": timestamp(NOW)}}, {"type": "Opaque"}], ids=["deleted", "of another type"]
)
def test_a_bootstrap_token_ends_with_its_secret(gone: Obj) -> None:
    secret = token_secret(JOINS, NOW)
    secret |= gone | {"metadata": secret["metadata"] | gone.get("metadata", {})}
    with pytest.raises(ApiError, match="Unauthorized"):
        authenticator(objects=(secret,)).authenticate(Credentials(token=str(JOINS)))


AUDIENCES: dict[str, tuple[Authenticator, str, tuple[str, ...], Recognised | str]] = {
    "a token of the file is for the API server": (
        authenticator(),
        "t",
        (ISSUER, "vault"),
        Recognised(User("ann", ("dev", "system:authenticated")), (ISSUER,)),
    ),
    "a token of the file is for nobody else": (authenticator(), "t", ("vault",), "invalid bearer token"),
    "a ServiceAccount's token is for its audience": (authenticator(), TOKEN, (ISSUER,), Recognised(ROBOT_USER, (ISSUER,))),
    "a ServiceAccount's token is for nobody else": (
        authenticator(),
        TOKEN,
        ("vault", "backup"),
        f'[invalid bearer token, token audiences ["{ISSUER}"] is invalid for the target audiences ["vault" "backup"]]',
    ),
    "a token whose account is gone": (
        authenticator(objects=()),
        TOKEN,
        (ISSUER,),
        '[invalid bearer token, serviceaccounts "robot" not found]',
    ),
    "a token with another signature": (
        authenticator(),
        TOKEN.rpartition(".")[0] + ".AAAA",
        (ISSUER,),
        "[invalid bearer token, go-jose/go-jose: error in cryptographic primitive]",
    ),
    "a token without Kubernetes' own claims": (
        authenticator(),
        SIGNING_KEY.sign({"iss": ISSUER, "sub": "x"}),
        (ISSUER,),
        "[invalid bearer token, service account token claims could not be validated due to unexpected private claim]",
    ),
    "a server without a key recognises none": (authenticator(key=False), TOKEN, (ISSUER,), "invalid bearer token"),
    "what is no token at all": (authenticator(), "a.b.c", (ISSUER,), "invalid bearer token"),
}


@pytest.mark.parametrize(("asked", "token", "audiences", "outcome"), AUDIENCES.values(), ids=AUDIENCES.keys())
def test_a_token_is_good_for_its_audiences(asked: Authenticator, token: str, audiences: tuple[str, ...], outcome: Recognised | str) -> None:
    try:
        found: Recognised | str = asked.recognise(token, audiences)
    except InvalidToken as error:
        found = str(error)
    assert found == outcome
