"""The random source: a function of (seed, position), so a restarted process continues instead of repeating.

Upstream: names draw from ``staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go`` (its alphabet has no vowels
and none of 0, 1, 3, so that no word can appear in a generated name).
"""

from __future__ import annotations

import random

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_VERSION_AND_VARIANT = 0xF << 76 | 0x3 << 62
_RANDOM_UUID = 0x4 << 76 | 0x2 << 62
"""Bits of a UUID that are not drawn: RFC 9562, version 4."""


class Rng:
    """Draws that depend only on the seed, the position in the log and the number of draws since."""

    __slots__ = ("_is_seeded", "_position", "_random", "_seed")

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._position = -1
        self._random = random.Random()
        self._is_seeded = False

    def move_to(self, position: int) -> None:
        """Start the draws that belong to ``position`` (a hop's sequence number)."""
        if position != self._position:
            self._position, self._is_seeded = position, False

    @property
    def source(self) -> random.Random:
        """The generator at this position, seeded when it is first needed. Draw from it at once: it moves on with the position."""
        if not self._is_seeded:
            self._is_seeded = True
            self._random.seed(f"{self._seed}:{self._position}")
        return self._random

    def suffix(self, length: int = 5) -> str:
        """Return the random end of a generated name."""
        return "".join(self.source.choices(ALPHABET, k=length))

    def uid(self) -> str:
        """Return a version 4 UUID."""
        drawn = self.source.getrandbits(128) & ~_VERSION_AND_VARIANT | _RANDOM_UUID
        digits = f"{drawn:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def fraction(self) -> float:
        """Return a float in [0, 1)."""
        return self.source.random()

    def below(self, limit: int) -> int:
        """Return an int in [0, limit)."""
        return self.source.randrange(limit)
