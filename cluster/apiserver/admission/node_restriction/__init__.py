"""NodeRestriction: a kubelet may write what is its own: its Node, its Lease, the pods that run there.

A node that somebody has taken over can so do no harm to others. Upstream judges in the same order in one file; ResourceSlices and
PodCertificateRequests are not served here.

Upstream: ``plugin/pkg/admission/noderestriction/admission.go``, ``pkg/auth/nodeidentifier/default.go``.
"""

from __future__ import annotations

from collections.abc import Callable

from cluster.apiserver.admission import CREATE, DELETE, UPDATE, Attributes, BasePlugin
from cluster.apiserver.admission.node_restriction.labels import forbidden_labels
from cluster.apiserver.admission.node_restriction.pods import check_mirror_pod, check_pod_of, find_pod
from cluster.apiserver.admission.node_restriction.tokens import check_audience
from cluster.apiserver.authorization.decision import Authorizer
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.coordination import LEASES
from cluster.machinery.kinds.core import NODES, PERSISTENTVOLUMECLAIMS, PODS, SERVICEACCOUNTS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.kinds.storage import CSINODES
from cluster.machinery.meta import Obj

PREFIX, GROUP = "system:node:", "system:nodes"
NODE_LEASES = "kube-node-lease"


class NodeRestriction(BasePlugin):
    """Judges what kubelets write; everybody else passes."""

    name = "NodeRestriction"

    def __init__(self, reader: Reader, authorizer: Authorizer) -> None:
        self._reader, self._authorizer = reader, authorizer
        self._checks: dict[Kind, Callable[[str, Attributes], None]] = {
            PODS: self._check_pod,
            NODES: _check_node,
            PERSISTENTVOLUMECLAIMS: _check_claim,
            SERVICEACCOUNTS: self._check_token,
            LEASES: _check_lease,
            CSINODES: _check_csi_node,
        }

    def handles(self, operation: str, kind: Kind, subresource: str) -> bool:
        """Writes of the kinds that kubelets write."""
        return kind in self._checks

    def admit(self, attributes: Attributes) -> bool:
        """Raise 403 for what is not the node's own, 404 for a pod that is not there."""
        user = attributes.user
        if user.name.startswith(PREFIX) and GROUP in user.groups:
            node = user.name.removeprefix(PREFIX)
            if not node:
                raise attributes.forbidden(f'could not determine node from user "{user.name}"')
            check = self._checks.get(attributes.kind)
            if check is not None:
                check(node, attributes)
        return False

    def _check_pod(self, node: str, attributes: Attributes) -> None:
        operation, subresource = attributes.operation, attributes.subresource
        if subresource == "status":
            _check_pod_status(node, attributes)
        elif subresource == "eviction":
            name = attributes.name or attributes.given["metadata"].get("name", "")
            if not name:
                raise attributes.forbidden("could not determine pod from request data")
            check_pod_of(node, self._reader, attributes, name, f"node {node} can only evict pods with spec.nodeName set to itself")
        elif subresource:
            raise attributes.forbidden(f"unexpected pod subresource \"{subresource}\", only 'status' and 'eviction' are allowed")
        elif operation == CREATE:
            check_mirror_pod(node, self._reader, attributes)
        elif operation == DELETE:
            why = f'node "{node}" can only delete pods with spec.nodeName set to itself'
            check_pod_of(node, self._reader, attributes, attributes.name, why)
        else:
            raise attributes.forbidden(f'unexpected operation "{operation}", node "{node}" can only create and delete mirror pods')

    def _check_token(self, node: str, attributes: Attributes) -> None:
        if attributes.operation != CREATE or attributes.subresource != "token":
            return
        spec = attributes.given["spec"]
        reference = spec.get("boundObjectRef") or {}
        if (reference.get("apiVersion"), reference.get("kind")) != ("v1", "Pod") or not reference.get("name"):
            raise attributes.forbidden("node requested token not bound to a pod")
        uid = reference.get("uid")
        if not uid:
            raise attributes.forbidden("node requested token with a pod binding without a uid")
        pod = find_pod(self._reader, attributes.namespace, reference["name"])
        if uid != pod["metadata"]["uid"]:
            why = f"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted"
            raise attributes.forbidden(f"{why} and then recreated")
        if pod["spec"].get("nodeName", "") != node:
            raise attributes.forbidden("node requested token bound to a pod scheduled on a different node")
        check_audience(self._reader, self._authorizer, attributes, pod, spec.get("audiences") or [])


