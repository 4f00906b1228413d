"""Pull policies, back-offs and the words of an image's Events."""

from __future__ import annotations

import pytest

from cluster.cni.host_local import HostLocal
from cluster.container_runtime.containerd import Containerd
from cluster.engine.engine import Engine
from cluster.kubelet.images import ImageFailure, ImageManager, go_duration, should_pull
from cluster.machinery.cri import Image, PodSandboxConfig
from tests.unit.node_room import Disk, engine, run, seconds

POLICIES = [
    ("Always", False, True),
    ("Always", True, True),
    ("IfNotPresent", False, True),
    ("IfNotPresent", True, False),
    ("Never", False, False),
    ("Never", True, False),
]


@pytest.mark.parametrize(("policy", "is_present", "expected"), POLICIES)
def test_should_pull(policy: str, is_present: bool, expected: bool) -> None:
    assert should_pull(policy, is_present) is expected


DURATIONS = [
    (0, "0s"),
    (0.0004, "0s"),
    (0.85, "850ms"),
    (1, "1s"),
    (1.5, "1.5s"),
    (12.345, "12.345s"),
    (60, "1m0s"),
    (62.5, "1m2.5s"),
    (3600, "1h0m0s"),
]


@pytest.mark.parametrize(("length", "text"), DURATIONS)
def test_go_duration(length: float, text: str) -> None:
    assert go_duration(length) == text


class Node:
    """An ImageManager on a runtime, what it told and what it answered, with the moment."""

    def __init__(self) -> None:
        self.engine: Engine = engine()
        disk = Disk()
        self.images = ImageManager(Containerd("n1", self.engine, disk, HostLocal(disk)), self.engine.clock)
        self.told: list[tuple[float, str, str]] = []
        self.answers: list[tuple[float, str, str]] = []

    def ensure(self, image: str, policy: str = "IfNotPresent", uid: str = "u1") -> None:
        container = {"name": "c", "image": image, "imagePullPolicy": policy}
        self.images.ensure_image_exists(container, PodSandboxConfig("default", "web", uid), self._tell, self._ready)

    def _tell(self, container: str, type: str, reason: str, message: str) -> None:
        self.told.append((round(seconds(self.engine), 3), f"{type} {reason}", message))

    def _ready(self, result: Image | ImageFailure) -> None:
        answer = ("ready", result.tag) if isinstance(result, Image) else (result.reason, result.message)
        self.answers.append((round(seconds(self.engine), 3), *answer))


def test_a_pull_and_an_image_that_is_there() -> None:
    node = Node()
    node.ensure("nginx:1.25")
    run(node.engine, 5)
    node.ensure("nginx:1.25")
    node.ensure("nginx:1.25", "Always")
    run(node.engine, 5)
    words = "Image size: 72188133 bytes."
    assert node.told == [
        (0.0, "Normal Pulling", 'Pulling image "nginx:1.25"'),
        (1.5, "Normal Pulled", f'Successfully pulled image "nginx:1.25" in 1.5s (1.5s including waiting). {words}'),
        (5.0, "Normal Pulled", 'Container image "nginx:1.25" already present on machine and can be accessed by the pod'),
        (5.0, "Normal Pulling", 'Pulling image "nginx:1.25"'),
        (5.3, "Normal Pulled", f'Successfully pulled image "nginx:1.25" in 300ms (300ms including waiting). {words}'),
    ]
    assert node.answers == [(moment, "ready", "docker.io/library/nginx:1.25") for moment in (1.5, 5.0, 5.3)]


def test_pulls_wait_for_each_other() -> None:
    node = Node()
    node.ensure("nginx:1.25")
    node.ensure("redis:7", uid="u2")
    run(node.engine, 5)
    assert node.told[-1] == (
        2.8,
        "Normal Pulled",
        'Successfully pulled image "redis:7" in 1.3s (2.8s including waiting). Image size: 52000000 bytes.',
    )


def test_an_image_that_does_not_exist_backs_off() -> None:
    node = Node()
    for wait in (5, 5, 20):  # asked at 0, 5 and 10.9
        node.ensure("does-not-exist")
        run(node.engine, wait + (0.9 if wait == 5 and len(node.answers) == 2 else 0))
    name = "docker.io/library/does-not-exist:latest"
    error = (
        f'failed to pull and unpack image "{name}": failed to resolve reference "{name}": pull access '
        "denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed"
    )
    back_off = 'Back-off pulling image "does-not-exist"'
    assert node.answers == [
        (0.8, "ErrImagePull", error),
        (5.0, "ImagePullBackOff", f"{back_off}: ErrImagePull: {error}"),
        (11.7, "ErrImagePull", error),
    ]
    assert node.told[1:5] == [
        (0.8, "Warning Failed", f'Failed to pull image "does-not-exist": {error}'),
        (0.8, "Warning Failed", "Error: ErrImagePull"),
        (5.0, "Normal BackOff", back_off),
        (5.0, "Warning Failed", "Error: ImagePullBackOff"),
    ]


def test_never_means_never() -> None:
    node = Node()
    node.ensure("nginx", "Never")
    message = 'Container image "nginx" is not present with pull policy of Never'
    assert node.answers == [(0.0, "ErrImageNeverPull", message)]
    assert node.told == [(0.0, "Warning ErrImageNeverPull", message), (0.0, "Warning Failed", "Error: ErrImageNeverPull")]


LOWER = 'Failed to apply default image tag "Nginx:1": couldn\'t parse image name "Nginx:1": invalid reference format: repository name'


def test_a_name_that_is_none() -> None:
    node = Node()
    node.ensure("Nginx:1")
    message = f"{LOWER} (library/Nginx) must be lowercase"
    assert node.answers == [(0.0, "InvalidImageName", message)]
    assert node.told == [(0.0, "Warning InspectFailed", message), (0.0, "Warning Failed", "Error: InvalidImageName")]
