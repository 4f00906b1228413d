"""FNV-32a over a dump of the template, written with an alphabet that makes no words.

Upstream: ``pkg/controller/controller_utils.go`` (``ComputeHash``), ``staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go``
(``SafeEncodeString``).
"""

from __future__ import annotations

from cluster.controller_manager.template_hash.dump import dump_template
from cluster.engine.rng import ALPHABET
from cluster.machinery.meta import Obj

_OFFSET = 0x811C9DC5
_PRIME = 0x01000193


def compute_hash(template: Obj, collision_count: int | None = None) -> str:
    """Return the hash of a PodTemplateSpec. ``collision_count``: how often another template already had it."""
    data = dump_template(template).encode()
    if collision_count is not None:
        data += collision_count.to_bytes(4, "little") + bytes(4)
    return safe_encode(str(fnv32a(data)))


def fnv32a(data: bytes) -> int:
    """Return the 32-bit FNV-1a hash."""
    value = _OFFSET
    for byte in data:
        value = ((value ^ byte) * _PRIME) & 0xFFFFFFFF
    return value


def safe_encode(text: str) -> str:
    """Replace every character by one of the alphabet for generated names."""
    return "".join(ALPHABET[ord(character) % len(ALPHABET)] for character in text)
