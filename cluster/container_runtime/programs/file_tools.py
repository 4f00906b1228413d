"""Tools for files: ls, touch, rm, mkdir, cp, mv, df, mount, du, stat, find, dd, and those that change nothing here (chmod, chown).

Upstream: busybox, ``coreutils/``, ``util-linux/mount.c``, ``findutils/find.c``.
"""

from __future__ import annotations

import fnmatch
import hashlib
import posixpath

from cluster.container_runtime.linux.call import Call
from cluster.container_runtime.linux.files import NO_FILE, FileError
from cluster.container_runtime.programs.options import UsageError, parsed, size
from cluster.container_runtime.shell.redirection import DEVICES

_NODE_BYTES = 100 << 30


def ls(call: Call) -> int:
    """List folders."""
    try:
        options, names = parsed(call.args, "laA1hRdtrFi")
    except UsageError as fault:
        return call.fail(str(fault))
    code = 0
    files = call.files
    for number, name in enumerate(names or ["."]):
        path = call.path(name)
        found = files.names(path)
        if found is None and files.size(path) is None and path not in DEVICES:
            words = f"{name}: {NO_FILE}" if call.kernel.programs.is_busybox else f"cannot access '{name}': {NO_FILE}"
            code = call.fail(words, 1 if call.kernel.programs.is_busybox else 2)
            continue
        if found is None or "d" in options:
            call.out(_line(call, path, name) if "l" in options else f"{name}\n")
            continue
        if len(names) > 1:
            call.out(f"{chr(10) if number else ''}{name}:\n")
        shown = [entry for entry in found if "a" in options or "A" in options or not entry.startswith(".")]
        if "a" in options:
            shown = [".", "..", *shown]
        if "l" in options:
            call.out(f"total {4 * len(shown)}\n")
            call.out("".join(_line(call, posixpath.normpath(posixpath.join(path, entry)), entry) for entry in shown))
        else:
            call.out("".join(f"{entry}\n" for entry in shown))
    return code


def _line(call: Call, path: str, name: str) -> str:
    is_folder = call.files.is_folder(path)
    mode, links = ("drwxr-xr-x", 2) if is_folder else ("-rw-r--r--", 1)
    length = 4096 if is_folder else call.files.size(path) or 0
    return f"{mode}    {links} root     root     {length:>9} Jan  1 00:00 {name}\n"


def touch(call: Call) -> int:
    """Make empty files."""
    code = 0
    for name in [argument for argument in call.args if not argument.startswith("-")]:
        path = call.path(name)
        try:
            if not call.files.exists(path):
                call.files.write(path, b"")
            elif (mount := next((m for m in call.files.mounts if path.startswith(m.container_path)), None)) is not None and mount.readonly:
                raise FileError("Read-only file system")
        except FileError as fault:
            code = call.fail(f"{name}: {fault}" if call.kernel.programs.is_busybox else f"cannot touch '{name}': {fault}")
    return code


def rm(call: Call) -> int:
    """Remove files, and folders with ``-r``."""
    try:
        options, names = parsed(call.args, "rRfiv")
    except UsageError as fault:
        return call.fail(str(fault))
    code = 0
    for name in names:
        path = call.path(name)
        if not call.files.exists(path):
            if "f" not in options:
                code = call.fail(_about(call, "remove", name, NO_FILE))
            continue
        if call.files.is_folder(path) and not {"r", "R"} & options.keys():
            words = f"'{name}' is a directory" if call.kernel.programs.is_busybox else f"cannot remove '{name}': Is a directory"
            code = call.fail(words)
            continue
        try:
            call.files.remove(path)
        except FileError as fault:
            code = call.fail(_about(call, "remove", name, str(fault)))
    return code


def rmdir(call: Call) -> int:
    """Remove empty folders."""
    code = 0
    for name in [argument for argument in call.args if not argument.startswith("-")]:
        path = call.path(name)
        found = call.files.names(path)
        try:
            if found is None:
                raise FileError(NO_FILE)
            if found:
                raise FileError("Directory not empty")
            call.files.remove(path)
        except FileError as fault:
            code = call.fail(f"'{name}': {fault}")
    return code


def mkdir(call: Call) -> int:
    """Make folders; with ``-p`` those above them too."""
    options, names = parsed(call.args, "pv", "m")
    code = 0
    for name in names:
        path = call.path(name)
        try:
            if "p" in options:
                _make_all(call, path)
            else:
                call.files.make_folder(path)
        except FileError as fault:
            quoted = f"can't create directory '{name}'" if call.kernel.programs.is_busybox else f"cannot create directory '{name}'"
            code = call.fail(f"{quoted}: {fault}")
    return code


