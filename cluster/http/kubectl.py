"""The real ``kubectl`` of this machine, run for one command that somebody has typed on a page.

A person types ``kubectl`` in a terminal of their own, with a kubeconfig. Here the server starts it for them, as that person would:
it comes in through the API's own port with the administrator's kubeconfig, and what it asks is seen as anybody's requests are.
What it may be told is judged before (``dashboard/kubectl_line.py``). It has a home of its own in the data folder, so that neither
somebody's ``~/.kube`` nor a proxy of the environment has a say, no input, and no shell around it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cluster.http import kubeconfig
from cluster.http.pki import Pki

SECONDS = 20.0
"""How long a command may take, by the wall."""
OUTPUT_LIMIT = 128 * 1024
"""Bytes of what a command prints that are shown."""
AT_ONCE = 2
"""Commands that run at the same time, of all pages; others wait."""


class NoKubectlError(Exception):
    """This machine has no ``kubectl``, or it cannot be started; says why, or nothing when there is none."""


class Output(NamedTuple):
    """What a command has printed, both streams in their order. ``code``: its exit code, None when it did not end in time;
    ``is_cut``: there was more than ``OUTPUT_LIMIT``."""

    text: str
    code: int | None
    is_cut: bool


@dataclass(frozen=True)
class Kubectl:
    """Runs commands against the API of this process. ``program``: a name or path; ``server``: ``https://host:port``;
    ``home``: a folder that is made when it is needed."""

    program: str
    server: str
    pki: Pki
    home: Path
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def run(self, cluster: str, arguments: Sequence[str]) -> Output:
        """Run a command and return what it has printed. It ends with whoever waits for it. Raises NoKubectlError."""
        program = shutil.which(self.program)
        if program is None:
            raise NoKubectlError
        async with self._places:
            try:
                process = await self._started(program, cluster, arguments)
            except OSError as error:
                raise NoKubectlError(str(error)) from error
            try:
                return await _read(process)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()

    async def _started(self, program: str, cluster: str, arguments: Sequence[str]) -> asyncio.subprocess.Process:
        self.home.mkdir(parents=True, exist_ok=True)
        config = self.home / f"{cluster}.yaml"
        kubeconfig.write(config, kubeconfig.kubeconfig(cluster, self.server, self.pki))
        return await asyncio.create_subprocess_exec(
            program,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=self.home,
            env={"HOME": str(self.home), "KUBECONFIG": str(config), "PATH": os.defpath},
        )


async def _read(process: asyncio.subprocess.Process) -> Output:
    """Return what a process prints until it ends, has printed enough or has taken too long."""
    assert process.stdout is not None
    printed = bytearray()
    code = None
    try:
        async with asyncio.timeout(SECONDS):
            while len(printed) <= OUTPUT_LIMIT and (some := await process.stdout.read(OUTPUT_LIMIT)):
                printed += some
            if len(printed) <= OUTPUT_LIMIT:
                code = await process.wait()
    except TimeoutError:
        pass
    is_cut = len(printed) > OUTPUT_LIMIT
    return Output(bytes(printed[:OUTPUT_LIMIT]).decode(errors="replace"), 0 if is_cut else code, is_cut)
