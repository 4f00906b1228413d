"""``exec`` and its like: what the query asks for, and who may."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from cluster.apiserver.authorization.decision import Decision
from cluster.apiserver.call import Call
from cluster.apiserver.request import Credentials, Request
from cluster.apiserver.rest import Installation
from cluster.apiserver.subresources.streams import PortForwardRest, attach_rest, exec_rest, read_options
from cluster.machinery.errors import ApiError
from cluster.machinery.kinds.core import PODS
from cluster.machinery.kubelet_server import StreamOptions


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, StreamOptions(""), id="nothing said"),
        pytest.param(
            {"container": ["c"], "command": ["sh", "-c", "x y"], "stdin": ["true"], "stdout": ["1"], "stderr": ["false"], "tty": ["0"]},
            StreamOptions("c", ("sh", "-c", "x y"), stdin=True, stdout=True),
            id="what kubectl sends",
        ),
        pytest.param({"tty": [""]}, StreamOptions("", tty=True), id="a parameter without a value"),
    ],
)
def test_options(query: dict[str, list[str]], expected: StreamOptions) -> None:
    assert read_options(query) == expected


@pytest.mark.parametrize(("make", "subresource"), [(exec_rest, "exec"), (attach_rest, "attach"), (PortForwardRest, "portforward")])
def test_who_may_get_but_not_create_is_refused(make: type[PortForwardRest], subresource: str) -> None:
    installation = SimpleNamespace(registry=lambda kind: None, kubelets=None)
    request = Request("get", PODS, "client", Credentials(), "default", "web", subresource)
    call = SimpleNamespace(request=request, may=lambda verb: Decision(verb == "get", "no rule"))
    with pytest.raises(ApiError) as refusal:
        make(cast(Installation, installation)).serve(cast(Call, call))
    assert (refusal.value.code, refusal.value.message) == (403, 'pods "web" is forbidden: no rule')
