"""What is waited for is told in English and in Korean."""

from __future__ import annotations

import pytest

from dashboard.captions import waits
from tests.unit.dashboard.captions.hops import CONTAINERD, KUBELET

CONTROLLERS = "kube-controller-manager"
WAITS: dict[str, tuple[str, str, str]] = {
    "a grace period": (
        f"{CONTAINERD} StopContainer pods/default/web/c",
        "grace period of Pod web",
        "web 파드의 종료 유예 기간",
    ),
    "a program": (f"{CONTAINERD} ExecSync pods/default/web/nginx", "what runs in Pod web", "web 파드에서 실행 중인 프로그램"),
    "a back-off": (f"{KUBELET} reply pods/default/web/nginx", "back-off of Pod web", "web 파드의 백오프"),
    "a probe": (f"{KUBELET}/readinessProbe reply pods/default/web/nginx", "readiness probe of Pod web", "web 파드의 준비성 프로브"),
    "a silent node": (f"{CONTROLLERS}/nodelifecycle", "report of a silent node", "소식이 없는 노드의 보고"),
    "what a node shall lose": (
        f"{CONTROLLERS}/tainteviction MODIFIED nodes/worker-2",
        "eviction from Node worker-2",
        "worker-2 노드에서 파드 축출",
    ),
    "a Pod that shall go": (f"{CONTROLLERS}/tainteviction MODIFIED pods/default/web", "eviction of Pod web", "web 파드 축출"),
    "a CronJob": (f"{CONTROLLERS}/cronjob MODIFIED cronjobs/default/tick", "next run of CronJob tick", "tick 크론잡의 다음 실행"),
    "a CronJob whose Job has ended": (f"{CONTROLLERS}/cronjob MODIFIED jobs/default/tick-1", "next run of a CronJob", "크론잡의 다음 실행"),
    "a message of which nothing is known": (f"{KUBELET} reply", "kubelet on worker-1", "worker-1의 kubelet"),
    "somebody who is not described": ("etcd", "etcd", "etcd"),
}


@pytest.mark.parametrize(("waiting_for", "en", "ko"), WAITS.values(), ids=WAITS.keys())
def test_what_is_waited_for_is_told_in_both_languages(waiting_for: str, en: str, ko: str) -> None:
    assert waits.caption(waiting_for) == {"en": en, "ko": ko}


def test_where_nothing_is_waited_for_nothing_is_told() -> None:
    assert waits.caption("") is None
