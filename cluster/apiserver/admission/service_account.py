"""ServiceAccount: every pod runs as somebody, and gets that identity's token as a volume.

Mirror pods have neither: they show what a kubelet runs already. An account may limit its pods to the Secrets that it names
(``mountable_secrets.py``).

Upstream: ``plugin/pkg/admission/serviceaccount/admission.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, UPDATE, Attributes, BasePlugin
from cluster.apiserver.admission.mountable_secrets import ephemeral_complaint, limits_secrets, secret_complaint
from cluster.apiserver.admission.node_restriction.pods import MIRROR
from cluster.apiserver.authorization.node.references import secrets_of
from cluster.apiserver.reader import Reader
from cluster.engine.rng import Rng
from cluster.machinery.kinds.core import PODS, SERVICEACCOUNTS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj

MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
VOLUME_PREFIX = "kube-api-access-"
TOKEN_SECONDS = 3607
"""An hour and seven seconds: the kubelet recognises by it a token that nobody asked for."""


class ServiceAccount(BasePlugin):
    """Fills in the account, its token volume and its pull secrets."""

    name = "ServiceAccount"

    def __init__(self, reader: Reader, rng: Rng) -> None:
        self._reader, self._rng = reader, rng

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """New pods, and containers added to debug one."""
        return kind is PODS and (operation, subresource) in ((CREATE, ""), (UPDATE, "ephemeralcontainers"))

    def admit(self, attributes: Attributes) -> bool:
        """Change a new pod's spec. Raises 403 when the account does not exist, or the pod may not have what it asks for."""
        is_changed = attributes.operation == CREATE and not _is_mirror(attributes.given) and self._complete(attributes)
        self.validate(attributes)
        return is_changed

    def validate(self, attributes: Attributes) -> None:
        """Raise 403 for a mirror pod that refers to an account or a Secret, and for Secrets that the account does not name."""
        pod = attributes.given
        if _is_mirror(pod):
            complaint = _mirror_complaint(pod)
        else:
            name = pod["spec"].get("serviceAccountName", "")
            if not name:
                raise attributes.forbidden(f"no service account specified for pod {attributes.namespace}/{pod['metadata'].get('name', '')}")
            account = self._account(attributes, name)
            judge = secret_complaint if attributes.operation == CREATE else ephemeral_complaint
            complaint = judge(account, pod["spec"]) if limits_secrets(account) else ""
        if complaint:
            raise attributes.forbidden(complaint)

    def _account(self, attributes: Attributes, name: str) -> Obj:
        account = self._reader.get(SERVICEACCOUNTS, attributes.namespace, name)
        if account is None:
            where = f"{attributes.namespace}/{name}"
            raise attributes.forbidden(f'error looking up service account {where}: serviceaccount "{name}" not found')
        return account

    def _complete(self, attributes: Attributes) -> bool:
        spec = attributes.given["spec"]
        name = spec.get("serviceAccountName") or "default"
        is_changed = {spec.get("serviceAccountName"), spec.get("serviceAccount")} != {name}
        spec["serviceAccountName"] = spec["serviceAccount"] = name
        account = self._account(attributes, name)
        if _wants_token(spec, account):
            is_changed |= self._mount_token(spec)
        if not spec.get("imagePullSecrets") and account.get("imagePullSecrets"):
            spec["imagePullSecrets"] = [dict(secret) for secret in account["imagePullSecrets"]]
            is_changed = True
        return is_changed

    def _mount_token(self, spec: Obj) -> bool:
        """Give every container the token that has none, and return whether there was one."""
        containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
        bare = [container for container in containers if not _has_token(container)]
        if not bare:
            return False
        volumes: list[Obj] = spec.get("volumes") or []
        name = next((volume["name"] for volume in volumes if volume.get("name", "").startswith(VOLUME_PREFIX)), "")
        if not name:
            name = VOLUME_PREFIX + self._rng.suffix()
            spec["volumes"] = [*volumes, token_volume(name)]
        for container in bare:
            mount = {"name": name, "readOnly": True, "mountPath": MOUNT_PATH}
            container["volumeMounts"] = [*(container.get("volumeMounts") or ()), mount]
        return True


def _is_mirror(pod: Obj) -> bool:
    return MIRROR in (pod["metadata"].get("annotations") or {})


def _mirror_complaint(pod: Obj) -> str:
    spec = pod["spec"]
    if spec.get("serviceAccountName"):
        return "a mirror pod may not reference service accounts"
    if secrets_of(pod):
        return "a mirror pod may not reference secrets"
    sources = [source for volume in spec.get("volumes") or () for source in (volume.get("projected") or {}).get("sources") or ()]
    if any(source.get("serviceAccountToken") is not None for source in sources):
        return "a mirror pod may not use ServiceAccountToken volume projections"
    return ""


def _wants_token(spec: Obj, account: Obj) -> bool:
    wanted = spec.get("automountServiceAccountToken")
    if wanted is None:
        wanted = account.get("automountServiceAccountToken")
    return wanted is not False


def _has_token(container: Obj) -> bool:
    return any(mount.get("mountPath") == MOUNT_PATH for mount in container.get("volumeMounts") or ())


def token_volume(name: str) -> Obj:
    """Return the projected volume of token, certificate and namespace."""
    field = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": TOKEN_SECONDS, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": field}]}},
    ]
    return {"name": name, "projected": {"sources": sources, "defaultMode": 420}}