def _check_pod_status(node: str, attributes: Attributes) -> None:
    if attributes.operation != UPDATE or attributes.old is None:
        raise attributes.forbidden(f'unexpected operation "{attributes.operation}"')
    old, new = attributes.old, attributes.given
    if old["spec"].get("nodeName", "") != node:
        raise attributes.forbidden(f'node "{node}" can only update pod status for pods with spec.nodeName set to itself')
    if (old["metadata"].get("labels") or {}) != (new["metadata"].get("labels") or {}):
        raise attributes.forbidden(f'node "{node}" cannot update labels through pod status')
    before, after = ((pod.get("status") or {}).get("resourceClaimStatuses") or [] for pod in (old, new))
    if before != after:
        raise attributes.forbidden(f'node "{node}" cannot update resource claim statues')


def _check_node(node: str, attributes: Attributes) -> None:
    name = attributes.name or (attributes.obj or {}).get("metadata", {}).get("name", "")
    if name != node:
        raise attributes.forbidden(f'node "{node}" is not allowed to modify node "{name}"')
    if attributes.operation == CREATE:
        spec, meta = attributes.given.get("spec") or {}, attributes.given["metadata"]
        if spec.get("configSource") is not None:
            raise attributes.forbidden(f'node "{node}" is not allowed to create pods with a non-nil configSource')
        labels = forbidden_labels(meta.get("labels") or {}, {})
        if labels:
            raise attributes.forbidden(f'node "{node}" is not allowed to set the following labels: {", ".join(labels)}')
    elif attributes.operation == UPDATE and attributes.old is not None:
        _check_node_change(node, attributes, attributes.given, attributes.old)


def _check_node_change(node: str, attributes: Attributes, new: Obj, old: Obj) -> None:
    spec, old_spec = new.get("spec") or {}, old.get("spec") or {}
    if spec.get("configSource") is not None and spec["configSource"] != old_spec.get("configSource"):
        raise attributes.forbidden(f'node "{node}" is not allowed to update configSource to a new non-nil configSource')
    if (spec.get("taints") or []) != (old_spec.get("taints") or []):
        raise attributes.forbidden(f'node "{node}" is not allowed to modify taints')
    meta, old_meta = new["metadata"], old["metadata"]
    if (meta.get("ownerReferences") or []) != (old_meta.get("ownerReferences") or []):
        raise attributes.forbidden(f'node "{node}" is not allowed to modify ownerReferences')
    labels = forbidden_labels(meta.get("labels") or {}, old_meta.get("labels") or {})
    if labels:
        raise attributes.forbidden(f"is not allowed to modify labels: {', '.join(labels)}")


def _check_claim(node: str, attributes: Attributes) -> None:
    if attributes.subresource != "status":
        raise attributes.forbidden("may only update PVC status")
    if attributes.operation != UPDATE or attributes.old is None:
        raise attributes.forbidden(f'unexpected operation "{attributes.operation}"')
    if _rest_of_claim(attributes.given) != _rest_of_claim(attributes.old):
        why = f'node "{node}" is not allowed to update fields other than status.capacity and status.conditions: '
        raise attributes.forbidden(why)


def _rest_of_claim(claim: Obj) -> tuple[Obj, Obj, Obj]:
    """Return what of a claim its node may not write."""
    expanding = ("capacity", "conditions", "allocatedResourceStatuses", "allocatedResources")
    meta = {field: value for field, value in claim["metadata"].items() if field not in ("resourceVersion", "managedFields")}
    status = {field: value for field, value in (claim.get("status") or {}).items() if field not in expanding}
    return meta, claim.get("spec") or {}, status


def _check_lease(node: str, attributes: Attributes) -> None:
    if attributes.namespace != NODE_LEASES:
        raise attributes.forbidden(f'can only access leases in the "{NODE_LEASES}" system namespace')
    if _name_of(attributes) != node:
        raise attributes.forbidden("can only access node lease with the same name as the requesting node")


def _check_csi_node(node: str, attributes: Attributes) -> None:
    if _name_of(attributes) != node:
        raise attributes.forbidden("can only access CSINode with the same name as the requesting node")


def _name_of(attributes: Attributes) -> str:
    name = attributes.given["metadata"].get("name", "") if attributes.operation == CREATE else attributes.name
    return str(name)
