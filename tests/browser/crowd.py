"""Clusters of any size for looking at the page without a server: nodes in zones with their pods, and what happens there."""

from __future__ import annotations

from cluster.machinery.meta import Obj
from tests.browser.recording import API, Recording, node, pod

ZONES = ("zone-a", "zone-b", "zone-c")
BAD = ("CrashLoopBackOff", "ImagePullBackOff", "Pending")
RARE = 97
"""One pod in so many is not well, one node in three times as many is not ready or cordoned."""


def crowd(nodes: int, pods: int) -> dict[str, Obj]:
    """The cards of ``nodes`` workers in three zones and of ``pods`` pods, most of them running, spread as a scheduler would."""
    cards = {"nodes/control-plane-1": {**node("control-plane-1", roles=("control-plane",)), "zone": ""}}
    for number in range(nodes):
        card = {**node(worker(number), cpu=16000), "zone": ZONES[number * len(ZONES) // nodes]}
        if number % (3 * RARE) == RARE:
            card["ready"] = False
        elif number % (3 * RARE) == 2 * RARE:
            card["unschedulable"] = True
        cards[f"nodes/{worker(number)}"] = card
    for number in range(pods):
        name = f"app-{number % 40:02d}-5d9c7b8f4-{_tail(number)}"
        status = BAD[number // RARE % 3] if number % RARE == RARE - 1 else "Running"
        on = worker(number * 7919 % nodes)
        owner = {"owner": f"uid-rs-{number % 40:02d}"}
        cards[f"pods/default/{name}"] = {**pod(name, on=on, status=status, cpu=100 * (1 + number % 40 // 4)), **owner}
    return cards


def worker(number: int) -> str:
    """The name of a worker, counted from 0."""
    return f"worker-{number + 1}"


def busy(nodes: int, rounds: int) -> list[Obj]:
    """Hops of ``rounds`` pods: each is bound to a node and started there."""
    run = Recording()
    for turn in range(rounds):
        on = worker(turn * 4241 % nodes)
        name = f"web-5d9c7b8f4-{_tail(turn)}"
        key, kubelet, runtime = f"pods/default/{name}", f"node/{on}/kubelet", f"node/{on}/containerd"
        run.add(API, "kube-scheduler", "ADDED", key)
        run.write("kube-scheduler", "POST", f"{key}/binding", pod(name, on=on))
        run.add(API, kubelet, "MODIFIED", key)
        run.add(kubelet, runtime, "RunPodSandbox", key)
        run.add(runtime, f"node/{on}/cni", "ADD", key, outcome="10.244.1.7")
        run.add(kubelet, runtime, "StartContainer", key)
        run.write(kubelet, "PATCH", f"{key}/status", pod(name, on=on, status="Running"))
    return run.hops


def _tail(number: int) -> str:
    """The drawn end of a name, told by a number."""
    letters = "bcdfghjklmnpqrstvwxz2456789"
    return "".join(letters[number // len(letters) ** place % len(letters)] for place in range(5))
