"""``kubeadm join``: find out whether the cluster is the right one, read what it is like, and leave the kubelet what it begins with.

The phases ``preflight`` and ``kubelet-start``, up to the start of the kubelet, with kubeadm's own words where one fails. Differs in that
discovery is tried once instead of every five seconds for five minutes, and that nothing is asked of the machine itself.

Upstream: ``cmd/kubeadm/app/cmd/join.go``, ``cmd/kubeadm/app/cmd/phases/join/{preflight,kubelet}.go``,
``cmd/kubeadm/app/discovery/{discovery.go,token/token.go}``, ``cmd/kubeadm/app/apis/kubeadm/validation/validation.go``.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import yaml
from cryptography import x509

from cluster.apiserver.request import Credentials
from cluster.client.client import Client
from cluster.kubeadm.constants import SYSTEM
from cluster.kubeadm.tokens import ca_cert_hash
from cluster.machinery.bootstrap_token import (
    CLUSTER_INFO,
    CLUSTER_INFO_NAMESPACE,
    KUBECONFIG,
    SIGNATURE_PREFIX,
    BootstrapToken,
    detached_signature,
    parse_token,
)
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import CONFIGMAPS, NODES
from cluster.machinery.kubelet_credentials import BOOTSTRAP_KUBECONFIG, CA_CERTIFICATE, CONFIGURATION, bootstrap_kubeconfig
from cluster.machinery.meta import Obj

_UNPINNED = (
    "using token-based discovery without caCertHashes can be unsafe. Set unsafeSkipCAVerification as true in your kubeadm config file or "
    "pass --discovery-token-unsafe-skip-ca-verification flag to continue"
)
_HASH_FORMAT = 'invalid hash, expected "format:hex-value". Known format(s) are: sha256'
_SHA256_BYTES = 32
_NOT_FOUND = 404


class JoinError(Exception):
    """What kubeadm says when it gives up."""


class MissingSignature(JoinError):  # noqa: N818
    """The cluster has not signed for the token (yet); kubeadm would try again for five minutes."""


@dataclass(frozen=True, slots=True)
class JoinConfiguration:
    """What a person says on the machine that shall join. ``ca_cert_hashes``: ``sha256:<hex>``, one of which the cluster's authority has;
    ``is_unpinned``: any authority will do."""

    node: str
    token: str
    ca_cert_hashes: tuple[str, ...] = ()
    is_unpinned: bool = False


def join(client: Client, configuration: JoinConfiguration) -> dict[str, str]:
    """Return the files that the kubelet begins with, by path. ``client``: whose name stands in the trace. Raises JoinError."""
    token = _validated(configuration)
    try:
        info = _discovered(client.presenting(Credentials()), configuration, token)
    except JoinError as error:
        message = f"error execution phase preflight: couldn't validate the identity of the API Server: {error}"
        raise type(error)(message) from error
    joining = client.presenting(Credentials(token=configuration.token))
    kubelet = _fetched(joining)
    _check_node(joining, configuration.node)
    cluster = yaml.safe_load(info)["clusters"][0]["cluster"]
    return {
        BOOTSTRAP_KUBECONFIG: bootstrap_kubeconfig(cluster, configuration.token),
        CA_CERTIFICATE: _authority_in(cluster).decode(),
        CONFIGURATION: kubelet,
    }


def _validated(configuration: JoinConfiguration) -> BootstrapToken:
    token, faults = parse_token(configuration.token), []
    if not configuration.ca_cert_hashes and not configuration.is_unpinned:
        faults.append(f'discovery.bootstrapToken.caCertHashes: Invalid value: "": {_UNPINNED}')
    if token is None:
        invalid = f'Invalid value: "{configuration.token}": the bootstrap token is invalid'
        faults += [f"discovery.bootstrapToken.token: {invalid}", f"discovery.tlsBootstrapToken: {invalid}"]
    if faults or token is None:
        raise JoinError(f"[{', '.join(faults)}]" if len(faults) > 1 else faults[0])
    return token


def _discovered(anonymous: Client, configuration: JoinConfiguration, token: BootstrapToken) -> str:
    """Return the kubeconfig in ``cluster-info``, after making sure that who holds the token has signed it, and who pinned it is."""
    data = _cluster_info(anonymous, token)
    pins = [_pin(each) for each in configuration.ca_cert_hashes]
    info = data.get(KUBECONFIG, "")
    if not info:
        what = f"there is no {KUBECONFIG} key in the {CLUSTER_INFO} ConfigMap"
        raise JoinError(f"{what}. This API Server isn't set up for token bootstrapping, can't connect")
    if not hmac.compare_digest(data[f"{SIGNATURE_PREFIX}{token.id}"], detached_signature(info, token)):
        raise JoinError("failed to verify JWS signature of received cluster info object, can't trust this API Server")
    if pins:
        _check_authority(info, pins)
        if _cluster_info(anonymous, token).get(KUBECONFIG) != info:
            raise JoinError(f"the second kubeconfig from the {CLUSTER_INFO} ConfigMap (using validated TLS) was different from the first")
    return info


def _cluster_info(anonymous: Client, token: BootstrapToken) -> dict[str, str]:
    try:
        data: dict[str, str] = anonymous.get(CONFIGMAPS, CLUSTER_INFO, CLUSTER_INFO_NAMESPACE).get("data") or {}
    except ApiError as error:
        raise JoinError(f"failed to request the {CLUSTER_INFO} ConfigMap: {error.message}") from error
    if f"{SIGNATURE_PREFIX}{token.id}" not in data:
        raise MissingSignature(f'could not find a JWS signature in the {CLUSTER_INFO} ConfigMap for token ID "{token.id}"')
    return data


def _pin(text: str) -> str:
    """Return a pinned hash in small letters, without its format. Raises JoinError."""
    prefix = "invalid discovery token CA certificate hash: "
    parts = text.split(":")
    if len(parts) != 2:
        raise JoinError(prefix + _HASH_FORMAT)
    if parts[0].lower() != "sha256":
        raise JoinError(f'{prefix}unknown hash format "{parts[0]}". Known format(s) are: sha256')
    if len(parts[1]) // 2 != _SHA256_BYTES:
        found = len(parts[1]) // 2
        raise JoinError(f'{prefix}invalid hash "{text}", expected a {_SHA256_BYTES} byte SHA-256 hash, found {found} bytes')
    try:
        binascii.unhexlify(parts[1])
    except ValueError as error:
        raise JoinError(f'{prefix}invalid hash "{text}", could not decode SHA-256 from hex: {error}') from error
    return f"sha256:{parts[1].lower()}"


def _check_authority(info: str, pins: Sequence[str]) -> None:
    try:
        certificates = x509.load_pem_x509_certificates(_authority_in(yaml.safe_load(info)["clusters"][0]["cluster"]))
    except ValueError as error:
        raise JoinError(f"failed to parse cluster CA from the {CLUSTER_INFO} ConfigMap: {error}") from error
    hashes = [ca_cert_hash(certificate) for certificate in certificates]
    if not set(hashes).intersection(pins):
        raise JoinError(f'cluster CA found in {CLUSTER_INFO} ConfigMap is invalid: none of the public keys "{":".join(hashes)}" are pinned')


def _authority_in(cluster: Obj) -> bytes:
    return base64.b64decode(cluster.get("certificate-authority-data") or "")


def _fetched(joining: Client) -> str:
    """Read what the cluster is like and return the kubelets' configuration. Raises JoinError."""
    prefix = "error execution phase preflight: unable to fetch the kubeadm-config ConfigMap: "
    try:
        joining.get(CONFIGMAPS, "kubeadm-config", SYSTEM)
    except ApiError as error:
        raise JoinError(f"{prefix}failed to get config map: {error.message}") from error
    try:
        joining.get(CONFIGMAPS, "kube-proxy", SYSTEM)
        return str(joining.get(CONFIGMAPS, "kubelet-config", SYSTEM)["data"]["kubelet"])
    except ApiError as error:
        raise JoinError(f"{prefix}failed to get component configs: {error.message}") from error


def _check_node(joining: Client, name: str) -> None:
    """Refuse the name of a Node that is there and well."""
    try:
        node = joining.get(NODES, name)
    except ApiError as error:
        if error.code == _NOT_FOUND:
            return
        raise JoinError(f'error execution phase kubelet-start: cannot get Node "{name}": {error.message}') from error
    conditions = node.get("status", {}).get("conditions") or ()
    if any(each["type"] == "Ready" and each["status"] == "True" for each in conditions):
        raise JoinError(
            f'error execution phase kubelet-start: a Node with name "{name}" and status "Ready" already exists in the cluster. '
            "You must delete the existing Node or change the name of this new joining Node"
        )
