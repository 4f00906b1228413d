"""The dashboard as a Django application: it brings the system check that keeps unsafe servers from starting."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks

from dashboard.checks import EXPOSURE_TAG, check_exposure


class DashboardConfig(AppConfig):
    """``dashboard``."""

    name = "dashboard"

    def ready(self) -> None:
        """Register the system check."""
        checks.register(check_exposure, EXPOSURE_TAG)
