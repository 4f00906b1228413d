"""Who the processes of a container are, and how they are called."""

from __future__ import annotations

import pytest

from cluster.machinery.cri import ContainerConfig, ContainerUser
from tests.unit.container_runtime.room import Node

IDS: dict[str, tuple[str, tuple[int | None, int | None, tuple[int, ...]], ContainerUser, list[str]]] = {
    "root": (
        "busybox",
        (None, None, ()),
        ContainerUser(0, 0, (0,)),
        ["uid=0(root) gid=0(root) groups=0(root)", "0 0 0", "root root", "root", "", "/root"],
    ),
    "a number without a name": (
        "busybox",
        (1000, None, ()),
        ContainerUser(1000, 0, (0,)),
        ["uid=1000 gid=0(root) groups=0(root)", "1000 0 0", "1000 root", "", "whoami: unknown uid 1000", "/"],
    ),
    "groups in order": (
        "busybox",
        (1000, 3000, (4000, 2000)),
        ContainerUser(1000, 3000, (2000, 3000, 4000)),
        ["uid=1000 gid=3000 groups=2000,3000,4000", "1000 3000 2000 3000 4000", "1000 3000", "", "whoami: unknown uid 1000", "/"],
    ),
    "its own group first, where the tools are others": (
        "debian",
        (1000, 3000, (2000,)),
        ContainerUser(1000, 3000, (2000, 3000)),
        ["uid=1000 gid=3000 groups=3000,2000", "1000 3000 3000 2000", "1000 3000", "", "whoami: cannot find name for user ID 1000", "/"],
    ),
    "a user that the image knows": (
        "busybox",
        (65534, None, ()),
        ContainerUser(65534, 65534, (65534,)),
        ["uid=65534(nobody) gid=65534(nobody) groups=65534(nobody)", "65534 65534 65534", "nobody nobody", "nobody", "", "/"],
    ),
    "the image's user": (
        "curlimages/curl",
        (None, None, ()),
        ContainerUser(100, 101, (101,)),
        [
            "uid=100(curl_user) gid=101(curl_user) groups=101(curl_user)",
            "100 101 101",
            "curl_user curl_user",
            "curl_user",
            "",
            "/home/curl_user",
        ],
    ),
    "an image whose user nobody knows": (
        "example.com/shop/cart",
        (None, None, ()),
        ContainerUser(0, 0, (0,)),
        ["uid=0(root) gid=0(root) groups=0(root)", "0 0 0", "root root", "root", "", "/root"],
    ),
}
SCRIPT = "id; echo $(id -u) $(id -g) $(id -G); echo $(id -un) $(id -gn); echo $(whoami 2>/dev/null); echo $(whoami 2>&1 >/dev/null); echo ~"


@pytest.mark.parametrize(("image", "asked", "user", "lines"), IDS.values(), ids=IDS.keys())
def test_id(image: str, asked: tuple[int | None, int | None, tuple[int, ...]], user: ContainerUser, lines: list[str]) -> None:
    node, (uid, gid, groups) = Node(), asked
    command = ("sh", "-c", f"{SCRIPT}; sleep 100")
    made = node.launch(ContainerConfig("c", image, command=command, run_as_user=uid, run_as_group=gid, supplemental_groups=groups))
    node.run(1)
    again = node.restarted()
    found = [each.runtime.container_status(made) for each in (node, again)]
    assert (node.log(made), [status.user if status else None for status in found]) == (lines, [user, user])
