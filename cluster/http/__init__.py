"""The Kubernetes API over HTTP: where kubectl and API clients come in. Plain ASGI, in front of Django."""
