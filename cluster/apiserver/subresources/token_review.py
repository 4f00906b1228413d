"""TokenReview: whose token this is, asked by somebody who was shown one.

Upstream: ``pkg/registry/authentication/tokenreview/storage.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, Attributes
from cluster.apiserver.authentication.bound import InvalidToken
from cluster.apiserver.authentication.service_accounts import API_AUDIENCES
from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.input import body_of
from cluster.machinery.errors import bad_request
from cluster.machinery.kinds.authentication import TOKENREVIEWS
from cluster.machinery.meta import Obj

_CODEC = PublishedCodec(TOKENREVIEWS)


class TokenReviewRest:
    """Serves ``create``; the answer is the question with its status."""

    def __init__(self, installation: Installation) -> None:
        self._authenticator = installation.authenticator

    def serve(self, call: Call) -> Response:
        """Say whose token it is. Raises ApiError 400 when there is none."""
        review, options = body_of(call, _CODEC), call.request.options
        attributes = Attributes(CREATE, TOKENREVIEWS, "", review["metadata"].get("name", ""), "", review, None, call.user, options)
        call.admit(attributes)
        spec = review.setdefault("spec", {})
        if not spec.get("token"):
            raise bad_request("token is required for TokenReview in authentication")
        call.validate(attributes, TOKENREVIEWS, ())
        review["status"] = self._status(spec["token"], spec.get("audiences") or list(API_AUDIENCES))
        return Response(201, review, warnings=tuple(call.warnings))

    def _status(self, token: str, audiences: list[str]) -> Obj:
        try:
            recognised = self._authenticator.recognise(token, audiences)
        except InvalidToken as error:
            return {"user": {}, "error": str(error)}
        return {"authenticated": True, "user": recognised.user.info(), "audiences": list(recognised.audiences)}
