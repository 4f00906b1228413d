"""Names of images, and the table of what images are and do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.container_runtime.image_file import SHIPPED, ImageTableError, image_table, read_rows
from cluster.container_runtime.image_table import Answer, ImageTable, curve_at, first_moment
from cluster.container_runtime.images import digest_ref, normalized, parse, refusal

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


ROWS = {
    "a repository": ("nginx:1.27", (72_188_133, [80])),
    "with its registry": ("docker.io/library/nginx", (72_188_133, [80])),
    "a tag of its own": ("gcr.io/google-samples/hello-app:2.0", (13_000_000, [8080])),
    "like another": ("alpine", (3_600_000, [])),
    "one that nobody has described": ("example.com/shop/cart:3", (60_000_000, [])),
}


@pytest.mark.parametrize(("image", "expected"), ROWS.values(), ids=ROWS.keys())
def test_rows(image: str, expected: tuple[int, list[int]]) -> None:
    row = image_table().row(image)
    assert (row.size, [port.port for port in row.ports]) == expected


def test_a_tag_may_differ_from_its_repository() -> None:
    table = image_table()
    bodies = [table.row(f"google-samples/hello-app:{tag}").ports[0].answers[0].body.split("\n")[1] for tag in ("1.0", "2.0")]
    assert bodies == ["Version: 1.0.0", "Version: 2.0.0"]


def test_every_field_of_the_shipped_table_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "images.md").read_text()
    fields = {line.split(":")[0].strip("- {") for line in SHIPPED.read_text().splitlines() if line.startswith("    ") and ":" in line}
    known = {
        "size",
        "pull",
        "start",
        "tools",
        "command",
        "programs",
        "env",
        "files",
        "log",
        "ports",
        "cpu",
        "memory",
        "exits",
        "stop",
        "shell",
    }
    assert [field for field in sorted(fields & known) if f"`{field}`" not in text] == []


def test_a_teachers_file_adds_and_replaces(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("images:\n  school/app:\n    like: nginx\n    memory: [[0, 10Mi], [60, 30Mi]]\n  redis: {size: 1M}\n")
    table = image_table(str(file))
    app = table.row("registry.school/school/app:1")
    assert (app.ports, app.memory, table.row("redis").size, table.row("httpd").size) == (
        table.row("nginx").ports,
        ((0.0, 10 << 20), (60.0, 30 << 20)),
        1_000_000,
        45_000_000,
    )


A = "t.yaml, line 1: image a: "
FAULTS = {
    "no YAML": ("images: [", "t.yaml, line 2: did not find expected node content: correct the YAML"),
    "no images": ("rows: {}", "t.yaml: expected one map 'images' from image names to rows: see docs/images.md"),
    "a second document": (
        "images: {a: {}}\n---\nimages: {b: {}}",
        "t.yaml, line 3: there is a second document: write all images below one 'images:', without '---'",
    ),
    "an image twice": ("images:\n  a: {}\n  a: {}", "t.yaml, line 3: 'a' is there already: keep one of the two"),
    "a name that no pod can ask for": (
        "images: {School/A: {}}",
        "t.yaml, line 1: image School/A: the row: is no name of an image (repository name (School/A) must be lowercase): "
        "write it as in 'image:' of a pod",
    ),
    "an unknown field": ("images:\n  a:\n    sise: 3", "t.yaml, line 3: image a: sise: there is no field 'sise': write 'size'"),
    "an unknown field of a port": (
        "images:\n  a:\n    ports:\n      - port: 80\n      - prot: 81",
        "t.yaml, line 5: image a: ports[1].prot: there is no field 'prot': write 'port'",
    ),
    "all faults at once": (
        "images:\n  a: {pull: 3s}\n  b: {stop: ignore}",
        "t.yaml, line 2: image a: pull: '3s' is no number of seconds: give a number that is not negative\n"
        "t.yaml, line 3: image b: stop: 'ignore' is no way to end: write 'ignored', or give it fields of seconds, code",
    ),
    "a wrong amount": (
        "images: {a: {size: big}}",
        f"{A}size: 'big' is no quantity: write it as Kubernetes does: 100m, 60M, 128Mi",
    ),
    "a negative amount": ("images: {a: {memory: -1Mi}}", f"{A}memory: -1Mi is negative: give an amount that a node may have"),
    "an amount that nobody has": (
        "images: {a: {memory: 1E}}",
        f"{A}memory: 1E is more than any machine has: give an amount that a node may have",
    ),
    "a wrong port": (
        "images: {a: {ports: [{port: 99999}]}}",
        f"{A}ports[0].port: 99999 is no port: give a number from 1 to 65535",
    ),
    "a port twice": (
        "images: {a: {ports: [{port: 80}, {port: 80}]}}",
        f"{A}ports[1].port: its program listens on 80 already: put all answers of a port below it",
    ),
    "a wrong code": (
        "images: {a: {ports: [{port: 80, answers: [{code: 20}]}]}}",
        f"{A}ports[0].answers[0].code: 20 is no status code: give a number from 100 to 599",
    ),
    "an answer without a slash": (
        "images: {a: {ports: [{port: 80, answers: [{path: healthz}]}]}}",
        f"{A}ports[0].answers[0].path: 'healthz' is no path: write '/healthz'",
    ),
    "an answer that nobody gets": (
        "images: {a: {ports: [{port: 80, answers: [{path: /*, after: 5}, {path: /a, after: 6}]}]}}",
        f"{A}ports[0].answers[1]: nobody ever gets it, since answers[0] takes /*: put it before that one",
    ),
    "an answer that ends before it begins": (
        "images: {a: {ports: [{port: 80, answers: [{after: 5, until: 5}]}]}}",
        f"{A}ports[0].answers[0].until: 5 is not later than after (5): give a later second",
    ),
    "a name that nobody knows": (
        "images: {a: {ports: [{port: 80, answers: [{body: '${hostnam}'}]}]}}",
        f"{A}ports[0].answers[0].body: nothing is known of ${{hostnam}} here: write ${{hostname}}, or $${{hostnam}} for the text itself",
    ),
    "a request in the log": (
        "images: {a: {log: ['${query.name}']}}",
        f"{A}log[0].line: nothing is known of ${{query.name}} here: choose of hostname, image, ip, ",
    ),
    "a flag as a text": ("images: {a: {env: {DEBUG: yes}}}", f"{A}env.DEBUG: true is no text: put it in quotes"),
    "a file without a slash": ("images: {a: {files: {etc/x: y}}}", f"{A}files.etc/x: 'etc/x' is no path: write '/etc/x'"),
    "a curve that goes back": (
        "images: {a: {memory: [[5, 1Mi], [1, 2Mi]]}}",
        f"{A}memory[1]: is not later than the point before: put the points in order of time",
    ),
    "a curve without points": (
        "images: {a: {cpu: []}}",
        f"{A}cpu[0]: is no pair: write [seconds, amount], for instance [[0, 20Mi], [60, 200Mi]]",
    ),
    "an unknown base": (
        "images: {a: {like: b}}",
        f"{A}like: there is no image 'b' before this one: name an image that has a row above",
    ),
    "a base that is no name": (
        "images: {a: {like: [b]}}",
        f"{A}like: there is no image ['b'] before this one: name an image that has a row above",
    ),
    "a row that is no map": ("images: {a: 3}", f"{A}the row: is no map: give it fields of "),
    "an unknown tool": ("images: {a: {tools: [vim]}}", f"{A}tools: there is no tool 'vim': choose of none, busybox, debian, "),
    "negative seconds": (
        "images: {a: {start: -1}}",
        f"{A}start: -1 is no number of seconds: give a number that is not negative",
    ),
    "seconds without end": ("images: {a: {start: 1e300}}", f"{A}start: 1e+300 seconds are more than ten years: give at most 315360000"),
}


@pytest.mark.parametrize(("text", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_say_where_and_what_to_do(text: str, words: str) -> None:
    with pytest.raises(ImageTableError) as caught:
        read_rows(text, "t.yaml", {})
    found = str(caught.value)
    assert (found[: len(words)], found.count("\n")) == (words, words.count("\n"))


SPELLINGS = {"with library/": "library/shop", "with its registry": "docker.io/library/shop", "as people write it": "shop"}


@pytest.mark.parametrize("name", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_row_is_found_however_its_name_is_spelled(name: str) -> None:
    assert ImageTable(read_rows(f"images: {{{name}: {{size: 5}}}}", "t.yaml", {})).row("shop:1").size == 5


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(ImageTableError, match=r"^/none\.yaml: .*: give PODIUM_IMAGES the path of a YAML file that can be read$"):
        image_table("/none.yaml")


def test_answers_have_defaults() -> None:
    rows = read_rows("images: {a: {ports: [{port: 80, answers: [{}]}]}}", "t.yaml", {})
    assert rows["a"].ports[0].answers == (Answer("/*", 200, "", {}, 0.0, 0.0, 0.0, float("inf")),)


CURVE = ((0.0, 100), (10.0, 200), (20.0, 50))
CURVES = {
    "at the beginning": (0.0, 100),
    "on the way up": (5.0, 150),
    "at a point": (10.0, 200),
    "on the way down": (15.0, 125),
    "after the last point": (99.0, 50),
}


@pytest.mark.parametrize(("seconds", "expected"), CURVES.values(), ids=CURVES.keys())
def test_curves(seconds: float, expected: int) -> None:
    assert curve_at(CURVE, seconds) == expected


@pytest.mark.parametrize(("above", "expected"), [(150, 5.0), (99, 0.0), (200, None)], ids=["on the way", "from the start", "never"])
def test_when_a_curve_passes_a_limit(above: int, expected: float | None) -> None:
    assert first_moment(CURVE, above) == expected
