"""The pure modules of the page under ``node:test``, all in one process. Users never need Node; where there is none this is said aloud."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js on the path: the pure JavaScript modules are not tested")
def test_the_pure_modules_keep_their_tables() -> None:
    imports = "".join(f"import {json.dumps(path.as_uri())};" for path in sorted(HERE.glob("*.test.js")))
    ran = subprocess.run(["node", "--input-type=module", "--eval", imports], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
