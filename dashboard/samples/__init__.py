"""Sample manifests for the manifest panel: one YAML file each, titles in both languages beside them.

Some are wrong on purpose: what the API server says about them is what a class should see.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from cluster.machinery.meta import Obj

_FOLDER = Path(__file__).resolve().parent


@lru_cache
def documents() -> list[Obj]:
    """Return the samples in order: ``{"name", "title": {"en", "ko"}, "text"}``. Shared: must not be changed."""
    titles = yaml.safe_load((_FOLDER / "titles.yaml").read_text(encoding="utf-8"))
    return [
        {"name": name, "title": title, "text": (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")} for name, title in titles.items()
    ]
