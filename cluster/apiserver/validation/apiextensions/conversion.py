"""Rules for the conversion between the versions of a custom resource.

Upstream: ``staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go``
(``validateCustomResourceConversion``), ``staging/src/k8s.io/apiserver/pkg/util/webhook/validation.go``.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from cluster.apiserver.validation import names
from cluster.apiserver.validation.apiextensions.names import dns_1035_label
from cluster.apiserver.validation.fields import one_of
from cluster.machinery.errors import FieldError, forbidden_field, invalid, required
from cluster.machinery.meta import Obj

_STRATEGIES = ("None", "Webhook")
_REVIEW_VERSIONS = ("v1", "v1beta1")
_FORM = "; desired format: https://host[/path]"


def validate_conversion(conversion: Obj, path: str) -> list[FieldError]:
    """Judge a conversion."""
    strategy = conversion.get("strategy") or ""
    faults = one_of(f"{path}.strategy", strategy, _STRATEGIES) if strategy else [required(f"{path}.strategy")]
    webhook = conversion.get("webhook") or {}
    client, versions = webhook.get("clientConfig"), webhook.get("conversionReviewVersions") or []
    if strategy == "Webhook":
        if client is None:
            faults.append(required(f"{path}.webhookClientConfig", "required when strategy is set to Webhook"))
        else:
            faults += _client(client, f"{path}.webhookClientConfig")
        return faults + _review_versions(versions, f"{path}.conversionReviewVersions")
    not_here = "should not be set when strategy is not set to Webhook"
    if client is not None:
        faults.append(forbidden_field(f"{path}.webhookClientConfig", not_here))
    if versions:
        faults.append(forbidden_field(f"{path}.conversionReviewVersions", not_here))
    return faults


def _client(client: Obj, path: str) -> list[FieldError]:
    url, service = client.get("url"), client.get("service")
    if (url is None) == (service is None):
        return [required(path, "exactly one of url or service is required")]
    return _url(url, f"{path}.url") if url is not None else _service(service or {}, f"{path}.service")


def _url(text: str, path: str) -> list[FieldError]:
    try:
        url = urlsplit(text)
    except ValueError as error:
        return [required(path, f"url must be a valid URL: {error}{_FORM}")]
    faults: list[FieldError] = []
    if url.scheme != "https":
        faults.append(invalid(path, url.scheme, f"'https' is the only allowed URL scheme{_FORM}"))
    if not url.netloc:
        faults.append(invalid(path, url.netloc, f"host must be specified{_FORM}"))
    if url.username is not None:
        faults.append(invalid(path, url.netloc.rpartition("@")[0], "user information is not permitted in the URL"))
    if url.fragment:
        faults.append(invalid(path, url.fragment, "fragments are not permitted in the URL"))
    if url.query:
        faults.append(invalid(path, url.query, "query parameters are not permitted in the URL"))
    return faults


def _service(service: Obj, path: str) -> list[FieldError]:
    faults = [required(f"{path}.{field}", f"service {field} is required") for field in ("name", "namespace") if not service.get(field)]
    complaints = names.port_number(service.get("port") or 0)
    if complaints:
        faults.append(invalid(f"{path}.port", service.get("port") or 0, "port is not valid: " + ",".join(complaints)))
    url_path = service.get("path")
    if url_path is None or url_path == "/":
        return faults
    if not url_path.startswith("/"):
        return [*faults, invalid(f"{path}.path", url_path, "must start with a '/'")]
    for index, step in enumerate(url_path[1:].removesuffix("/").split("/")):
        if not step:
            faults.append(invalid(f"{path}.path", url_path, f"segment[{index}] may not be empty"))
        else:
            faults += [invalid(f"{path}.path", url_path, f"segment[{index}]: {each}") for each in names.dns_subdomain(step)]
    return faults


def _review_versions(versions: list[str], path: str) -> list[FieldError]:
    if not versions:
        return [required(path)]
    faults: list[FieldError] = []
    for index, version in enumerate(versions):
        if version in versions[:index]:
            faults.append(invalid(f"{path}[{index}]", version, "duplicate version"))
        complaint = dns_1035_label(version)
        if complaint:
            faults.append(invalid(f"{path}[{index}]", version, complaint))
    if not set(versions) & set(_REVIEW_VERSIONS):
        faults.append(invalid(path, versions, f"must include at least one of {', '.join(_REVIEW_VERSIONS)}"))
    return faults
