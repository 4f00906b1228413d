"""What a kubelet's request for a certificate looks like; the signers accept nothing else.

Upstream: ``pkg/apis/certificates/helpers.go`` (``ValidateKubeletClientCSR``, ``ValidateKubeletServingCSR``),
``pkg/controller/certificates/signer/signer.go`` (``validAPIServerClientUsages``).
"""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509
from cryptography.x509.oid import NameOID

_NAMES = (
    ("DNS", x509.DNSName),
    ("Email", x509.RFC822Name),
    ("IP", x509.IPAddress),
    ("URI", x509.UniformResourceIdentifier),
)
_CLIENT = (
    frozenset({"digital signature", "client auth"}),
    frozenset({"key encipherment", "digital signature", "client auth"}),
)
_SERVING = (
    frozenset({"digital signature", "server auth"}),
    frozenset({"key encipherment", "digital signature", "server auth"}),
)
PREFIX, GROUP = "system:node:", "system:nodes"


def common_name(request: x509.CertificateSigningRequest) -> str:
    """Return the common name of a request's subject, empty when it has none."""
    return next((str(name.value) for name in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)), "")


def client_fault(request: x509.CertificateSigningRequest, usages: Sequence[str]) -> str:
    """Return why it is no request for a kubelet's client certificate, empty when it is one."""
    fault = _subject_fault(request)
    if fault:
        return fault
    found = _alternative_names(request)
    for word, _ in _NAMES:
        if found[word]:
            return f"{word} subjectAltNames are not allowed"
    return _usage_fault(usages, _CLIENT)


def serving_fault(request: x509.CertificateSigningRequest, usages: Sequence[str]) -> str:
    """Return why it is no request for a kubelet's serving certificate, empty when it is one."""
    fault = _subject_fault(request)
    if fault:
        return fault
    found = _alternative_names(request)
    if not found["DNS"] and not found["IP"]:
        return "DNS or IP subjectAltName is required"
    for word in ("Email", "URI"):
        if found[word]:
            return f"{word} subjectAltNames are not allowed"
    return _usage_fault(usages, _SERVING)


def api_client_fault(usages: Sequence[str]) -> str:
    """Return why usages are not those of an API client's certificate, empty when they are."""
    for usage in usages:
        if usage not in ("digital signature", "key encipherment", "client auth"):
            return f"invalid usage for client certificate: {usage}"
    return "" if "client auth" in usages else "missing required usage for client certificate: client auth"


def _subject_fault(request: x509.CertificateSigningRequest) -> str:
    if [name.value for name in request.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)] != [GROUP]:
        return "subject organization is not system:nodes"
    return "" if common_name(request).startswith(PREFIX) else "subject common name does not begin with system:node:"


def _alternative_names(request: x509.CertificateSigningRequest) -> dict[str, bool]:
    try:
        names = list(request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        names = []
    return {word: any(isinstance(name, kind) for name in names) for word, kind in _NAMES}


def _usage_fault(usages: Sequence[str], allowed: Sequence[frozenset[str]]) -> str:
    if frozenset(usages) in allowed:
        return ""
    return f"usages did not match [{' '.join(sorted(allowed[0]))}]"
