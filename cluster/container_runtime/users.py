"""Who the processes of a container are: by its pod, else by its image. Pure.

Upstream: ``github.com/containerd/containerd``, ``internal/cri/server/container_create.go``, ``pkg/oci/spec_opts.go`` (WithUser,
WithAdditionalGIDs); ``internal/cri/server/images/image_status.go`` (getUserFromImage).
"""

from __future__ import annotations

from cluster.container_runtime.image_table import ImageRow
from cluster.container_runtime.linux.users import PASSWD, entry_of, read_passwd
from cluster.container_runtime.rootfs import root_files
from cluster.machinery.cri import ROOT, ContainerConfig, ContainerUser


def image_user(row: ImageRow) -> tuple[int | None, str]:
    """Return the user that an image names: a number, or a name; neither: nobody knows."""
    name = row.user.partition(":")[0]
    return (int(name), "") if name.isdigit() else (None, name)


def user_of(config: ContainerConfig, row: ImageRow) -> ContainerUser:
    """Return who a container's processes are."""
    name, _, group = row.user.partition(":")
    if config.run_as_user is None and config.run_as_group is None and not config.supplemental_groups and name in ("", "0"):
        return ROOT
    who = (name or "0") if config.run_as_user is None else str(config.run_as_user)
    entry = entry_of(read_passwd(root_files(row).get(PASSWD, "")), who)
    uid = entry.uid if entry is not None else int(who) if who.isdigit() else 0
    gid = entry.gid if entry is not None else 0
    if config.run_as_group is not None:
        gid = config.run_as_group
    elif config.run_as_user is None and group:
        gid = int(group)
    return ContainerUser(uid, gid, tuple(sorted({gid, *config.supplemental_groups})))


def home_of(user: ContainerUser, row: ImageRow) -> str:
    """Return the home of a user."""
    if user.uid == 0:
        return "/root"
    entry = entry_of(read_passwd(root_files(row).get(PASSWD, "")), str(user.uid))
    return entry.home if entry is not None else "/"
