"""Django settings. Every PODIUM_* variable that is read here is documented in ``docs/settings.md``."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PODIUM_DATA", BASE_DIR / "data"))

DEBUG = False
SECRET_KEY = os.environ.get("PODIUM_SECRET_KEY", "only-for-loopback")
ALLOWED_HOSTS = os.environ.get("PODIUM_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "channels",
    "cluster",
    "dashboard",
]

DATABASES = {"default": dj_database_url.parse(os.environ.get("PODIUM_DATABASE", f"sqlite:///{DATA_DIR / 'podium.sqlite3'}"))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

ROOT_URLCONF = "dashboard.urls"
ASGI_APPLICATION = "dashboard.asgi.application"
USE_TZ = True
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
