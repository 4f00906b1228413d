"""WebSocket routes."""

from __future__ import annotations

from django.urls import path

from dashboard.consumers import StageConsumer

websocket_urlpatterns = [path("clusters/<slug:name>/socket", StageConsumer.as_asgi())]
