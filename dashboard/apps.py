"""The dashboard as a Django application: it brings the system checks that keep a server from starting."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks

from dashboard.checks import EXPOSURE_TAG, check_exposure, check_scheduler_config


class DashboardConfig(AppConfig):
    """``dashboard``."""

    name = "dashboard"

    def ready(self) -> None:
        """Register the system checks."""
        checks.register(check_exposure, EXPOSURE_TAG)
        checks.register(check_scheduler_config)
