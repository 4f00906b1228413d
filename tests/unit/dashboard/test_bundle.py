"""The page's modules as one script."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboard.export.bundle import CannotBundleError, bundle
from dashboard.export.single_file import ENTRY, REPLACED

STATIC = Path(__file__).resolve().parents[3] / "static"
LIB = "export const base = 2;\nexport function twice(n) {\n  return base * n;\n}\n"


def of(**modules: str) -> str:
    """Bundle modules whose names have no dots and slashes."""
    paths = {f"js/{name}.js": text for name, text in modules.items()}
    return bundle("js/main.js", paths.__getitem__)


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js on the path: the script is not run")
@pytest.mark.parametrize(
    ("main", "said"),
    [
        ('import { twice } from "./lib.js";\nconsole.log(twice(4));\n', "8"),
        ('import { base as two, twice } from "./lib.js";\nconsole.log(two, twice(two));\n', "2 4"),
        ('import {\n  base,\n  twice,\n} from "./lib.js";\nconsole.log(base + twice(1));\n', "4"),
        ('import { again } from "./other.js";\nimport { twice } from "./lib.js";\nconsole.log(again === twice);\n', "true"),
        ("console.log(typeof base);\n", "undefined"),
        ('const late = async () => {\n  const { twice } = await import("./lib.js");\n  console.log(twice(3));\n};\nlate();\n', "6"),
    ],
    ids=["a function", "another name", "over several lines", "a module that two need is there once", "what is not imported", "a late one"],
)
def test_the_script_does_what_the_modules_do(main: str, said: str) -> None:
    other = 'import { twice } from "./lib.js";\nexport const again = twice;\n'
    script = of(main=main, lib=LIB, other=other)
    ran = subprocess.run(["node", "--input-type=module", "-"], input=script, capture_output=True, text=True, check=False)
    assert (ran.stdout.strip(), ran.stderr) == (said, "")


def test_what_only_readers_need_is_left_out_and_nothing_that_is_quoted() -> None:
    quoted = ("http://x/*y*/", "a // b /** @type {c} */ d", '/a  "b/', "`  y // z`")
    main = (
        "// @ts-check\n/** gone @type {number} */\nconst one = f(); // gone\n  /**\n   * gone\n   */\n"
        "  if (one) {\n    // gone\n    tell(one);\n  }\n\n\n"
        "const two = /** @type {gone} */ (/** @type {gone} */ (one()).toString()).trim();\n/** gone. */\n"
        f'const text = "{quoted[1]}"; // "gone"\ntell(two, "{quoted[0]}", text, {quoted[2]}.test(text), `x ${{two({quoted[3]})}}`);\n'
    )
    script = of(main=main)
    assert ([text for text in ("gone", "\n", "one (", "{ ") if text in script], [text for text in quoted if text not in script]) == ([], [])


def test_modules_that_stay_apart_are_loaded_from_where_they_lie() -> None:
    main = 'import { base as two } from "../vendor/lib.js";\nexport const more = async () => (await import("./later.js")).x + two;\n'
    script = bundle(
        "js/main.js", {"js/main.js": main}.__getitem__, apart={"vendor/lib.js": "vendor/lib.js", "js/later.js": "js/later.joined.js"}
    )
    assert script == (
        'import*as $0 from"../vendor/lib.js";const $1=(()=>{let{base:two}=$0,more=async()=>(await import(`./later.joined.js`)).x+two;'
        "return{more}})();export const more=$1.more;"
    )


@pytest.mark.parametrize(
    ("main", "message"),
    [
        ('import lib from "./lib.js";\n', 'js/main.js: import lib from "./lib.js";'),
        ('import * as lib from "./lib.js";\n', 'js/main.js: import * as lib from "./lib.js";'),
        ("export default 1;\n", "js/main.js: export default 1;"),
        ('export { base } from "./lib.js";\n', 'js/main.js: export { base } from "./lib.js";'),
        ("const later = import(name);\n", "js/main.js: import("),
        ('const later = import("./lib.js");\n', "js/main.js: import("),
        ("const here = import.meta.url;\n", "js/main.js: import.meta"),
        ('import { b } from "./circle.js";\nexport const a = 1;\n', "js/main.js needs js/circle.js needs js/main.js"),
        ("const text = `one\n// two`;\n", "js/main.js: a text of several lines"),
        ("const text = 'one\\\n  two';\n", "js/main.js: a text of several lines"),
        ("const = 1;\n", "a module is no JavaScript"),
        ('const text = "</SCRIPT>";\n', "a module contains what would end the script"),
        ('const text = "<!-- ";\n', "a module contains what would end the script"),
    ],
)
def test_what_is_not_understood_is_refused(main: str, message: str) -> None:
    with pytest.raises(CannotBundleError) as refused:
        of(main=main, lib=LIB, circle='import { a } from "./main.js";\nexport const b = a;\n')
    assert str(refused.value) == message


def test_all_of_the_page_can_be_put_into_one_script() -> None:
    script = bundle(ENTRY, lambda path: (STATIC / path).read_text(), REPLACED)
    assert re.findall(r"(?:^|[;}])(?:import|export)[ {*].{9}|\bimport\(", script) == []
    assert "codemirror" not in script
    assert len(script) < 400_000
