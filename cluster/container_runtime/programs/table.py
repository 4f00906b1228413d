"""Which programs an image holds, and where they are found."""

from __future__ import annotations

import posixpath
from collections.abc import Collection

from cluster.container_runtime.linux.files import FileSystem
from cluster.container_runtime.linux.kernel import NotRunnableError
from cluster.container_runtime.linux.process import Program
from cluster.container_runtime.programs import archive, basics, conditions, file_tools, name_tools, network_tools, servers, system, text
from cluster.container_runtime.programs.image_program import IMAGE, ImageProgram
from cluster.container_runtime.shell.machine import SHELL

FOLDERS = ("/bin", "/usr/bin", "/sbin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "")
_SHELLS = ("sh", "bash", "ash", "dash")

COMMON: dict[str, Program] = {
    "[": conditions.test, "basename": basics.basename, "cat": text.cat, "chgrp": file_tools.chmod, "chmod": file_tools.chmod,
    "chown": file_tools.chmod, "cp": file_tools.cp, "cut": text.cut, "date": basics.date, "dd": file_tools.dd, "df": file_tools.df,
    "dirname": basics.dirname, "du": file_tools.du, "echo": basics.echo, "egrep": text.grep, "env": basics.env, "expr": basics.expr,
    "false": basics.false, "fgrep": text.grep, "find": file_tools.find, "grep": text.grep, "head": text.head,
    "hostname": basics.hostname, "id": basics.identity, "kill": basics.kill, "ln": file_tools.ln, "ls": file_tools.ls,
    "md5sum": file_tools.checksum, "mkdir": file_tools.mkdir, "mount": file_tools.mount, "mv": file_tools.mv, "nproc": basics.nproc,
    "printenv": basics.printenv, "printf": basics.printf, "pwd": basics.pwd, "rm": file_tools.rm, "rmdir": file_tools.rmdir,
    "sed": text.sed, "seq": basics.seq, "sha1sum": file_tools.checksum, "sha256sum": file_tools.checksum, "sleep": basics.sleep,
    "sort": text.sort, "stat": file_tools.stat, "sync": basics.true, "tail": text.tail, "tar": archive.tar, "tee": text.tee,
    "test": conditions.test, "timeout": basics.timeout, "touch": file_tools.touch, "tr": text.tr, "true": basics.true,
    "truncate": file_tools.truncate, "uname": basics.uname, "uniq": text.uniq, "wc": text.wc, "which": basics.which,
    "whoami": basics.whoami, "yes": basics.yes,
}  # fmt: skip
"""What both busybox and a Debian image without additions have."""
EXTRA: dict[str, Program] = {
    "curl": network_tools.curl,
    "free": system.free,
    "httpd": servers.httpd,
    "nc": name_tools.nc,
    "netcat": name_tools.nc,
    "nslookup": name_tools.nslookup,
    "pgrep": system.pidof,
    "pidof": system.pidof,
    "ps": system.ps,
    "python": servers.python,
    "python3": servers.python,
    "stress": system.stress,
    "uptime": system.uptime,
    "wget": network_tools.wget,
}
"""What an image's row may name besides."""
SETS: dict[str, frozenset[str]] = {
    "none": frozenset(),
    "busybox": frozenset({*COMMON, "sh", "ash", "free", "httpd", "nc", "nslookup", "pgrep", "pidof", "ps", "uptime", "wget"}),
    "debian": frozenset({*COMMON, "sh", "bash", "dash"}),
}
"""Names for what most images have."""
_ALL: dict[str, Program] = {**COMMON, **EXTRA, "shell": SHELL}


class ImagePrograms:
    """The programs of one image. ``own``: names by which the image's own program is started.

    ``is_open``: of an image that nobody has described any program may be there; it is taken for the image's own.
    """

    def __init__(
        self, names: Collection[str], own: Collection[str], program: ImageProgram, *, is_busybox: bool, is_open: bool = False
    ) -> None:
        self._names, self._own, self._program, self._is_open = names, own, program, is_open
        self.is_busybox = is_busybox

    def get(self, name: str) -> Program:
        """Return a program by the name under which a process holds it."""
        return self._program if name == IMAGE else _ALL[name]

    def find(self, files: FileSystem, cwd: str, argv: list[str], path: str) -> tuple[str, list[str]]:
        """Return under which name a process holds a program, and its command line. Raises NotRunnableError."""
        folder, name = posixpath.split(argv[0])
        if folder in FOLDERS:
            if name in self._names:
                return "shell" if name in _SHELLS else name, argv
            if name in self._own:
                return IMAGE, argv
        place = posixpath.normpath(posixpath.join(cwd, argv[0]))
        if folder and files.size(place) is not None:
            return self._script(files, place, argv)
        if name in self._own or self._is_open:
            return IMAGE, argv
        if folder:
            if files.is_folder(place):
                raise NotRunnableError("Permission denied", f'exec: "{argv[0]}": is a directory', 126)
            raise NotRunnableError("not found", f'exec: "{argv[0]}": stat {argv[0]}: no such file or directory', 127)
        raise NotRunnableError("not found", f'exec: "{argv[0]}": executable file not found in $PATH', 127)

    def path_of(self, files: FileSystem, name: str) -> str | None:
        """Return where a program is; None: nowhere."""
        if name in self._names or name in self._own:
            return f"/bin/{name}" if self.is_busybox else f"/usr/bin/{name}"
        return name if "/" in name and files.size(name) is not None else None

    def _script(self, files: FileSystem, place: str, argv: list[str]) -> tuple[str, list[str]]:
        first = files.read(place)[:120].split(b"\n")[0].decode(errors="replace")
        interpreter = first[2:].split() if first.startswith("#!") else ["sh"]
        if interpreter and posixpath.basename(interpreter[0]) == "env":
            interpreter = interpreter[1:]
        if not interpreter or posixpath.basename(interpreter[0]) not in self._names:
            raise NotRunnableError("not found", f'exec: "{argv[0]}": no such file or directory', 127)
        return self.find(files, "/", [*interpreter, place, *argv[1:]], "")
