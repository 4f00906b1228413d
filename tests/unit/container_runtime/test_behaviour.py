"""What a container does, by its image, command and annotations."""

from __future__ import annotations

import pytest

from cluster.container_runtime.behaviour import EXIT_CODE, RUN_SECONDS, behaviour
from cluster.container_runtime.command import interpret
from cluster.container_runtime.images import digest_ref, normalized, parse, refusal, row
from cluster.machinery.cri import ContainerConfig

NAMES = {
    "nginx": ("docker.io", "library/nginx", ":latest"),
    "nginx:1.25": ("docker.io", "library/nginx", ":1.25"),
    "bitnami/redis:7": ("docker.io", "bitnami/redis", ":7"),
    "registry.k8s.io/pause:3.10": ("registry.k8s.io", "pause", ":3.10"),
    "localhost:5000/web": ("localhost:5000", "web", ":latest"),
    "localhost/web:2": ("localhost", "web", ":2"),
    "nginx@sha256:abc": ("docker.io", "library/nginx", "@sha256:abc"),
    "nginx:1.25@sha256:abc": ("docker.io", "library/nginx", "@sha256:abc"),
}


@pytest.mark.parametrize(("name", "expected"), NAMES.items(), ids=NAMES.keys())
def test_image_names(name: str, expected: tuple[str, str, str]) -> None:
    assert parse(name) == expected
    assert normalized(name) == f"{expected[0]}/{expected[1]}{expected[2]}"


def test_one_image_has_one_digest_however_it_is_spelled() -> None:
    assert digest_ref("nginx") == digest_ref("docker.io/library/nginx:latest") != digest_ref("nginx:1.25")
    assert digest_ref("nginx@sha256:abc") == "docker.io/library/nginx@sha256:abc"


REFUSALS = {
    "nginx": None,
    "example/does-not-exist": (
        'failed to pull and unpack image "docker.io/example/does-not-exist:latest": failed to resolve reference '
        '"docker.io/example/does-not-exist:latest": pull access denied, repository does not exist or may require authorization: '
        "server message: insufficient_scope: authorization failed"
    ),
    "nginx:does-not-exist": (
        'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:does-not-exist": failed to '
        'resolve reference "docker.io/library/nginx:does-not-exist": docker.io/library/nginx:does-not-exist: not found'
    ),
}


@pytest.mark.parametrize(("image", "expected"), REFUSALS.items(), ids=REFUSALS.keys())
def test_the_registry_refuses_what_does_not_exist(image: str, expected: str | None) -> None:
    found = refusal(image)
    assert (None if found is None else str(found)) == expected


COMMANDS: dict[str, tuple[list[str], tuple[float | None, int, list[str], bool]]] = {
    "sleep": (["sleep", "5"], (5, 0, [], True)),
    "sleep with a unit": (["/bin/sleep", "2m"], (120, 0, [], True)),
    "sleep infinity": (["sleep", "infinity"], (None, 0, [], True)),
    "true": (["true"], (0, 0, [], True)),
    "false": (["false"], (0, 1, [], True)),
    "echo": (["echo", "hello", "world"], (0, 0, ["hello world"], True)),
    "exit in a shell": (["sh", "-c", "exit 1"], (0, 1, [], True)),
    "a sequence": (["sh", "-c", "sleep 3; exit 2"], (3, 2, [], True)),
    "lines": (["/bin/sh", "-c", "echo a\nsleep 1\necho b\nfalse"], (1, 1, ["a", "b"], True)),
    "&& after success": (["sh", "-c", "sleep 1 && echo done"], (1, 0, ["done"], True)),
    "&& after failure": (["sh", "-c", "false && sleep 9"], (0, 1, [], True)),
    "|| after failure": (["sh", "-c", "false || sleep 9"], (9, 0, [], True)),
    "|| after success": (["sh", "-c", "true || sleep 9"], (0, 0, [], True)),
    "exit keeps the last code": (["sh", "-c", "false; exit"], (0, 1, [], True)),
    "nothing after exit": (["sh", "-c", "exit 0; sleep 9"], (0, 0, [], True)),
    "a loop": (["sh", "-c", "while true; do date; sleep 1; done"], (None, 0, [], True)),
    "a shell alone": (["sh"], (0, 0, [], True)),
    "another program": (["python", "app.py"], (None, 0, ["simulation: python is not simulated; the container runs on"], False)),
}


@pytest.mark.parametrize(("argv", "expected"), COMMANDS.values(), ids=COMMANDS.keys())
def test_commands(argv: list[str], expected: tuple[float | None, int, list[str], bool]) -> None:
    run = interpret(argv)
    assert (run.seconds, run.exit_code, [line for _, line in run.log], run.ignores_term) == expected


def config(image: str, **fields: tuple[str, ...]) -> ContainerConfig:
    return ContainerConfig("c", image, 0, fields.get("command", ()), fields.get("args", ()))


# run seconds, exit code, seconds from SIGTERM to the end
BEHAVIOURS = {
    "nginx runs on and stops when told": (config("nginx"), {}, (None, 0, 0.5)),
    "an unknown image runs on": (config("example.com/shop/cart:3"), {}, (None, 0, 0.5)),
    "hello-world ends": (config("hello-world"), {}, (0.1, 0, 0.5)),
    "busybox alone ends at once": (config("busybox"), {}, (0.0, 0, None)),
    "arguments of a shell image are a command": (config("busybox", args=("sleep", "7")), {}, (7, 0, None)),
    "arguments of another image are its program's": (config("nginx", args=("sleep", "7")), {}, (None, 0, 0.5)),
    "a command replaces the image's program": (config("nginx", command=("sh", "-c"), args=("exit 4",)), {}, (0, 4, None)),
    "postgres runs without a password, too": (config("postgres:16"), {}, (None, 0, 0.5)),
    "the annotations come first": (config("nginx", command=("sleep", "9")), {EXIT_CODE: "3", RUN_SECONDS: "2"}, (2, 3, 0.5)),
    "an exit code alone comes soon": (config("nginx"), {EXIT_CODE: "1"}, (0.2, 1, 0.5)),
    "run-seconds alone ends well": (config("nginx"), {RUN_SECONDS: "1.5"}, (1.5, 0, 0.5)),
    "an annotation that is no number says nothing": (config("nginx"), {RUN_SECONDS: "soon"}, (0.2, 0, 0.5)),
}


@pytest.mark.parametrize(("container", "annotations", "expected"), BEHAVIOURS.values(), ids=BEHAVIOURS.keys())
def test_behaviour(container: ContainerConfig, annotations: dict[str, str], expected: tuple[float | None, int, float | None]) -> None:
    found = behaviour(container, annotations)
    assert (found.run_seconds, found.exit_code, found.stop_seconds) == expected
    assert found.start_seconds == row(container.image).start_seconds
