"""``pods/log``: the options, the container, and what comes of a node that does not answer."""

from __future__ import annotations

import pytest

from cluster.apiserver.subresources.log import container_name, read_options
from cluster.machinery.errors import ApiError
from cluster.machinery.meta import SECOND, Obj, SimTime
from cluster.machinery.node_logs import LogOptions

NOW = SimTime(1_767_225_600 * SECOND)
"""2026-01-01T00:00:00Z."""


def pod(*main: str, init: tuple[str, ...] = (), ephemeral: tuple[str, ...] = ()) -> Obj:
    spec = {
        "containers": [{"name": name} for name in main],
        "initContainers": [{"name": name} for name in init],
        "ephemeralContainers": [{"name": name} for name in ephemeral],
    }
    return {"metadata": {"name": "web"}, "spec": spec}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({}, LogOptions(""), id="nothing said"),
        pytest.param(
            {"container": "c", "follow": "true", "previous": "false", "timestamps": "1"},
            LogOptions("c", follow=True, timestamps=True),
            id="what kubectl sends",
        ),
        pytest.param({"tailLines": "5", "limitBytes": "100"}, LogOptions("", tail_lines=5, limit_bytes=100), id="a part"),
        pytest.param({"stream": "Stderr"}, LogOptions("", stream="stderr"), id="one stream"),
        pytest.param({"stream": "All"}, LogOptions(""), id="both streams"),
        pytest.param({"sinceSeconds": "10"}, LogOptions("", since=SimTime(NOW - 10 * SECOND)), id="since some seconds ago"),
        pytest.param({"sinceTime": "2025-12-31T23:59:00Z"}, LogOptions("", since=SimTime(NOW - 60 * SECOND)), id="since a moment"),
    ],
)
def test_options(query: dict[str, str], expected: LogOptions) -> None:
    assert read_options("web", query, NOW) == expected


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        pytest.param(
            {"tailLines": "-1"},
            422,
            'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
            id="a negative tail",
        ),
        pytest.param(
            {"limitBytes": "0", "sinceSeconds": "0"},
            422,
            'PodLogOptions "web" is invalid: [limitBytes: Invalid value: 0: must be greater than 0, '
            "sinceSeconds: Invalid value: 0: must be greater than 0]",
            id="all that is wrong at once",
        ),
        pytest.param({"tailLines": "x"}, 400, 'strconv.ParseInt: parsing "x": invalid syntax', id="no number"),
    ],
)
def test_options_that_make_no_sense(query: dict[str, str], code: int, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        read_options("web", query, NOW)
    assert (refusal.value.code, refusal.value.message) == (code, message)


@pytest.mark.parametrize(
    ("found", "wanted", "expected"),
    [
        pytest.param(pod("c"), "", "c", id="the only one"),
        pytest.param(pod("c", "d"), "d", "d", id="one by name"),
        pytest.param(pod("c", init=("i",), ephemeral=("e",)), "e", "e", id="one that was added to look around"),
    ],
)
def test_container_name(found: Obj, wanted: str, expected: str) -> None:
    assert container_name(found, wanted) == expected


@pytest.mark.parametrize(
    ("found", "wanted", "message"),
    [
        pytest.param(pod("c"), "x", "container x is not valid for pod web", id="no such container"),
        pytest.param(pod("c", "d"), "", "a container name must be specified for pod web, choose one of: [c d]", id="several"),
        pytest.param(
            pod("c", "d", init=("i", "j"), ephemeral=("e",)),
            "",
            "a container name must be specified for pod web, choose one of: [c d] or one of the init containers: [i j]"
            " or one of the ephemeral containers: [e]",
            id="several of each sort",
        ),
    ],
)
def test_container_name_is_refused(found: Obj, wanted: str, message: str) -> None:
    with pytest.raises(ApiError) as refusal:
        container_name(found, wanted)
    assert (refusal.value.code, refusal.value.message) == (400, message)
