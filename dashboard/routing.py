"""WebSocket routes: open to pages of this very server only."""

from __future__ import annotations

from channels.routing import URLRouter
from django.urls import path, re_path

from dashboard.consumers import NoSocket, StageConsumer
from dashboard.own_pages import OwnPages

websocket_urlpatterns = [
    path("clusters/<slug:name>/socket", StageConsumer.as_asgi()),
    re_path("", NoSocket.as_asgi()),
]
websocket_application = OwnPages(URLRouter(websocket_urlpatterns))
