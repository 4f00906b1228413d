"""WebSocket routes: open to pages of this very server only."""

from __future__ import annotations

from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import path

from dashboard.consumers import StageConsumer

websocket_urlpatterns = [path("clusters/<slug:name>/socket", StageConsumer.as_asgi())]
websocket_application = AllowedHostsOriginValidator(URLRouter(websocket_urlpatterns))
