"""The demo's settings with the URLs of ``trivial``: the same server in everything else."""

from __future__ import annotations

from dashboard.settings import *  # noqa: F403

ROOT_URLCONF = "scripts.bench.trivial"
