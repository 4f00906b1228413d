"""Orders for the simulation itself that are refused: what to break, what machine to let join.

None of this is Kubernetes, so nobody else has words for it. A command prints the English message, as it prints any other refusal; a page
words ``why`` and its ``fields`` in the language of who looks at it.
"""

from __future__ import annotations

from enum import StrEnum

from cluster.machinery.errors import ApiError


class Why(StrEnum):
    """What is wrong with an order, with the names of its fields."""

    NO_COMPONENT = "there is no such component (target)"
    NO_FAULT = "this cannot be wrong with it (target, fault, offered)"
    SECONDS = "the seconds are out of range (seconds, most)"
    WHOLE = "nothing is wrong with it (name)"
    NO_MESSAGE = "nothing can become of such a message ()"
    KUBEADM_WAITS = "a request of kubeadm cannot be delayed ()"
    NO_CONTAINER = "the pod has no such container (name, container, containers)"
    ELSEWHERE = "the pod is not on that node (name, node)"
    NOT_RUNNING = "the container does not run (name, container)"
    MACHINE_NAME = "it is no name of a machine (name)"
    NO_QUANTITY = "it is no quantity (resource, value)"
    NOTHING = "a machine has more than nothing (resource, value)"
    KUBEADM = "kubeadm sends the machine away, in the words of the message ()"
    RECORDING = "a recording cannot be changed ()"


class RefusedOrder(ApiError):  # noqa: N818 - it is an answer, not a fault of the program
    """An order that is not carried out. ``message``: in English; ``fields``: what a sentence of other words names."""

    def __init__(self, why: Why, message: str, *, code: int = 400, reason: str = "BadRequest", **fields: str) -> None:
        super().__init__(code, reason, message)
        self.why, self.fields = why, fields
