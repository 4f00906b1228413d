"""Services: their strategy, and the allocation of their addresses and ports. Upstream: ``pkg/registry/core/service/``."""
