"""Django settings. Every PODIUM_* variable that is read here is documented in ``docs/settings.md``.

Without any variable this is the embedded mode: one process, an SQLite file, an in-memory channel layer, reachable
from this machine only. ``PODIUM_DATABASE`` and ``PODIUM_REDIS`` make the same code run as many processes.
"""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url

from dashboard.secret import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("PODIUM_DATA", BASE_DIR / "data"))


def _names(variable: str, default: str) -> list[str]:
    return [name.strip() for name in os.environ.get(variable, default).split(",") if name.strip()]


DEBUG = os.environ.get("PODIUM_DEBUG", "") == "1"
BIND = os.environ.get("PODIUM_BIND", "127.0.0.1")
SECRET_KEY = os.environ.get("PODIUM_SECRET_KEY") or secret_key(DATA_DIR)
ALLOWED_HOSTS = _names("PODIUM_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = _names("PODIUM_TRUSTED_ORIGINS", "")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "cluster",  # before channels: its runworker is the one that also runs the supervisor
    "channels",
    "dashboard",
]

MIDDLEWARE = [
    "dashboard.middleware.security_headers",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.static",
            ],
        },
    },
]

DATABASES = {"default": dj_database_url.parse(os.environ.get("PODIUM_DATABASE", f"sqlite:///{DATA_DIR / 'podium.sqlite3'}"))}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Two values of 3 kB fit into a page of a new file: of SQLite's own 4 KiB each would have one, and a third of it empty.
        "init_command": "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS = os.environ.get("PODIUM_REDIS", "")
if REDIS:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [REDIS]}}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

SUPERVISOR = os.environ.get("PODIUM_SUPERVISOR", "embedded")
"""Who runs the clusters' loops: ``embedded`` (this server, too) or ``worker`` (``manage.py runworker``). The lease decides."""
AUDIT_LOG = os.environ.get("PODIUM_AUDIT_LOG", "")
AUDIT_POLICY = os.environ.get("PODIUM_AUDIT_POLICY", "")
"""Files: what is asked of the API is written to the one, as much of it as the other says. Both or none."""
IN_CLUSTER_API = "cluster.http.in_cluster.answer"
"""Who answers programs in the cluster for its API server."""
IMAGES = os.environ.get("PODIUM_IMAGES", "")
"""YAML file with images of a teacher's own, beside those that are known; see ``docs/images.md``."""
KUBECTL = os.environ.get("PODIUM_KUBECTL", "kubectl")
"""The program that the page's line runs: a path, or a name on the path."""
SCHEDULER_CONFIG = os.environ.get("PODIUM_SCHEDULER_CONFIG", "")
"""File: a KubeSchedulerConfiguration for the schedulers of clusters that have none of their own."""
LEASE_SECONDS = float(os.environ.get("PODIUM_LEASE_SECONDS", "5"))
"""How long a process that died keeps others from running its clusters' loops."""
SLEEP_AFTER = float(os.environ.get("PODIUM_SLEEP_AFTER", "300"))
"""Seconds after which a cluster that nobody uses sleeps; 0: never."""
DOORBELL = os.environ.get("PODIUM_DOORBELL", "1") == "1"
"""Whether processes tell each other of changes through the channel layer; without it they look once a second."""

ROOT_URLCONF = "dashboard.urls"
ASGI_APPLICATION = "dashboard.asgi.application"

TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # seconds
LOCALE_PATHS = [BASE_DIR / "dashboard" / "locale", BASE_DIR / "templates" / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {"staticfiles": {"BACKEND": "dashboard.static_files.VersionedFiles"}}

BODY_LIMIT = 1_100_000
"""Bytes: a manifest of 1 MB and its envelope. More is answered with 413 before it is read."""
LOG_LIMIT = 128 * 1024 * 1024
"""Bytes of a log that is made a recording: about 300,000 hops with the writes behind them."""
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "dashboard.views.errors.csrf_failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("PODIUM_LOG_LEVEL", "WARNING").upper()},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}
