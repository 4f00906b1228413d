"""TLS bootstrap: a kubelet that has only a bootstrap token asks for a certificate, waits for it and keeps it.

The key is kept on the disk until the certificate is there, so that a kubelet that starts again finds its own request. It follows from the
token and what the engine draws: nobody who does not know the token can find it out. A certificate is not renewed before it ends.

Upstream: ``pkg/kubelet/certificate/bootstrap/bootstrap.go``, ``pkg/kubelet/certificate/kubelet.go``,
``staging/src/k8s.io/client-go/util/certificate/certificate_manager.go``.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cluster.apiserver.authentication.certificates import owner_of
from cluster.apiserver.request import Credentials, User
from cluster.client.client import Client
from cluster.client.informer import Informer
from cluster.client.workqueue import Result, WorkQueue
from cluster.engine.engine import Engine
from cluster.machinery.kinds.certificates import CERTIFICATESIGNINGREQUESTS
from cluster.machinery.kubelet_credentials import (
    BOOTSTRAP_KUBECONFIG,
    CERTIFICATE,
    KUBECONFIG,
    PRIVATE_KEY,
    certificate_kubeconfig,
    token_in,
)
from cluster.machinery.meta import Key, Obj, SimTime, after
from cluster.machinery.node_files import NodeFiles

SIGNER = "kubernetes.io/kube-apiserver-client-kubelet"
USAGES = ["digital signature", "client auth"]
"""Of an elliptic curve key."""
NODES_GROUP, AUTHENTICATED = "system:nodes", "system:authenticated"
WAIT_SECONDS = 15 * 60.0
"""For so long a kubelet waits for its certificate before it asks anew."""
FIRST_BACKOFF, LONGEST_BACKOFF = 2.0, 32.0
_KEY = Key("certificate")
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: a private key is a number from 1 to one less."""


def needs_bootstrap(files: NodeFiles) -> bool:
    """Whether a machine's kubelet has a token and no certificate yet."""
    return files.read(KUBECONFIG) is None and files.read(BOOTSTRAP_KUBECONFIG) is not None


def user_of(files: NodeFiles, node: str) -> User:
    """Return who a kubelet is to the API server: whom its certificate names; a machine that was trusted as it came has none."""
    pem = files.read(CERTIFICATE)
    certificate = x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER) if pem is not None else b""
    owner = owner_of(certificate) if certificate else None
    if owner is None:
        return User(f"system:node:{node}", (NODES_GROUP, AUTHENTICATED))
    return User(owner.name, (*owner.groups, AUTHENTICATED), owner.uid, owner.extra)


def private_key(token: str, node: str, drawn: int) -> ec.EllipticCurvePrivateKey:
    """Return the key that follows from these."""
    number = int.from_bytes(hashlib.sha512(f"{token}/{node}/{drawn}".encode()).digest())
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def certificate_request(key: ec.EllipticCurvePrivateKey, node: str) -> str:
    """Return a request for a node's client certificate, as ``spec.request`` has it. The same key makes the same request."""
    names = [(NameOID.ORGANIZATION_NAME, NODES_GROUP), (NameOID.COMMON_NAME, f"system:node:{node}")]
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
    signed = x509.CertificateSigningRequestBuilder(subject).sign(key, hashes.SHA256(), ecdsa_deterministic=True)
    return base64.b64encode(signed.public_bytes(serialization.Encoding.PEM)).decode()


def is_refused(csr: Obj) -> bool:
    """Whether no certificate will come of a request any more."""
    return any(condition["type"] in ("Denied", "Failed") for condition in (csr.get("status") or {}).get("conditions") or ())


