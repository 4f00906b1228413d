"""Names of users and groups, as ``/etc/passwd`` of a container has them. Pure.

Upstream: passwd(5). There is no ``/etc/group``: a group is called as the user whose own it is.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.container_runtime.linux.files import FileSystem

PASSWD = "/etc/passwd"


class Entry(NamedTuple):
    """A user."""

    name: str
    uid: int
    gid: int
    home: str


def read_passwd(text: str) -> list[Entry]:
    """Return the users of a file; a line that is none says nothing."""
    rows = [line.split(":") for line in text.splitlines()]
    return [Entry(row[0], int(row[2]), int(row[3]), row[5]) for row in rows if len(row) >= 6 and row[2].isdigit() and row[3].isdigit()]


def entry_of(entries: list[Entry], who: str) -> Entry | None:
    """Return a user by name or number, or None."""
    return next((entry for entry in entries if who in (entry.name, str(entry.uid))), None)


def user_name(files: FileSystem, uid: int) -> str:
    """Return what a container calls a user; empty: it has no name for it."""
    entry = entry_of(_users(files), str(uid))
    return entry.name if entry is not None else ""


def group_name(files: FileSystem, gid: int) -> str:
    """Return what a container calls a group; empty: it has no name for it."""
    return next((entry.name for entry in _users(files) if entry.gid == gid), "")


def _users(files: FileSystem) -> list[Entry]:
    return read_passwd(files.read(PASSWD).decode(errors="replace")) if files.exists(PASSWD) else read_passwd("root:x:0:0:root:/root:")
