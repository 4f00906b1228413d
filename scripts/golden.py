"""The score against a real Kubernetes 1.36: ``make golden``.

Starts a server of its own (an empty data folder, free ports, real pace, rate 1, a bare cluster as the recorded one was), lets the
recording kit beside the project drive it over TLS with the administrator's token, and holds what was recorded against what the real
control plane did. Prints a line per section and leaves in ``build/golden/`` (OUT=): ``differences.txt``, ``scores.json``, the recording
and the kit's logs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.server import Server, running_demo  # noqa: E402 - found through the line above

SECTIONS = ("bad_requests", "discovery", "tables", "client_sessions", "scenarios", "scheduling")
PREFIX, RECORDED_PREFIX = "simulation.podium", "fake"
"""Of the annotations that steer simulated kubelets: ours, which the kit sends, and its own, which the recordings have."""
DECISIONS = "/simulation/v1/namespaces/{ns}/pods/{name}/decision"
RESULTS = Path("build", "golden")


def kit() -> Path:
    """Return the folder of the recording kit. Ends the program, and says what is missing, when it cannot be used."""
    shared = Path(os.environ.get("PODIUM_SHARED", ROOT.parent / "shared"))
    folder = shared / "golden"
    if not (folder / "record.py").exists():
        raise SystemExit(f"podium: no recordings in {folder}: put the kit there, or name the folder around it with PODIUM_SHARED=<folder>")
    missing = [name for name in ("requests", "urllib3", "yaml") if importlib.util.find_spec(name) is None]
    if missing:
        raise SystemExit(f"podium: the kit needs the Python packages {', '.join(missing)}: python -m pip install requests pyyaml")
    return folder


def newest_kubectl() -> str | None:
    """Return the newest kubectl: what PODIUM_TEST_KUBECTL names, else of those on the path and beside them (``kubectl.1.33``)."""
    named = os.environ.get("PODIUM_TEST_KUBECTL")
    if named:
        return shutil.which(named)
    found = shutil.which("kubectl")
    folders = [Path(folder) for folder in os.get_exec_path()] + ([Path(found).resolve().parent] if found else [])
    candidates = {path.resolve() for folder in folders if folder.is_dir() for path in folder.glob("kubectl*") if _is_kubectl(path)}
    return max((str(path) for path in candidates), key=_version, default=None)


def _is_kubectl(path: Path) -> bool:
    return re.fullmatch(r"kubectl(\.\d+(\.\d+)*)?", path.name) is not None and os.access(path, os.X_OK)


def _version(kubectl: str) -> tuple[int, ...]:
    """Return a kubectl's version; what only chooses between others by the server (a dispatcher) counts as none."""
    try:
        answer = subprocess.run([kubectl, "version", "--client", "-o", "json"], capture_output=True, timeout=30, check=True).stdout
        said = str(json.loads(answer)["clientVersion"]["gitVersion"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError):
        return ()
    return () if "dispatcher" in said else tuple(int(part) for part in re.findall(r"\d+", said)[:3])


def record(folder: Path, results: Path, server: Server, sections: list[str], only: list[str], environment: dict[str, str]) -> None:
    """Drive the server through some sections, each by a process of its own, so that one that fails spoils no other."""
    token = yaml.safe_load(server.kubeconfig.read_text())["users"][0]["user"]["token"]
    for section in sections:
        command = [sys.executable, str(folder / "record.py"), "--server", f"{server.api}/clusters/demo", "--token", token, "--insecure"]
        command += ["--prefix", PREFIX, "--decisions", DECISIONS, "--out", str(results / "recorded"), "--sections", section]
        command += ["--only", *only] if only else []
        with (results / f"{section}.log").open("w") as log:
            code = subprocess.run(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False).returncode
        found = results / "recorded" / f"{section}.json"
        if found.exists():
            found.write_text(found.read_text().replace(f'"{PREFIX}/', f'"{RECORDED_PREFIX}/'))
        if code:
            print(f"podium: the kit failed in {section}, see {results / f'{section}.log'}", flush=True)


def compare(folder: Path, results: Path, sections: list[str], only: list[str]) -> None:
    """Print the score of each section and write the differences down."""
    command = [sys.executable, "compare.py", "golden", str(results / "recorded"), "--show", "40", "--json", str(results / "scores.json")]
    command += ["--section", *sections]
    command += ["--case", *only] if only else []
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    differences, heading, scores = said.partition("section   ")
    (results / "differences.txt").write_text(differences)
    print(heading + scores, end="")
    print(f"differences: {results / 'differences.txt'}")


def main() -> None:
    """Record and compare what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sections", nargs="*", help=f"of {', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--only", nargs="*", default=[], help="only cases whose name contains one of these")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results (default: build/golden)")
    arguments = parser.parse_args()
    sections = list(arguments.sections or SECTIONS)
    unknown = [section for section in sections if section not in SECTIONS]
    if unknown:
        raise SystemExit(f"podium: there is no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as an exception: what was started is stopped on the way out
    source = kit()
    kubectl = newest_kubectl() if "client_sessions" in sections else None
    if kubectl is None and "client_sessions" in sections:
        print("podium: no kubectl found, so client_sessions is left out (PODIUM_TEST_KUBECTL=<path> names one)")
        sections.remove("client_sessions")
    results = (ROOT / arguments.out).resolve()
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="podium-golden-") as name:
        folder = Path(name) / "kit"
        shutil.copytree(source, folder, copy_function=shutil.copyfile)
        folder.chmod(0o755)
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        if kubectl is not None:
            programs = Path(name) / "bin"
            programs.mkdir()
            (programs / "kubectl").symlink_to(kubectl)
            environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
            print(f"kubectl: {kubectl}", flush=True)
        with running_demo(Path(name) / "data", pace="real", addons=False) as server:
            try:
                record(folder, results, server, sections, arguments.only, environment)
            finally:
                shutil.copyfile(Path(name) / "data.log", results / "server.log")
        compare(folder, results, sections, arguments.only)


if __name__ == "__main__":
    main()
