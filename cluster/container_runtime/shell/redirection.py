"""Redirections: which open file stands behind which descriptor of a command.

Upstream: POSIX.1-2017, XCU 2.7 (Redirection); busybox, ``shell/ash.c`` (the words of the errors).
"""

from __future__ import annotations

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.files import IS_FOLDER, NO_FILE, NOT_FOLDER, FileError
from cluster.container_runtime.shell.expansion import Expansion
from cluster.container_runtime.shell.syntax import Redirect

DEVICES = {"/dev/null": "null", "/dev/zero": "zero", "/dev/full": "null", "/dev/random": "zero", "/dev/urandom": "zero"}
_STANDARD = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2, "/dev/fd/0": 0, "/dev/fd/1": 1, "/dev/fd/2": 2}
_FIRST_OUTPUT = {"/proc/1/fd/1": 1, "/proc/1/fd/2": 2}


class RedirectError(Exception):
    """A redirection that fails; the text is what the shell says."""


def redirected(call: Call, fds: dict[int, int], redirects: tuple[Redirect, ...], expansion: Expansion) -> dict[int, int]:
    """Return the descriptors after some redirections. Raises RedirectError, ExpansionError."""
    found = dict(fds)
    for redirect in redirects:
        target = expansion.text(redirect.target)
        if redirect.operator == "<<":
            found[redirect.fd] = call.kernel.descriptors.open({"kind": "text", "text": target})
        elif redirect.operator in ("<&", ">&"):
            _duplicate(found, redirect.fd, target, call)
        elif redirect.operator in ("&>", "&>>"):
            found[1] = found[2] = open_file(call, found, target, ">>" if redirect.operator == "&>>" else ">")
        else:
            found[redirect.fd] = open_file(call, found, target, redirect.operator)
    return found


def open_file(call: Call, fds: dict[int, int], target: str, operator: str) -> int:
    """Open a path for reading (``<``) or writing and return the open file's number. Raises RedirectError."""
    path = call.path(target)
    if path in DEVICES:
        return call.kernel.descriptors.open({"kind": DEVICES[path]})
    if path in _STANDARD and _STANDARD[path] in fds:
        return fds[_STANDARD[path]]
    root = call.kernel.root
    if path in _FIRST_OUTPUT and root is not None and _FIRST_OUTPUT[path] in root.fds:
        return root.fds[_FIRST_OUTPUT[path]]
    try:
        if operator in ("<", "<>"):
            call.files.read(path)
            return call.kernel.descriptors.open({"kind": "file", "path": path})
        call.files.write(path, b"", append=operator == ">>")
    except FileError as fault:
        words = str(fault)
        if operator == "<":
            raise RedirectError(f"can't open {target}: {'no such file' if words == NO_FILE else words}") from None
        missing = words in (NO_FILE, NOT_FOLDER)
        raise RedirectError(f"can't create {target}: {'nonexistent directory' if missing else words}") from None
    if call.files.is_folder(path):
        raise RedirectError(f"can't create {target}: {IS_FOLDER}")
    return call.kernel.descriptors.open({"kind": "file", "path": path, "append": True})


def _duplicate(fds: dict[int, int], fd: int, target: str, call: Call) -> None:
    if target == "-":
        fds.pop(fd, None)
    elif target.isdigit():
        if int(target) not in fds:
            raise RedirectError(f"{target}: Bad file descriptor")
        fds[fd] = fds[int(target)]
    else:
        fds[1] = fds[2] = open_file(call, fds, target, ">")
