"""Defaults: what a field is when nobody said, one file a kind. Each fills in the decoded object it is given.

Upstream: ``pkg/apis/*/v1/defaults.go``.
"""
