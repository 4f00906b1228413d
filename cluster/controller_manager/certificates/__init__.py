"""Certificates: requests for them approved, signed and cleaned away, and the root certificate told to every namespace.

Upstream: ``pkg/controller/certificates/``.
"""
