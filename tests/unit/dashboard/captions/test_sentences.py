"""Sentences are whole, whatever hop they are about, and Korean particles follow what is before them."""

from __future__ import annotations

import itertools

import pytest

from cluster.machinery.kinds import KINDS
from dashboard.captions import caption
from dashboard.captions.names import kinds_word
from dashboard.captions.sentence import particle
from tests.unit.dashboard.captions.hops import KUBELET, hop

OUTSIDE = ("dashboard", "kubectl", "client")
INSIDE = ("kube-scheduler", "kube-controller-manager/deployment", "kube-controller-manager/garbage-collector-controller", KUBELET)
REQUESTS = ("POST", "PUT", "PATCH", "DELETE", "GET", "LIST", "WATCH")
OUTCOMES = ("", "200 OK", "201 Created", "400 BadRequest", "404 NotFound", "409 Conflict", "422 Invalid", "500 InternalError", "no work")


def test_every_combination_of_component_verb_and_kind_has_both_sentences_without_leftover_placeholders() -> None:
    keys = [f"{kind.plural}/{'default/' if kind.namespaced else ''}{name}" for kind in KINDS for name in ("", "web-5d4f8c")]
    keys += [
        f"{key}/{sub.name}"
        for kind in KINDS
        for key in keys
        if key.startswith(f"{kind.plural}/") and key.endswith("c")
        for sub in kind.subresources
    ]
    for source, verb, key in itertools.product((*OUTSIDE, *INSIDE), REQUESTS, keys):
        _assert_whole(caption(hop(source, "kube-apiserver", verb, key)))
    for target, verb, key, outcome in itertools.product((*OUTSIDE, *INSIDE), ("reply", "ADDED", "MODIFIED", "DELETED"), keys, OUTCOMES):
        _assert_whole(caption(hop("kube-apiserver", target, verb, key, outcome=outcome)))
    for verb, key in itertools.product(("put", "delete", "get", "list"), keys):
        _assert_whole(caption(hop("kube-apiserver", "etcd", verb, f"/registry/{key}")))


def test_each_kind_has_its_plural() -> None:
    odd = {kinds_word(kind).en: kinds_word(kind).ko for kind in KINDS if kinds_word(kind).en != f"{kind.kind}s"}
    assert {name: odd[name] for name in ("Endpoints", "Ingresses", "NetworkPolicies", "StorageClasses")} == {
        "Endpoints": "엔드포인트 목록",
        "Ingresses": "인그레스 목록",
        "NetworkPolicies": "NetworkPolicy 목록",
        "StorageClasses": "스토리지클래스 목록",
    }
    assert [name for name in odd if name != "Endpoints" and not name.endswith(("ies", "sses", "uses"))] == []


def _assert_whole(sentences: dict[str, str]) -> None:
    assert sorted(sentences) == ["en", "ko"]
    assert sentences["en"][0].isupper() or sentences["en"].startswith(("kubectl", "etcd"))
    for text in sentences.values():
        assert text.endswith((".", "입니다.", "니다."))
        assert "{" not in text
        assert "  " not in text
    assert any("가" <= letter <= "힣" for letter in sentences["ko"])
    assert not any("가" <= letter <= "힣" for letter in sentences["en"])


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("파드", "을를", "를"),
        ("레플리카셋", "이가", "이"),
        ("노드 목록", "을를", "을"),
        ("worker-1", "은는", "은"),
        ("worker-2", "은는", "는"),
        ("worker-1", "으로", "로"),
        ("kubelet", "이가", "이"),
        ("etcd", "이가", "가"),
        ("web", "과와", "과"),
        ("web-7d9f-x7k2p", "과와", "와"),
        ("web-7d9f-x7k2n", "과와", "과"),
        ("redis", "은는", "는"),
        ("승인 단계", "으로", "로"),
        ("플러그인", "으로", "으로"),
    ],
)
def test_a_particle_follows_the_last_sound(word: str, pair: str, expected: str) -> None:
    assert particle(word, pair) == expected
