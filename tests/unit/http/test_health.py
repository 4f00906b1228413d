"""Health and the two doors: who answers a path, and what each check says."""

from __future__ import annotations

import asyncio

import pytest

from cluster.http.health import report
from tests.unit.http.door import Door, RigHost

NOT_FOUND = b"404 page not found\n"


@pytest.mark.parametrize(
    ("is_tls", "path", "code", "content"),
    [
        pytest.param(False, "/healthz", 200, b"ok", id="the server itself"),
        pytest.param(False, "/clusters/demo/healthz", 200, b"ok", id="a cluster, beside the pages"),
        pytest.param(False, "/healthz/more", 200, b"a page", id="a page"),
        pytest.param(False, "/clusters/demo/nothing", 200, b"a page", id="a page of a cluster"),
        pytest.param(False, "/", 200, b"a page", id="the index"),
        pytest.param(True, "/clusters/demo/readyz", 200, b"ok", id="a cluster"),
        pytest.param(True, "/readyz", 200, b"ok", id="the only cluster, for kubectl get --raw"),
        pytest.param(True, "/livez/etcd", 200, b"ok", id="one check"),
        pytest.param(True, "/livez/nothing", 404, NOT_FOUND, id="a check that does not exist"),
        pytest.param(True, "/clusters/demo/nothing", 404, NOT_FOUND, id="an unknown root behind TLS"),
        pytest.param(True, "/logs/", 404, NOT_FOUND, id="logs are not served"),
        pytest.param(True, "/apis/nobody.example/v1/widgets", 404, NOT_FOUND, id="an unknown group"),
        pytest.param(
            True,
            "/readyz?verbose",
            200,
            b"[+]ping ok\n[+]etcd ok\n[+]etcd-readiness ok\nreadyz check passed\n",
            id="every check of readiness",
        ),
        pytest.param(True, "/healthz?verbose=", 200, b"[+]ping ok\n[+]etcd ok\nhealthz check passed\n", id="every check of health"),
        pytest.param(
            True,
            "/livez?verbose&exclude=etcd,log",
            200,
            b'[+]ping ok\n[+]etcd excluded: ok\nwarn: some health checks cannot be excluded: no matches for "log"\nlivez check passed\n',
            id="without some checks",
        ),
    ],
)
def test_who_answers_a_path(is_tls: bool, path: str, code: int, content: bytes) -> None:
    reply = Door(is_tls=is_tls).ask("GET", path)
    assert (reply.code, reply.content) == (code, content)


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        (
            "/readyz",
            b"",
            (500, "[+]ping ok\n[-]etcd failed: reason withheld\n[-]etcd-readiness failed: reason withheld\nreadyz check failed\n"),
        ),
        ("/livez", b"exclude=etcd", (200, "ok")),
        ("/livez/etcd", b"", (500, "internal server error: etcd failed\n")),
    ],
)
def test_without_etcd_a_cluster_is_not_healthy_and_says_why(path: str, query: bytes, expected: tuple[int, str]) -> None:
    class Closed(RigHost):
        async def read(self, call: object) -> object:
            raise RuntimeError("cluster demo is closed")

    assert asyncio.run(report(path, query, Closed(Door().rig))) == expected  # type: ignore[arg-type]


def test_who_may_not_see_a_path_is_told_so_before_anything_else() -> None:
    reply = Door().ask("GET", "/clusters/demo/metrics", headers={"impersonate-user": "nobody"})
    assert (reply.code, reply.obj["message"]) == (403, 'forbidden: User "nobody" cannot get path "/metrics"')
