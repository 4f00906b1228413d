"""Whether the name of an image is one."""

from __future__ import annotations

import pytest

from cluster.machinery.image_names import fault_of

LOWER = 'Failed to apply default image tag "Nginx:1": couldn\'t parse image name "Nginx:1": invalid reference format: repository name'
NAMES = {
    "a name alone": ("nginx", ""),
    "host, port, path, tag": ("registry.example.com:5000/team/app:1.2", ""),
    "a digest": (f"nginx@sha256:{'a' * 64}", ""),
    "capitals": ("Nginx:1", f"{LOWER} (library/Nginx) must be lowercase"),
    "a tag that is none": (
        "nginx:-x",
        'Failed to apply default image tag "nginx:-x": couldn\'t parse image name "nginx:-x": invalid reference format',
    ),
}


@pytest.mark.parametrize(("image", "expected"), NAMES.values(), ids=NAMES.keys())
def test_fault_of_a_name(image: str, expected: str) -> None:
    assert fault_of(image) == expected
