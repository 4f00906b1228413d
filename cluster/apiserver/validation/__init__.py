"""Validation: every rule an object breaks, all at once, one file a kind.

A validator takes a decoded, defaulted object and returns field errors in upstream's order and words.

Upstream: ``pkg/apis/*/validation/``.
"""
