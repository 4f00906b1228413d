"""SelfSubjectReview: who am I? (``kubectl auth whoami``)

Upstream: ``pkg/registry/authentication/selfsubjectreview/rest.go``.
"""

from __future__ import annotations

from cluster.apiserver.admission import CREATE, Attributes
from cluster.apiserver.call import Call
from cluster.apiserver.codec import PublishedCodec
from cluster.apiserver.request import Response
from cluster.apiserver.rest import Installation
from cluster.apiserver.rest.input import body_of
from cluster.machinery.kinds.authentication import SELFSUBJECTREVIEWS
from cluster.machinery.meta import Obj, timestamp

_CODEC = PublishedCodec(SELFSUBJECTREVIEWS)


class SelfSubjectReviewRest:
    """Serves ``create``. Nothing of what was sent comes back."""

    def __init__(self, installation: Installation) -> None:
        self._clock = installation.clock

    def serve(self, call: Call) -> Response:
        """Tell the asker what authentication knows of them."""
        asked = body_of(call, _CODEC)
        name, options = asked["metadata"].get("name", ""), call.request.options
        attributes = Attributes(CREATE, SELFSUBJECTREVIEWS, "", name, "", asked, None, call.user, options)
        call.admit(attributes)
        call.validate(attributes, SELFSUBJECTREVIEWS, ())
        review: Obj = {
            "apiVersion": SELFSUBJECTREVIEWS.api_version,
            "kind": SELFSUBJECTREVIEWS.kind,
            "metadata": {"creationTimestamp": timestamp(self._clock.now)},
            "status": {"userInfo": call.user.info()},
        }
        return Response(201, review, warnings=tuple(call.warnings))
