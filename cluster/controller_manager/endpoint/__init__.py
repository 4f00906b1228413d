"""Endpoints: the addresses behind a Service in one object. Upstream: ``pkg/controller/endpoint``."""
