"""What the server serves: the Kubernetes API, pages and static files over HTTP, the stage over WebSocket.

``daphne dashboard.asgi:application`` runs no system checks by itself, so an unsafe configuration is refused here; and where it listens
beyond loopback without the settings knowing, everything that comes from there.
"""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402 - needs the applications to be loaded
from django.conf import settings  # noqa: E402

from cluster.http.api import KubernetesApi  # noqa: E402
from cluster.http.audit.log import CannotWrite  # noqa: E402
from cluster.http.audit.policy import BadPolicy  # noqa: E402
from cluster.http.audit.trail import audit_trail  # noqa: E402
from cluster.http.serving import CannotServe, check_images  # noqa: E402
from dashboard.checks import check_exposure, check_scheduler_config, faults_beyond_loopback  # noqa: E402
from dashboard.clusters import hosts  # noqa: E402
from dashboard.exposure import LoopbackOnly  # noqa: E402
from dashboard.limits import BodyLimit, FloodLimit  # noqa: E402
from dashboard.routing import websocket_application  # noqa: E402
from dashboard.static_files import StaticFiles  # noqa: E402

_faults = [*check_exposure(None), *check_scheduler_config(None)]
if _faults:
    raise SystemExit("\n".join(f"{fault.msg} {fault.hint}" for fault in _faults))

try:
    _audit = audit_trail(settings.AUDIT_LOG, settings.AUDIT_POLICY)
except (BadPolicy, CannotWrite) as fault:
    raise SystemExit(str(fault)) from None

try:
    check_images(settings.IMAGES)
except CannotServe as fault:
    raise SystemExit(str(fault)) from None

_limited = BodyLimit(StaticFiles(django_application), settings.BODY_LIMIT, {"/recordings": settings.LOG_LIMIT})
_served = ProtocolTypeRouter(
    {
        "http": KubernetesApi(hosts, FloodLimit(_limited), _audit),
        "websocket": websocket_application,
    }
)
_beyond = faults_beyond_loopback()
application = LoopbackOnly(_served, [f"{fault.msg} {fault.hint}" for fault in _beyond]) if _beyond else _served
