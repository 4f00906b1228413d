"""docs/settings.md lists every PODIUM_* variable that is read anywhere, and no other; the settings follow them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
VARIABLE = re.compile(r"\bPODIUM_[A-Z]+(?:_[A-Z]+)*\b")
FOLDERS = ("cluster", "dashboard", "scripts", "tests")


def sources() -> list[Path]:
    """Every file that may read a variable."""
    found = [ROOT / name for name in ("manage.py", "Makefile", ".ci/run")]
    for folder in FOLDERS:
        found += (path for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".sh") and "node_modules" not in path.parts)
    return [path for path in found if path.is_file()]


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    documented = set(re.findall(r"^\| `(PODIUM_\w+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"), re.MULTILINE))
    read = {name for path in sources() for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}
    assert read - documented == set(), "read, not documented"
    assert documented - read == set(), "documented, read nowhere"


def settings_with(tmp_path: Path, expression: str, **variables: str) -> str:
    """What an expression of the settings is in a process of its own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PODIUM_")}
    environment = {**inherited, "PODIUM_DATA": str(tmp_path), **variables}
    call = [sys.executable, "-c", f"from dashboard import settings; print({expression})"]
    return subprocess.run(call, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize(
    ("variables", "expression", "expected"),
    [
        pytest.param(
            {},
            "settings.BIND, settings.DEBUG, settings.ALLOWED_HOSTS, len(settings.SECRET_KEY)",
            "127.0.0.1 False ['127.0.0.1', 'localhost', '[::1]'] 64",
            id="nothing is set: this machine only",
        ),
        pytest.param(
            {},
            "settings.DATABASES['default']['OPTIONS']['transaction_mode'], settings.CHANNEL_LAYERS['default']['BACKEND']",
            "IMMEDIATE channels.layers.InMemoryChannelLayer",
            id="nothing is set: one process",
        ),
        pytest.param(
            {"PODIUM_DATABASE": "postgresql://u:p@db/podium", "PODIUM_REDIS": "redis://r:6379/0"},
            "settings.DATABASES['default']['ENGINE'], settings.CHANNEL_LAYERS['default']['CONFIG']['hosts']",
            "django.db.backends.postgresql ['redis://r:6379/0']",
            id="many processes",
        ),
        pytest.param(
            {"PODIUM_ALLOWED_HOSTS": " a.example, b.example ,", "PODIUM_DEBUG": "1", "PODIUM_SECRET_KEY": "given"},
            "settings.ALLOWED_HOSTS, settings.DEBUG, settings.SECRET_KEY",
            "['a.example', 'b.example'] True given",
            id="names, debug mode and secret are given",
        ),
    ],
)
def test_the_settings_follow_the_variables(tmp_path: Path, variables: dict[str, str], expression: str, expected: str) -> None:
    unpacked = expression if expression.startswith("(") else f"*({expression},)"
    assert settings_with(tmp_path, unpacked, **variables) == expected


def test_an_unsafe_server_beyond_loopback_does_not_start(tmp_path: Path) -> None:
    environment = {**os.environ, "PODIUM_DATA": str(tmp_path), "PODIUM_BIND": "0.0.0.0", "PODIUM_ALLOWED_HOSTS": "*"}
    for call in (["-c", "import dashboard.asgi"], ["manage.py", "check"]):
        finished = subprocess.run([sys.executable, *call], cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
        assert finished.returncode != 0
        assert "Every Host header would be accepted and the server would listen on 0.0.0.0." in finished.stderr
