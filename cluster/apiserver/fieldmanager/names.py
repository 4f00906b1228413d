"""What a writer is called: the ``fieldManager`` that it says it is, else what its User-Agent begins with.

Upstream: ``staging/src/k8s.io/apiserver/pkg/endpoints/handlers/create.go`` (``managerOrUserAgent``).
"""

from __future__ import annotations

from cluster.apiserver.request import Request

_LONGEST = 128
_NAMELESS = "unknown"


def manager_name(request: Request) -> str:
    """Return the name under which a request's writer owns fields. A component's is in its source: ``node/n1/kubelet`` is ``kubelet``."""
    if request.options.field_manager:
        return request.options.field_manager
    if request.user_agent:
        return _prefix(request.user_agent) or _NAMELESS
    first, _, rest = request.source.partition("/")
    return (rest.rpartition("/")[2] if first == "node" else first) or _NAMELESS


def _prefix(user_agent: str) -> str:
    kept, length = "", 0
    for character in user_agent.partition("/")[0]:
        if character.isprintable():
            length += len(character.encode())
            if length > _LONGEST:
                break
            kept += character
    return kept