def _make_all(call: Call, path: str) -> None:
    if path in ("/", "") or call.files.is_folder(path):
        return
    _make_all(call, posixpath.dirname(path))
    call.files.make_folder(path)


def cp(call: Call) -> int:
    """Copy files, and folders with ``-r``."""
    options, names = parsed(call.args, "rRafpLPdnv")
    if len(names) < 2:
        return call.fail("missing operand")
    *sources, target = names
    code = 0
    for source in sources:
        path, goal = call.path(source), _goal(call, source, target)
        try:
            if call.files.is_folder(path):
                if not {"r", "R", "a"} & options.keys():
                    code = call.fail(f"omitting directory '{source}'")
                    continue
                copy_tree(call, path, goal)
            else:
                call.files.write(goal, call.files.read(path))
        except FileError as fault:
            code = call.fail(
                _about(call, "stat" if str(fault) == NO_FILE and not call.files.exists(path) else "create", source, str(fault))
            )
    return code


def mv(call: Call) -> int:
    """Move files and folders."""
    _, names = parsed(call.args, "fniv")
    if len(names) < 2:
        return call.fail("missing operand")
    *sources, target = names
    code = 0
    for source in sources:
        path, goal = call.path(source), _goal(call, source, target)
        try:
            if not call.files.exists(path):
                raise FileError(NO_FILE)
            copy_tree(call, path, goal)
            call.files.remove(path)
        except FileError as fault:
            code = call.fail(f"can't rename '{source}': {fault}" if call.kernel.programs.is_busybox else f"cannot move '{source}': {fault}")
    return code


def ln(call: Call) -> int:
    """Copy instead of linking: there are no links here."""
    _, names = parsed(call.args, "sfn")
    if len(names) != 2:
        return call.fail("missing operand")
    try:
        copy_tree(call, call.path(names[0]), _goal(call, names[0], names[1]))
    except FileError as fault:
        return call.fail(f"{names[1]}: {fault}")
    return 0


def copy_tree(call: Call, path: str, goal: str) -> None:
    """Copy a file or a folder with all that is in it. Raises FileError."""
    names = call.files.names(path)
    if names is None:
        call.files.write(goal, call.files.read(path))
        return
    if not call.files.is_folder(goal):
        call.files.make_folder(goal)
    for name in names:
        copy_tree(call, posixpath.join(path, name), posixpath.join(goal, name))


def chmod(call: Call) -> int:
    """Find the files; permissions are not kept (also ``chown``, ``chgrp``)."""
    code = 0
    for name in [argument for argument in call.args if not argument.startswith("-")][1:]:
        if not call.files.exists(call.path(name)):
            code = call.fail(f"{name}: {NO_FILE}")
    return code


