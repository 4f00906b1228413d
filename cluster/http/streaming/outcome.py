"""How a session ended, as the error channel says it: a Status whose causes carry the exit code.

With ``v5`` it is the API server that speaks to the client, and what it has heard from the kubelet is put into words once more.

Upstream: ``staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand/{exec,attach}.go``,
``staging/src/k8s.io/apiserver/pkg/util/proxy/streamtranslator.go``.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.machinery.errors import internal
from cluster.machinery.kubelet_server import Ending
from cluster.machinery.meta import Obj

REFUSED = "unable to upgrade connection: {}"


def status_of(ending: Ending, command: Sequence[str], *, is_translated: bool) -> Obj:
    """Return the Status. ``command``: what was run; ``is_translated``: whether the API server speaks, and not the kubelet."""
    if ending.lost:
        return internal(ending.lost).status
    if ending.refusal:
        return internal(REFUSED.format(ending.refusal)).status
    if ending.error:
        error = internal(ending.error)
        return internal(error.message).status if is_translated else error.status
    if not ending.exit_code:
        return {"metadata": {}, "status": "Success"}
    said = f"command terminated with exit code {ending.exit_code}"
    if not is_translated:
        said = f"error executing command [{' '.join(command)}], exit code {ending.exit_code}"
    return {
        "metadata": {},
        "status": "Failure",
        "message": f"command terminated with non-zero exit code: {said}",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": str(ending.exit_code)}]},
    }
