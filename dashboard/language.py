"""The language of the running request."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import get_language


def language() -> Literal["en", "ko"]:
    """Return ``ko`` where the request is answered in Korean, else ``en``."""
    return "ko" if (get_language() or "").startswith("ko") else "en"
