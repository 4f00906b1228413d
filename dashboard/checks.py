"""What keeps a server from starting: being unsafe where others can reach it, and a scheduler's configuration that cannot be used.

On the loopback address everything is allowed: only this machine's users come in.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags

from cluster.scheduler.config.fault import ConfigError, explained
from cluster.scheduler.config.reading import read_config

MIN_SECRET_LENGTH = 50
WEAK_SECRETS = ("only-for-loopback", "django-insecure", "changeme", "secret")


def is_loopback(address: str) -> bool:
    """Whether a listener on ``address`` (an IP address or a name) is reached from this machine only."""
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def exposure_faults(bind: str, *, debug: bool, secret: str, allowed_hosts: Sequence[str]) -> list[Error]:
    """Return what forbids to listen on ``bind``; nothing on a loopback address."""
    if is_loopback(bind):
        return []
    faults = []
    if debug:
        faults.append(Error(f"DEBUG is on and the server would listen on {bind}.", hint="Unset PODIUM_DEBUG.", id="podium.E001"))
    if len(secret) < MIN_SECRET_LENGTH or secret.startswith(WEAK_SECRETS):
        hint = f"Unset PODIUM_SECRET_KEY, so that one is made, or set it to at least {MIN_SECRET_LENGTH} random characters."
        faults.append(
            Error(f"The secret key is a default or too short and the server would listen on {bind}.", hint=hint, id="podium.E002")
        )
    if "*" in allowed_hosts:
        hint = "Set PODIUM_ALLOWED_HOSTS to the names under which the server is reached, separated by commas."
        faults.append(Error(f"Every Host header would be accepted and the server would listen on {bind}.", hint=hint, id="podium.E003"))
    return faults


def check_exposure(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> Sequence[CheckMessage]:
    """The system check: the settings' own address, debug flag, secret and hosts."""
    return exposure_faults(settings.BIND, debug=settings.DEBUG, secret=settings.SECRET_KEY, allowed_hosts=settings.ALLOWED_HOSTS)


def faults_beyond_loopback() -> list[Error]:
    """Return what forbids to be reached from other machines, wherever the settings say that the server listens."""
    return exposure_faults("0.0.0.0", debug=settings.DEBUG, secret=settings.SECRET_KEY, allowed_hosts=settings.ALLOWED_HOSTS)


EXPOSURE_TAG = Tags.security


def check_scheduler_config(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> Sequence[CheckMessage]:
    """The system check: a scheduler would start with the configuration that the settings name."""
    if not settings.SCHEDULER_CONFIG:
        return []
    try:
        text = Path(settings.SCHEDULER_CONFIG).read_text()
        read_config(text)
    except OSError as fault:
        return [_unusable(str(fault))]
    except ConfigError as fault:
        return [_unusable(explained(fault, text))]
    return []


def _unusable(why: str) -> Error:
    return Error(f"PODIUM_SCHEDULER_CONFIG: {why}", hint="Correct the file, or unset the variable.", id="podium.E004")
