"""For which audiences a kubelet may ask tokens: those that the pod's volumes, or the drivers of its volumes, ask for.

Upstream: ``plugin/pkg/admission/noderestriction/admission.go`` (``validateNodeServiceAccountAudience``).
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster.apiserver.admission import Attributes
from cluster.apiserver.authorization.attributes import Attributes as Question
from cluster.apiserver.authorization.decision import Authorizer
from cluster.apiserver.reader import Reader
from cluster.machinery.kinds.core import PERSISTENTVOLUMECLAIMS, PERSISTENTVOLUMES
from cluster.machinery.kinds.storage import CSIDRIVERS
from cluster.machinery.meta import Obj

VERB = "request-serviceaccounts-token-audience"


def check_audience(reader: Reader, authorizer: Authorizer, attributes: Attributes, pod: Obj, audiences: list[str]) -> None:
    """Raise 403 for more than one audience, and for one that the pod does not need and the node was not given."""
    if len(audiences) > 1:
        raise attributes.forbidden("node may only request 0 or 1 audiences")
    audience = audiences[0] if audiences else ""
    if audience in _audiences_of(pod, reader):
        return
    user = attributes.user
    question = Question(user, VERB, version="v1", resource=audience, namespace=attributes.namespace, name=attributes.name)
    if not authorizer.authorize(question).is_allowed:
        why = f'audience "{audience}" not found in pod spec volume, {user.name} is not authorized to request tokens for this audience'
        raise attributes.forbidden(why)


def _audiences_of(pod: Obj, reader: Reader) -> Iterator[str]:
    for volume in pod["spec"].get("volumes") or ():
        for source in (volume.get("projected") or {}).get("sources") or ():
            if source.get("serviceAccountToken") is not None:
                yield source["serviceAccountToken"].get("audience", "")
        driver = _driver_of(volume, pod, reader)
        found = reader.get(CSIDRIVERS, "", driver) if driver else None
        for wanted in ((found or {}).get("spec") or {}).get("tokenRequests") or ():
            yield wanted.get("audience", "")


def _driver_of(volume: Obj, pod: Obj, reader: Reader) -> str:
    """Return the CSI driver of a volume, that of its claim's volume included; empty: none."""
    if volume.get("csi"):
        return str(volume["csi"].get("driver", ""))
    claim = (volume.get("persistentVolumeClaim") or {}).get("claimName", "")
    if volume.get("ephemeral") is not None:
        claim = f"{pod['metadata']['name']}-{volume['name']}"
    bound = reader.get(PERSISTENTVOLUMECLAIMS, pod["metadata"]["namespace"], claim) if claim else None
    name = ((bound or {}).get("spec") or {}).get("volumeName", "")
    persistent = reader.get(PERSISTENTVOLUMES, "", name) if name else None
    return str((((persistent or {}).get("spec") or {}).get("csi") or {}).get("driver", ""))
