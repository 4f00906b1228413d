"""Subresources: parts of an object, or things done to it, that are asked for under its path.

Upstream: ``pkg/registry/core/pod/storage/``, ``pkg/registry/apps/deployment/storage/``.
"""
