"""What holds for every ring: property tests draw the same examples each time, so that a run says something about the change."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")
