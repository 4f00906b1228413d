"""Counts what is used of each ResourceQuota. Upstream: ``pkg/controller/resourcequota/``."""
