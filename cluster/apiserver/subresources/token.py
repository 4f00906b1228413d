"""``serviceaccounts/token``: a token that is signed now, and kept nowhere.

The kubelet asks for one for every pod. The real server can be told to shorten what is asked for, and shortens nothing by default.

Upstream: ``pkg/registry/core/serviceaccount/storage/token.go``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cluster.apiserver.admission import CREATE, Attributes
from cluster.apiserver.authentication.claims import bound_claims
from cluster.apiserver.authentication.service_accounts import API_AUDIENCES
from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.defaults.authentication.tokenrequest import set_defaults
from cluster.apiserver.registry.store import OTHER_NAMESPACE, place
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.input import body_of
from cluster.apiserver.validation.authentication.tokenrequest import validate
from cluster.machinery.errors import bad_request, conflict, invalid, not_found, not_found_path, unprocessable
from cluster.machinery.kinds.authentication import TOKEN
from cluster.machinery.kinds.core import NODES, PODS, SERVICEACCOUNTS
from cluster.machinery.kinds.model import Kind
from cluster.machinery.meta import Obj, after, timestamp

_CODEC = PublishedCodec(TOKEN)
_GROUP, _KIND = TOKEN.group, TOKEN.kind
_BINDABLE = ("Pod", "Node", "Secret")

KUBELET_SECONDS = 60 * 60 + 7
"""What the kubelet asks for when nobody asked for a time: clients that do not renew their token get the year, and are noticed."""
EXTENDED_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class _Bound:
    """What a token is bound to."""

    pod: Obj | None = None
    node: Obj | None = None
    secret: Obj | None = None


class TokenRest:
    """Serves ``create``."""

    def __init__(self, installation: Installation) -> None:
        self._reader, self._clock, self._rng = installation.reader, installation.clock, installation.rng
        self._kinds, self._key = installation.kinds, installation.authenticator.service_accounts.key

    def serve(self, call: Call) -> Response:
        """Issue a token for the account of the path."""
        if self._key is None:
            raise not_found_path()
        wanted, request = body_of(call, _CODEC), call.request
        place(wanted["metadata"], request.namespace, OTHER_NAMESPACE)
        set_defaults(wanted)
        attributes = Attributes(CREATE, SERVICEACCOUNTS, request.namespace, request.name, "token", wanted, None, call.user, request.options)
        call.admit(attributes)
        account = self._account(wanted, call)
        self._complete(wanted, account)
        faults = validate(wanted)
        if faults:
            error = unprocessable(_GROUP, _KIND, "", faults)
            call.refused("validation", error)
            raise error
        call.validate(attributes, TOKEN, ())
        wanted["status"] = self._issue(wanted["spec"], account, self._key.sign)
        return Response(201, wanted, warnings=tuple(call.warnings))

    def _account(self, wanted: Obj, call: Call) -> Obj:
        """Return the account of the path. Raises ApiError 422 or 409 when the body names another one, 404."""
        request, meta = call.request, wanted["metadata"]
        if meta.get("name") and meta["name"] != request.name:
            fault = invalid("metadata.name", meta["name"], "must match the service account name if specified")
            raise unprocessable(_GROUP, _KIND, request.name, [fault])
        account = self._find(SERVICEACCOUNTS, request.namespace, request.name)
        uid = account["metadata"]["uid"]
        if meta.get("uid") and meta["uid"] != uid:
            why = f"the UID in the token request ({meta['uid']}) does not match the UID of the service account ({uid})"
            raise conflict(_GROUP, _KIND, request.name, why)
        return account

    def _complete(self, wanted: Obj, account: Obj) -> None:
        meta, spec = account["metadata"], wanted["spec"]
        spec["audiences"] = spec.get("audiences") or list(API_AUDIENCES)
        wanted["metadata"] |= {field: meta[field] for field in ("name", "namespace", "uid")}
        wanted["metadata"]["creationTimestamp"] = timestamp(self._clock.now)
        wanted.pop("status", None)

    def _issue(self, spec: Obj, account: Obj, sign: Callable[[Obj], str]) -> Obj:
        """Return the status of a request that is granted. Raises ApiError 400, 404, 409."""
        reference, seconds = spec.setdefault("boundObjectRef", None), spec["expirationSeconds"]
        bound = _Bound() if reference is None else self._bound(reference, account)
        is_kubelets = bound.pod is not None and seconds == KUBELET_SECONDS and set(spec["audiences"]) <= set(API_AUDIENCES)
        lifetime, warn_after = (EXTENDED_SECONDS, seconds) if is_kubelets else (seconds, 0)
        claims = bound_claims(
            account,
            spec["audiences"],
            lifetime,
            self._clock.now,
            self._rng.uid(),
            pod=bound.pod,
            node=bound.node,
            secret=bound.secret,
            warn_after=warn_after,
        )
        return {"token": sign(claims), "expirationTimestamp": timestamp(after(self._clock.now, seconds))}

    def _bound(self, reference: Obj, account: Obj) -> _Bound:
        """Find what a token is to be bound to. Raises ApiError 400, 404, 409."""
        group, _, version = reference.get("apiVersion", "").rpartition("/")
        word, name, namespace = reference.get("kind", ""), reference.get("name", ""), account["metadata"]["namespace"]
        kind = self._kinds().by_kind("v1", word) if not group and word in _BINDABLE else None
        if kind is None:
            raise bad_request(f"cannot bind token to object of type {group}/{version}, Kind={word}")
        found = self._find(kind, namespace if kind.namespaced else "", name)
        if kind is PODS and found["spec"].get("serviceAccountName") != account["metadata"]["name"]:
            quoted = account["metadata"]["name"]
            raise bad_request(f'cannot bind token for serviceaccount "{quoted}" to pod running with different serviceaccount name.')
        uid = reference.get("uid")
        if uid and uid != found["metadata"]["uid"]:
            why = f"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted "
            raise conflict("", word, name, f"{why}and then recreated")
        if kind is PODS:
            return _Bound(pod=found, node=self._node_of(found))
        return _Bound(node=found) if kind is NODES else _Bound(secret=found)

    def _node_of(self, pod: Obj) -> Obj | None:
        """Return the node of a pod; of one that is not there (any more) the name alone."""
        name = pod["spec"].get("nodeName", "")
        return (self._reader.get(NODES, "", name) or {"metadata": {"name": name}}) if name else None

    def _find(self, kind: Kind, namespace: str, name: str) -> Obj:
        if not name:
            raise bad_request("Name parameter required.")
        found = self._reader.get(kind, namespace, name)
        if found is None:
            raise not_found(kind.group, kind.plural, name)
        return found
