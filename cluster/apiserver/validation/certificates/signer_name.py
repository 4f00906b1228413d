"""Names of signers: ``example.com/my-signer``. Upstream: ``pkg/apis/certificates/validation/names.go``."""

from __future__ import annotations

from cluster.apiserver.validation.names import dns_label, dns_subdomain
from cluster.machinery.errors import FieldError, invalid, quote, required, too_long

_MAX_DOMAIN = 253
_MAX_PATH = 253 + 63 + 1
_FORM = "must be a fully qualified domain and path of the form 'example.com/signer-name'"


def validate_signer_name(name: str, path: str) -> list[FieldError]:
    """Judge both halves; of a half with several faulty labels, the first."""
    if not name:
        return [required(path)]
    segments = name.split("/")
    if len(segments) != 2:
        return [invalid(path, name, _FORM)]
    domain, signer = segments
    faults: list[FieldError] = []
    if len(domain) > _MAX_DOMAIN:
        faults.append(too_long(path, _MAX_DOMAIN))
    labels = domain.split(".")
    for label in labels:
        complaints = dns_label(label)
        faults += [invalid(path, domain, f"validating label {quote(label)}: {complaint}") for complaint in complaints]
        if complaints:
            break
    if len(labels) < 2:
        faults.append(invalid(path, domain, "should be a domain with at least two segments separated by dots"))
    for label in signer.split("."):
        complaints = dns_subdomain(label)
        faults += [invalid(path, signer, f"validating label {quote(label)}: {complaint}") for complaint in complaints]
        if complaints:
            break
    if len(name) > _MAX_DOMAIN + _MAX_PATH + 1:
        faults.append(too_long(path, _MAX_DOMAIN + _MAX_PATH + 1))
    return faults