def df(call: Call) -> int:
    """Show file systems: the image's and the mounts."""
    is_human = any("h" in argument for argument in call.args if argument.startswith("-"))
    title = "Size" if is_human else "1K-blocks"
    call.out(f"Filesystem           {title:>10} {'Used':>10} Available Use% Mounted on\n")
    rows = [("overlay", "/", call.files.used())]
    rows += [("/dev/vda1", mount.container_path, _weight(call, mount.container_path)) for mount in reversed(call.files.mounts)]
    for device, path, used in rows:
        free = max(_NODE_BYTES - used, 0)
        share = -(-100 * used // _NODE_BYTES)
        total, taken, left = (_amount(count, is_human) for count in (_NODE_BYTES, used, free))
        call.out(f"{device:<20} {total:>10} {taken:>10} {left:>9} {share:>3}% {path}\n")
    return 0


def _amount(count: int, is_human: bool) -> str:
    if not is_human:
        return str(count // 1024)
    value, unit = float(count), ""
    for unit in ("", "K", "M", "G"):
        if value < 1024 or unit == "G":
            break
        value /= 1024
    return f"{value:.1f}{unit}"


def _weight(call: Call, path: str) -> int:
    names = call.files.names(path)
    if names is None:
        return call.files.size(path) or 0
    return sum(_weight(call, posixpath.join(path, name)) for name in names)


def du(call: Call) -> int:
    """Show how much is in folders."""
    options, names = parsed(call.args, "shak", "d")
    for name in names or ["."]:
        path = call.path(name)
        if not call.files.exists(path):
            return call.fail(f"{name}: {NO_FILE}")
        call.out(f"{_amount(_weight(call, path), 'h' in options)}\t{name}\n")
    return 0


def mount(call: Call) -> int:
    """Show what is mounted."""
    if call.args:
        return call.fail("permission denied (are you root?)", 1)
    call.out("overlay on / type overlay (rw,relatime)\nproc on /proc type proc (rw,nosuid,nodev,noexec,relatime)\n")
    for each in reversed(call.files.mounts):
        call.out(f"/dev/vda1 on {each.container_path} type ext4 ({'ro' if each.readonly else 'rw'},relatime)\n")
    return 0


def stat(call: Call) -> int:
    """Show what is known of files."""
    names = [argument for argument in call.args if not argument.startswith("-")]
    for name in names:
        path = call.path(name)
        if not call.files.exists(path):
            return call.fail(f"can't stat '{name}': {NO_FILE}")
        kind = "directory" if call.files.is_folder(path) else "regular file"
        call.out(f"  File: {name}\n  Size: {call.files.size(path) or 4096}\t{kind}\n")
    return 0


def find(call: Call) -> int:
    """List what is below folders, by ``-name`` and ``-type``."""
    places = []
    args = list(call.args)
    while args and not args[0].startswith("-"):
        places.append(args.pop(0))
    tests = dict(zip(args[::2], args[1::2], strict=False))
    for place in places or ["."]:
        if not call.files.exists(call.path(place)):
            return call.fail(f"{place}: {NO_FILE}")
        for shown in _below(call, place):
            is_folder = call.files.is_folder(call.path(shown))
            if tests.get("-type") in ("f", "d") and (tests["-type"] == "d") is not is_folder:
                continue
            if "-name" in tests and not fnmatch.fnmatchcase(posixpath.basename(shown), tests["-name"]):
                continue
            call.out(f"{shown}\n")
    return 0


def _below(call: Call, shown: str) -> list[str]:
    found = [shown]
    for name in call.files.names(call.path(shown)) or ():
        found += _below(call, posixpath.join(shown, name))
    return found


def dd(call: Call) -> int:
    """Copy blocks; zeros cost nothing to keep."""
    given = dict(argument.partition("=")[::2] for argument in call.args)
    block = size(given.get("bs", "512"))
    count = size(given["count"]) if "count" in given else None
    if block is None or (count is None and "count" in given):
        return call.fail("invalid number")
    source, goal = given.get("if", ""), given.get("of", "")
    try:
        if DEVICES.get(source) in ("zero",):
            total = block * (count if count is not None else _NODE_BYTES // block)
            if goal and DEVICES.get(goal) is None:
                call.files.write_zeros(call.path(goal), total)
        else:
            data = call.files.read(call.path(source)) if source else call.read() or b""
            total = len(data) if count is None else min(len(data), block * count)
            if goal and DEVICES.get(goal) is None:
                call.files.write(call.path(goal), data[:total])
            elif not goal:
                call.write(data[:total])
    except FileError as fault:
        return call.fail(f"error writing '{goal}': {fault}" if str(fault) != NO_FILE else f"can't open '{source or goal}': {NO_FILE}")
    blocks = f"{total // block}+{int(total % block > 0)}"
    call.err(f"{blocks} records in\n{blocks} records out\n")
    return 0


def truncate(call: Call) -> int:
    """Give files a length, with zeros."""
    options, names = parsed(call.args, "c", "s")
    length = size(options.get("s", ""))
    if length is None:
        return call.fail("invalid number")
    for name in names:
        try:
            call.files.write_zeros(call.path(name), length)
        except FileError as fault:
            return call.fail(f"{name}: {fault}")
    return 0


def checksum(call: Call) -> int:
    """Write checksums (``md5sum``, ``sha1sum``, ``sha256sum``)."""
    for name in call.args or ["-"]:
        try:
            data = (call.read() or b"") if name == "-" else call.files.read(call.path(name))
        except FileError as fault:
            return call.fail(f"can't open '{name}': {fault}")
        call.out(f"{hashlib.new(call.name.removesuffix('sum'), data, usedforsecurity=False).hexdigest()}  {name}\n")
    return 0


def _goal(call: Call, source: str, target: str) -> str:
    path = call.path(target)
    return posixpath.join(path, posixpath.basename(source.rstrip("/"))) if call.files.is_folder(path) else path


def _about(call: Call, verb: str, name: str, words: str) -> str:
    return f"can't {verb} '{name}': {words}" if call.kernel.programs.is_busybox else f"cannot {verb} '{name}': {words}"