class TlsBootstrap:
    """One kubelet's way to its certificate. ``client``: the kubelet's; ``done``: called when the certificate is on the disk."""

    def __init__(self, client: Client, engine: Engine, files: NodeFiles, node: str, done: Callable[[], None]) -> None:
        self._kubeconfig = (files.read(BOOTSTRAP_KUBECONFIG) or b"").decode()
        self._token = token_in(self._kubeconfig)
        self._client = client.presenting(Credentials(token=self._token))
        self._engine, self._files, self._node, self._done = engine, files, node, done
        self._queue = WorkQueue(
            client.source, engine, self._reconcile, background=True, base_delay=FIRST_BACKOFF, max_delay=LONGEST_BACKOFF
        )
        self._informer: Informer | None = None
        self._request: Obj | None = None
        self._backoff = FIRST_BACKOFF
        self._ask_again_at = SimTime(0)
        self._is_stopped = False

    def start(self) -> None:
        """Ask soon, or find what was asked before."""
        self._queue.add(_KEY)

    def stop(self) -> None:
        """Do nothing any more."""
        self._is_stopped = True
        self._watch_no_more()

    def _reconcile(self, key: Key, now: SimTime) -> Result:
        """Ask, or look at what has become of it. Raises ApiError."""
        if self._is_stopped:
            return Result()
        if self._request is None:
            self._request = self._earlier() or self._ask()
            self._watch(self._request["metadata"]["name"])
            self._ask_again_at = after(now, WAIT_SECONDS)
            return Result(WAIT_SECONDS)
        certificate = (self._request.get("status") or {}).get("certificate")
        if certificate:
            self._keep(base64.b64decode(certificate))
        elif is_refused(self._request) or now >= self._ask_again_at:
            self._watch_no_more()
            self._request = None
            self._files.remove(PRIVATE_KEY)
            wait, self._backoff = self._backoff, min(2 * self._backoff, LONGEST_BACKOFF)
            return Result(wait)
        return Result()

    def _earlier(self) -> Obj | None:
        """Return what was asked with the key on the disk, if anything was."""
        pem = self._files.read(PRIVATE_KEY)
        if pem is None:
            return None
        request = certificate_request(_load(pem), self._node)
        found = (csr for csr in self._client.list(CERTIFICATESIGNINGREQUESTS) if csr["spec"]["request"] == request)
        return next(found, None)

    def _ask(self) -> Obj:
        pem = self._files.read(PRIVATE_KEY)
        key = _load(pem) if pem is not None else private_key(self._token, self._node, self._engine.rng.source.getrandbits(256))
        self._files.write(PRIVATE_KEY, _pem(key))
        spec = {"request": certificate_request(key, self._node), "signerName": SIGNER, "usages": USAGES}
        wanted = {"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"generateName": "csr-"}}
        return self._client.create(CERTIFICATESIGNINGREQUESTS, wanted | {"spec": spec})

    def _watch(self, name: str) -> None:
        self._informer = Informer(CERTIFICATESIGNINGREQUESTS, self._client, self._engine, field_selector=f"metadata.name={name}")
        self._informer.subscribe(
            self._client.source, self._queue, on_add=self._changed, on_update=lambda _, new: self._changed(new), on_delete=self._gone
        )
        self._informer.keep_trying()

    def _watch_no_more(self) -> None:
        if self._informer is not None:
            self._informer.stop()
            self._informer = None

    def _changed(self, csr: Obj) -> None:
        self._request = csr
        if is_refused(csr) or (csr.get("status") or {}).get("certificate"):
            self._queue.add(_KEY)

    def _gone(self, csr: Obj) -> None:
        self._ask_again_at = self._engine.clock.now
        self._queue.add(_KEY)

    def _keep(self, certificate: bytes) -> None:
        self.stop()
        self._files.write(CERTIFICATE, certificate + (self._files.read(PRIVATE_KEY) or b""))
        self._files.write(KUBECONFIG, certificate_kubeconfig(self._kubeconfig).encode())
        self._files.remove(BOOTSTRAP_KUBECONFIG)
        self._files.remove(PRIVATE_KEY)
        self._done()


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())


def _load(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("a kubelet's key is an elliptic curve key")
    return key
