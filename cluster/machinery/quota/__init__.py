"""What objects count for against a ResourceQuota: pure arithmetic that admission and the quota controller share.

Upstream: ``pkg/quota/v1/``.
"""
