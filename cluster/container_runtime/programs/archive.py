"""tar, as ``kubectl cp`` uses it: ``tar cf - path`` in the container it reads from, ``tar xmf - -C folder`` in the one it writes to.

Upstream: ``staging/src/k8s.io/kubectl/pkg/cmd/cp/cp.go``; busybox, ``archival/tar.c``.
"""

from __future__ import annotations

import io
import posixpath
import tarfile

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.files import NO_FILE, FileError
from cluster.container_runtime.linux.process import Wait
from cluster.container_runtime.programs.file_tools import copy_tree
from cluster.container_runtime.programs.lines import whole
from cluster.container_runtime.programs.options import UsageError, parsed
from cluster.machinery.meta import SECOND

_FLAGS = "cxtzvmopPk"


def tar(call: Call) -> int | Wait:
    """Make an archive of files, take one apart or list it."""
    args = list(call.args)
    if args and not args[0].startswith("-"):
        args[0] = f"-{args[0]}"
    try:
        options, names = parsed(args, _FLAGS, "fC")
    except UsageError as fault:
        return call.fail(str(fault))
    folder = call.path(options.get("C", "."))
    if not call.files.is_folder(folder):
        return call.fail(f"can't change directory to '{options.get('C')}': {NO_FILE}")
    if "c" in options:
        return _made(call, folder, names, options.get("f", "-"), is_packed="z" in options)
    file = options.get("f", "-")
    data = whole(call, [] if file == "-" else [file])
    if data is None:
        return Wait(fd=0)
    if "code" in call.state:
        return 1
    return _taken_apart(call, folder, data, is_listed="t" in options, is_loud="v" in options)


def _made(call: Call, folder: str, names: list[str], file: str, *, is_packed: bool) -> int:
    buffer, code = io.BytesIO(), 0
    with tarfile.open(fileobj=buffer, mode="w:gz" if is_packed else "w", format=tarfile.USTAR_FORMAT) as archive:
        for name in names:
            path = posixpath.normpath(posixpath.join(folder, name))
            if not call.files.exists(path):
                code = call.fail(f"{name}: {NO_FILE}")
                continue
            if name.startswith("/"):
                call.err(f"{call.name}: removing leading '/' from member names\n")
            _add(call, archive, path, name.lstrip("/") or ".")
    if file == "-":
        call.write(buffer.getvalue())
    else:
        try:
            call.files.write(call.path(file), buffer.getvalue())
        except FileError as fault:
            return call.fail(f"can't open '{file}': {fault}")
    return code


def _add(call: Call, archive: tarfile.TarFile, path: str, name: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.mtime, entry.uname, entry.gname = call.now // SECOND, "root", "root"
    names = call.files.names(path)
    if names is None:
        data = call.files.read(path)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
        return
    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
    archive.addfile(entry)
    for child in names:
        _add(call, archive, posixpath.join(path, child), posixpath.join(name, child))


def _taken_apart(call: Call, folder: str, data: bytes, *, is_listed: bool, is_loud: bool) -> int:
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for entry in archive:
                if is_listed or is_loud:
                    call.out(f"{entry.name}\n")
                if not is_listed:
                    _put(call, archive, entry, posixpath.normpath(posixpath.join(folder, entry.name.lstrip("/"))))
    except tarfile.TarError:
        return call.fail("invalid tar magic")
    except FileError as fault:
        return call.fail(f"can't create: {fault}")
    return 0


def _put(call: Call, archive: tarfile.TarFile, entry: tarfile.TarInfo, path: str) -> None:
    _make_folders(call, path if entry.isdir() else posixpath.dirname(path))
    content = archive.extractfile(entry) if entry.isfile() else None
    if content is not None:
        call.files.write(path, content.read())
    elif entry.issym():
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), entry.linkname))
        if call.files.exists(target):
            copy_tree(call, target, path)


def _make_folders(call: Call, path: str) -> None:
    if path != "/" and not call.files.is_folder(path):
        _make_folders(call, posixpath.dirname(path))
        call.files.make_folder(path)
