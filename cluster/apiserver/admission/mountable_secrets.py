"""Which Secrets the pods of a ServiceAccount may use, for accounts that ask for it by an annotation.

Upstream: ``plugin/pkg/admission/serviceaccount/admission.go`` (``limitSecretReferences``, ``limitEphemeralContainerSecretReferences``).
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.machinery.meta import Obj

ANNOTATION = "kubernetes.io/enforce-mountable-secrets"
_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})
_CONTAINERS = {"initContainers": "init container", "containers": "container"}
_EPHEMERAL = {"ephemeralContainers": "ephemeral container"}


def limits_secrets(account: Obj) -> bool:
    """Whether an account's pods may use only the Secrets that it names."""
    return (account["metadata"].get("annotations") or {}).get(ANNOTATION, "") in _TRUE


def secret_complaint(account: Obj, spec: Obj) -> str:
    """Return the first Secret of a new pod that its account does not name, as a complaint; empty: there is none."""
    name, mountable = account["metadata"]["name"], _names(account.get("secrets"))
    for volume in spec.get("volumes") or ():
        secret = (volume.get("secret") or {}).get("secretName", "")
        if volume.get("secret") is not None and secret not in mountable:
            return f'volume with secret.secretName="{secret}" is not allowed because service account {name} does not reference that secret'
    for complaint in _environment_complaints(name, mountable, spec, _CONTAINERS):
        return complaint
    pullable = _names(account.get("imagePullSecrets"))
    for index, reference in enumerate(spec.get("imagePullSecrets") or ()):
        secret = reference.get("name", "")
        if secret not in pullable:
            why = f"service account {name} does not reference that imagePullSecret"
            return f'imagePullSecrets[{index}].name="{secret}" is not allowed because {why}'
    return ""


def ephemeral_complaint(account: Obj, spec: Obj) -> str:
    """Return the first Secret of the ephemeral containers, in the same way."""
    return next(_environment_complaints(account["metadata"]["name"], _names(account.get("secrets")), spec, _EPHEMERAL), "")


def _names(references: list[Obj] | None) -> set[str]:
    return {reference.get("name", "") for reference in references or ()}


def _environment_complaints(account: str, mountable: set[str], spec: Obj, fields: dict[str, str]) -> Iterator[str]:
    for field, word in fields.items():
        for container in spec.get(field) or ():
            for variable in container.get("env") or ():
                reference = (variable.get("valueFrom") or {}).get("secretKeyRef")
                secret = (reference or {}).get("name", "")
                if reference is not None and secret not in mountable:
                    yield (
                        f"{word} {container['name']} with envVar {variable['name']} referencing "
                        f'secret.secretName="{secret}" is not allowed because service account {account} does not reference that secret'
                    )
