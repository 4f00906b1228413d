"""Which pods a kubelet may create: mirrors of its static pods, which refer to nothing in the API.

Upstream: ``plugin/pkg/admission/noderestriction/admission.go`` (``admitPodCreate``).
"""

from __future__ import annotations

from cluster.apiserver.admission import Attributes
from cluster.apiserver.authorization.node.references import config_maps_of, secrets_of
from cluster.apiserver.reader import Reader
from cluster.machinery.errors import not_found
from cluster.machinery.kinds.core import NODES, PODS
from cluster.machinery.meta import Obj

MIRROR = "kubernetes.io/config.mirror"


def find_pod(reader: Reader, namespace: str, name: str) -> Obj:
    """Return a pod. Raises ApiError 404."""
    pod = reader.get(PODS, namespace, name)
    if pod is None:
        raise not_found("", "pods", name)
    return pod


def check_pod_of(node: str, reader: Reader, attributes: Attributes, name: str, why: str) -> None:
    """Raise 403 because of ``why`` for a pod that does not run on ``node``, 404 for one that is not there."""
    if find_pod(reader, attributes.namespace, name)["spec"].get("nodeName", "") != node:
        raise attributes.forbidden(why)


def check_mirror_pod(node: str, reader: Reader, attributes: Attributes) -> None:
    """Raise 403 for a pod that is no mirror, or not of this node, or refers to something; 404 when the node is not there."""
    pod = attributes.given
    if MIRROR not in (pod["metadata"].get("annotations") or {}):
        raise attributes.forbidden(f'pod does not have "{MIRROR}" annotation, node "{node}" can only create mirror pods')
    if pod["spec"].get("nodeName", "") != node:
        raise attributes.forbidden(f'node "{node}" can only create pods with spec.nodeName set to itself')
    _check_owner(node, reader, attributes)
    what = _reference_of(pod)
    if what:
        raise attributes.forbidden(f'node "{node}" can not create pods that reference {what}')


def _check_owner(node: str, reader: Reader, attributes: Attributes) -> None:
    owners = attributes.given["metadata"].get("ownerReferences") or []
    if len(owners) > 1:
        raise attributes.forbidden(f'node "{node}" can only create pods with a single owner reference set to itself')
    owner = owners[0] if owners else {}
    if (owner.get("apiVersion"), owner.get("kind"), owner.get("name")) != ("v1", "Node", node):
        raise attributes.forbidden(f'node "{node}" can only create pods with an owner reference set to itself')
    if not owner.get("controller"):
        raise attributes.forbidden(f'node "{node}" can only create pods with a controller owner reference set to itself')
    if owner.get("blockOwnerDeletion"):
        raise attributes.forbidden(f'node "{node}" must not set blockOwnerDeletion on an owner reference')
    current = reader.get(NODES, "", node)
    if current is None:
        raise not_found("", "nodes", node)
    uid, claimed = current["metadata"]["uid"], owner.get("uid", "")
    if claimed != uid:
        raise attributes.forbidden(f"node {node} UID mismatch: expected {claimed} got {uid}")


def _reference_of(pod: Obj) -> str:
    """Return what a pod refers to, empty when to nothing."""
    spec = pod["spec"]
    volumes = spec.get("volumes") or []
    sources = [source for volume in volumes for source in (volume.get("projected") or {}).get("sources") or ()]
    references = {
        "a service account": bool(spec.get("serviceAccountName")),
        "secrets": bool(secrets_of(pod)),
        "configmaps": bool(config_maps_of(pod)),
        "clustertrustbundles": any(source.get("clusterTrustBundle") is not None for source in sources),
        "persistentvolumeclaims": any(volume.get("persistentVolumeClaim") is not None for volume in volumes),
        "resourceclaims": bool(spec.get("resourceClaims")),
    }
    return next((what for what, is_referred in references.items() if is_referred), "")
