"""Getting an image onto the node: pull policy, one pull at a time, back-off and the words of its Events.

Differs from upstream in that no registry asks for credentials: a pull secret that is missing is told of, and the pull succeeds.
Upstream: ``pkg/kubelet/images/image_manager.go`` and ``puller.go``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cluster.client.backoff import Backoff
from cluster.engine.clock import Clock
from cluster.machinery.cri import ContainerRuntime, CriError, Image, PodSandboxConfig
from cluster.machinery.image_names import fault_of
from cluster.machinery.meta import SECOND, Obj, SimTime

RETRY_SECONDS = 2.0
"""Until the kubelet looks at a failed pull again and finds it in back-off. Upstream's pod worker takes 10 to 15 s."""


@dataclass(frozen=True, slots=True)
class ImageFailure:
    """Why a container has no image: a waiting reason and its message, and in how many seconds to look again."""

    reason: str
    message: str
    retry_seconds: float


class PodEvents(Protocol):
    """Tells something about a container of a pod: (container name, type, reason, message)."""

    def __call__(self, container: str, type: str, reason: str, message: str) -> None: ...


Ready = Callable[[Image | ImageFailure], None]


@dataclass(frozen=True, slots=True)
class _Pull:
    image: str
    config: PodSandboxConfig
    asked: SimTime
    done: Callable[[Image | CriError, float, float], None]


def should_pull(policy: str, is_present: bool) -> bool:
    """Whether the policy asks for a pull; the API server has filled in a policy that nobody gave."""
    return policy == "Always" or (policy != "Never" and not is_present)


def go_duration(seconds: float) -> str:
    """Write a duration, to the millisecond, as Go prints it: ``850ms``, ``1.5s``, ``1m2.5s``, ``1h0m0s``."""
    milliseconds = round(seconds * 1000)
    if milliseconds < 1000:
        return f"{milliseconds}ms" if milliseconds else "0s"
    minutes, rest = divmod(milliseconds, 60_000)
    text = f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "s"
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text


class ImageManager:
    """The images of one node, as its kubelet sees to them. Pulls are made one after the other (serializeImagePulls)."""

    def __init__(self, runtime: ContainerRuntime, clock: Clock) -> None:
        self._runtime, self._clock = runtime, clock
        self._backoff = Backoff()
        self._failures: dict[str, str] = {}
        self._pulls: deque[_Pull] = deque()

    def ensure_image_exists(self, container: Obj, config: PodSandboxConfig, tell: PodEvents, ready: Ready) -> None:
        """Call ``ready`` with the image, or with why there is none, now or when the pull is over."""
        name, image = container["name"], container["image"]
        fault = fault_of(image)
        if fault:
            tell(name, "Warning", "InspectFailed", fault)
            tell(name, "Warning", "Failed", "Error: InvalidImageName")
            ready(ImageFailure("InvalidImageName", fault, 10.0))
            return
        present = self._runtime.image_status(image)
        policy = container.get("imagePullPolicy", "IfNotPresent")
        if not should_pull(policy, present is not None):
            if present is None:
                message = f'Container image "{image}" is not present with pull policy of Never'
                tell(name, "Warning", "ErrImageNeverPull", message)
                tell(name, "Warning", "Failed", "Error: ErrImageNeverPull")
                ready(ImageFailure("ErrImageNeverPull", message, 10.0))
                return
            tell(name, "Normal", "Pulled", f'Container image "{image}" already present on machine and can be accessed by the pod')
            ready(present)
            return
        key, now = f"{config.uid}_{image}", self._clock.now
        if key in self._backoff and (left := self._backoff.remaining(key, self._backoff.updated(key), now)) > 0:
            message = f'Back-off pulling image "{image}"'
            tell(name, "Normal", "BackOff", message)
            tell(name, "Warning", "Failed", "Error: ImagePullBackOff")
            ready(ImageFailure("ImagePullBackOff", f"{message}: ErrImagePull: {self._failures[key]}", left))
            return
        tell(name, "Normal", "Pulling", f'Pulling image "{image}"')

        def done(result: Image | CriError, pulling: float, waited: float) -> None:
            if isinstance(result, CriError):
                tell(name, "Warning", "Failed", f'Failed to pull image "{image}": {result}')
                tell(name, "Warning", "Failed", "Error: ErrImagePull")
                self._backoff.next(key, self._clock.now, self._clock.now)
                self._failures[key] = str(result)
                ready(ImageFailure("ErrImagePull", str(result), RETRY_SECONDS))
                return
            took = f"{go_duration(pulling)} ({go_duration(waited)} including waiting)"
            tell(name, "Normal", "Pulled", f'Successfully pulled image "{image}" in {took}. Image size: {result.size} bytes.')
            ready(result)

        self._pulls.append(_Pull(image, config, now, done))
        if len(self._pulls) == 1:
            self._pull_next()

    def _pull_next(self) -> None:
        pull, began = self._pulls[0], self._clock.now

        def pulled(result: Image | CriError) -> None:
            self._pulls.popleft()
            if self._pulls:
                self._pull_next()
            pull.done(result, (self._clock.now - began) / SECOND, (self._clock.now - pull.asked) / SECOND)

        self._runtime.pull_image(pull.image, pull.config, pulled)
